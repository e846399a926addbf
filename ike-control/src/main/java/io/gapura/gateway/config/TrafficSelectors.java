package io.gapura.gateway.config;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.TrafficSelector;
import java.net.InetAddress;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Traffic selectors as swanctl writes them: {@code 10.1.0.0/16}, {@code 10.1.0.1-10.1.0.9},
 * {@code 10.1.0.5[tcp/443]}, {@code dynamic[udp/5000-5999]}.
 */
final class TrafficSelectors {
    private static final Pattern FORM = Pattern.compile("([^\\[\\]]+)(?:\\[([^/\\]]+)(?:/([^\\]]+))?\\])?");
    private static final Pattern PREFIX = Pattern.compile("([\\d.]+)(?:/(\\d{1,2}))?");
    private static final Pattern RANGE = Pattern.compile("([\\d.]+)-([\\d.]+)");
    private static final Pattern PORTS = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?");
    private static final Map<String, Integer> PROTOCOLS = Map.of("any", 0, "icmp", 1, "tcp", 6, "udp", 17, "gre", 47,
            "esp", 50, "ah", 51, "ospf", 89, "sctp", 132);

    private TrafficSelectors() {
    }

    /**
     * Reads one.
     *
     * @param dynamic the outer address of this side, which {@code dynamic} stands for; null if it is not known
     * @throws IllegalArgumentException saying what is wrong
     */
    static TrafficSelector parse(String text, @Nullable InetAddress dynamic) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no traffic selector; write 10.1.0.0/16[tcp/443]");
        }
        TrafficSelector all = addresses(form.group(1), dynamic);
        int protocol = form.group(2) == null ? TrafficSelector.ANY_PROTOCOL : protocol(form.group(2));
        return form.group(3) == null
                ? new TrafficSelector(protocol, 0, TrafficSelector.LAST_PORT, all.start(), all.end())
                : ports(protocol, form.group(3), all);
    }

    private static TrafficSelector addresses(String text, @Nullable InetAddress dynamic) {
        if (text.equals("dynamic")) {
            if (dynamic == null) {
                throw new IllegalArgumentException(
                        "'dynamic' stands for an address that is not known here; write it out");
            }
            Bytes address = Bytes.copyOf(dynamic.getAddress());
            return TrafficSelector.ofAddresses(address, address);
        }
        if (text.contains(":")) {
            throw new IllegalArgumentException("'" + text + "' is IPv6, which Gapura does not protect yet");
        }
        Matcher range = RANGE.matcher(text);
        if (range.matches()) {
            return inOrder(text, address(range.group(1)), address(range.group(2)));
        }
        Matcher prefix = PREFIX.matcher(text);
        if (!prefix.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no range of addresses; write 10.1.0.0/16");
        }
        return prefix(text, address(prefix.group(1)), prefix.group(2) == null ? 32 : Integer.parseInt(prefix.group(2)));
    }

    private static TrafficSelector prefix(String text, int address, int bits) {
        if (bits > 32) {
            throw new IllegalArgumentException("'" + text + "': an IPv4 prefix has 0 to 32 bits");
        }
        int mask = bits == 0 ? 0 : -1 << (32 - bits);
        return TrafficSelector.ofAddresses(Bytes.ofInt(address & mask), Bytes.ofInt(address | ~mask));
    }

    private static TrafficSelector inOrder(String text, int start, int end) {
        if (Integer.compareUnsigned(start, end) > 0) {
            throw new IllegalArgumentException("'" + text + "' ends before it starts");
        }
        return TrafficSelector.ofAddresses(Bytes.ofInt(start), Bytes.ofInt(end));
    }

    private static int address(String text) {
        return Bytes.copyOf(InetAddress.ofLiteral(text).getAddress()).intAt(0);
    }

    private static int protocol(String text) {
        Integer number = PROTOCOLS.get(text);
        if (number == null && !text.matches("\\d{1,3}")) {
            throw new IllegalArgumentException("'" + text + "' is no protocol; write tcp, udp, icmp or a number");
        }
        int value = number == null ? Integer.parseInt(text) : number;
        if (value > 255) {
            throw new IllegalArgumentException("IP protocols end at 255, before " + value);
        }
        return value;
    }

    private static TrafficSelector ports(int protocol, String text, TrafficSelector all) {
        Matcher ports = PORTS.matcher(text.equals("any") ? "0-65535" : text);
        if (!ports.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no port; write 443 or 5000-5999");
        }
        int start = Integer.parseInt(ports.group(1));
        int end = ports.group(2) == null ? start : Integer.parseInt(ports.group(2));
        if (start > end || end > TrafficSelector.LAST_PORT) {
            throw new IllegalArgumentException("ports go from 0 to 65535 in order, not " + text);
        }
        if (protocol == TrafficSelector.ANY_PROTOCOL && (start > 0 || end < TrafficSelector.LAST_PORT)) {
            throw new IllegalArgumentException("ports need a protocol: write tcp/" + text + " or udp/" + text);
        }
        return new TrafficSelector(protocol, start, end, all.start(), all.end());
    }
}
