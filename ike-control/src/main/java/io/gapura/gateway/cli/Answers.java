package io.gapura.gateway.cli;

import io.gapura.gateway.vici.ViciMessage;
import io.gapura.gateway.vici.ViciValue;
import io.gapura.gateway.vici.ViciValue.Raw;
import io.gapura.gateway.vici.ViciValue.Text;
import io.gapura.gateway.vici.ViciValue.Texts;
import io.gapura.ike.message.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Turns the gateway's answers, in which all is text, into what JSON can tell apart. */
final class Answers {
    private static final Set<String> NUMBERS = Set.of("uniqueid", "reqid", "version", "local-port",
            "remote-port", "established", "rekey-time", "install-time", "handshake-ms", "encr-keysize", "bytes-in",
            "bytes-out", "packets-in", "packets-out", "mtu", "cpu", "queues", "lost-in-kernel", "sas",
            "packets-per-second",
            "busy-percent", "batch", "handed-over-per-second", "taken-over-per-second", "longest-stall-us",
            "handed-over",
            "faults", "share-percent", "received-percent", "evenness", "handed-over-percent", "link-mtu", "path-mtu",
            "replayed", "not-authentic", "mismatched", "generated", "punted", "held", "reassembled", "dropped",
            "free-buffers");
    private static final Set<String> YES_OR_NO = Set.of("initiator", "encap", "esn", "nat-local", "ppk",
            "nat-remote", "zero-copy");
    private static final String CHILDREN = "child-sas";

    private Answers() {
    }

    /** The IKE SAs of one {@code list-sa} event, their children as a list. */
    static List<Map<String, Object>> ikeSas(ViciMessage event) {
        List<Map<String, Object>> sas = new ArrayList<>();
        event.sections().forEach((name, sa) -> {
            Map<String, Object> json = named(name, sa);
            json.remove(key(CHILDREN));
            json.put("children", sa.section(CHILDREN).sections().values().stream().map(Answers::child).toList());
            sas.add(json);
        });
        return sas;
    }

    private static Map<String, Object> child(ViciMessage child) {
        Map<String, Object> json = object(child);
        json.putIfAbsent("encap", false);
        json.putIfAbsent("esn", false);
        return json;
    }

    /** An object whose first key is the section's name. */
    static Map<String, Object> named(String name, ViciMessage section) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", name);
        json.putAll(object(section));
        return json;
    }

    /** An object whose first key is the section's number. */
    static Map<String, Object> numbered(String number, ViciMessage section) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("worker", Integer.parseInt(number));
        json.putAll(object(section));
        return json;
    }

    static Map<String, Object> object(ViciMessage message) {
        Map<String, Object> json = new LinkedHashMap<>();
        message.values().forEach((name, value) -> json.put(key(name), value(name, value)));
        return json;
    }

    /** All values numbers. */
    static Map<String, Long> counts(ViciMessage message) {
        Map<String, Long> counts = new LinkedHashMap<>();
        message.values().forEach((name, value) -> {
            if (value instanceof Text(String text)) {
                counts.put(key(name), Long.parseLong(text));
            }
        });
        return counts;
    }

    private static String key(String name) {
        return name.replace('-', '_');
    }

    private static Object value(String name, ViciValue value) {
        return switch (value) {
            case Text(String text) when NUMBERS.contains(name) -> number(text);
            case Text(String text) when YES_OR_NO.contains(name) -> text.equals("yes") || text.equals("1");
            case Text(String text) -> text;
            case Raw(Bytes raw) -> raw.hex();
            case Texts(List<String> texts) -> texts;
            case ViciMessage section -> object(section);
        };
    }

    private static Number number(String text) {
        return text.contains(".") ? (Number) Double.valueOf(text) : (Number) Long.valueOf(text);
    }
}
