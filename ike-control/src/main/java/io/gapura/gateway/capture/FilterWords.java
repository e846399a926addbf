package io.gapura.gateway.capture;

import io.gapura.engine.capture.CaptureFilter;
import io.gapura.engine.capture.CaptureFilter.Address;
import io.gapura.engine.capture.CaptureFilter.Condition;
import io.gapura.engine.capture.CaptureFilter.End;
import io.gapura.engine.capture.CaptureFilter.Port;
import io.gapura.engine.capture.CaptureFilter.Protocol;
import io.gapura.engine.capture.CaptureFilter.Spi;
import io.gapura.engine.packet.DropReason;
import io.gapura.text.Suggestion;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A capture's filter in words, all of which must hold: {@code src 10.1.0.0/16 udp dport 53}.
 *
 * <pre>
 *   host | src | dst     ADDRESS[/BITS]
 *   port | sport | dport NUMBER
 *   proto NUMBER, or tcp udp icmp icmp6 sctp esp ah
 *   spi 0x…
 *   reason NAME[,NAME]   of `gapura show drops --all`
 * </pre>
 */
public final class FilterWords {
    private static final List<String> WORDS = List.of("host", "src", "dst", "port", "sport", "dport", "proto", "spi",
            "reason", "tcp", "udp", "icmp", "icmp6", "sctp", "esp", "ah");
    private static final int IPV4_BITS = 32;
    private static final int IPV6_BITS = 128;

    private final Iterator<String> words;
    private final List<Condition> conditions = new ArrayList<>();
    private final Set<DropReason> reasons = EnumSet.noneOf(DropReason.class);

    private FilterWords(List<String> words) {
        this.words = words.iterator();
    }

    /**
     * Reads words separated by blanks; none for all packets.
     *
     * @throws IllegalArgumentException saying which word is wrong, and what could stand there
     */
    public static CaptureFilter parse(String text) {
        List<String> words = Arrays.stream(text.strip().split("\\s+", -1)).filter(word -> !word.isEmpty()).toList();
        FilterWords filter = new FilterWords(words);
        while (filter.words.hasNext()) {
            filter.condition(filter.words.next());
        }
        return new CaptureFilter(filter.conditions, filter.reasons);
    }

    private void condition(String word) {
        switch (word) {
            case "host" -> conditions.add(address(End.EITHER, next(word)));
            case "src" -> conditions.add(address(End.SOURCE, next(word)));
            case "dst" -> conditions.add(address(End.DESTINATION, next(word)));
            case "port" -> conditions.add(port(End.EITHER, word));
            case "sport" -> conditions.add(port(End.SOURCE, word));
            case "dport" -> conditions.add(port(End.DESTINATION, word));
            case "proto" -> conditions.add(new Protocol(number(word, next(word), 255)));
            case "spi" -> conditions.add(new Spi((int) decoded(word, next(word), 0xffff_ffffL)));
            case "reason" -> reasons(next(word));
            default -> conditions.add(new Protocol(Protocols.number(word)
                    .orElseThrow(() -> new IllegalArgumentException("'" + word + "' is no word of a filter; "
                            + Suggestion.of(word, WORDS)))));
        }
    }

    private String next(String word) {
        if (!words.hasNext()) {
            throw new IllegalArgumentException("'" + word + "' is the filter's last word: say which");
        }
        return words.next();
    }

    private Port port(End end, String word) {
        return new Port(end, number(word, next(word), 65_535));
    }

    private static int number(String word, String text, int most) {
        return (int) decoded(word, text, most);
    }

    private static long decoded(String word, String text, long most) {
        try {
            long number = Long.decode(text);
            if (number >= 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(word + " " + text + ": that is no number", e);
        }
        throw new IllegalArgumentException(word + " " + text + " is not between 0 and " + most);
    }

    private static Address address(End end, String text) {
        int slash = text.indexOf('/');
        byte[] address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash)).getAddress();
        boolean v4 = address.length == 4;
        int bits = v4 ? IPV4_BITS : IPV6_BITS;
        int prefix = slash < 0 ? bits : number("prefix", text.substring(slash + 1), bits);
        ByteBuffer bytes = ByteBuffer.allocate(16);
        bytes.position(16 - address.length).put(address);
        return new Address(end, v4 ? 4 : 6, bytes.getLong(0), bytes.getLong(8), IPV6_BITS - bits + prefix);
    }

    private void reasons(String names) {
        List<String> known = DropReason.all().stream().map(DropReason::name).toList();
        for (String name : names.split(",", -1)) {
            String upper = name.toUpperCase(Locale.ROOT).replace('-', '_');
            if (!known.contains(upper)) {
                throw new IllegalArgumentException("'" + name + "' is no reason to drop a packet; "
                        + Suggestion.of(upper, known));
            }
            reasons.add(DropReason.valueOf(upper));
        }
    }
}
