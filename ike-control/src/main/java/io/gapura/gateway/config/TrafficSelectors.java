package io.gapura.gateway.config;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.TrafficSelector;
import java.net.InetAddress;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Traffic selectors as swanctl writes them: {@code 10.1.0.0/16}, {@code 10.1.0.1-10.1.0.9}, {@code 2001:db8::/32},
 * {@code 10.1.0.5[tcp/443]}, {@code dynamic[udp/5000-5999]}, {@code 10.1.0.0/16[icmp/8]} for a type,
 * {@code [icmp/3(1)]} for a type and code, {@code [udp/opaque]} for packets whose ports cannot be seen.
 */
final class TrafficSelectors {
    private static final Pattern FORM = Pattern.compile("([^\\[\\]]+)(?:\\[([^/\\]]+)(?:/([^\\]]+))?\\])?");
    private static final Pattern PREFIX = Pattern.compile("([\\da-fA-F.:]+)(?:/(\\d{1,3}))?");
    private static final Pattern RANGE = Pattern.compile("([\\da-fA-F.:]+)-([\\da-fA-F.:]+)");
    private static final Pattern PORTS = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?");
    private static final Pattern ICMP_TYPES = Pattern.compile("(\\d{1,3})(?:-(\\d{1,3}))?");
    private static final Pattern ICMP_CODE = Pattern.compile("(\\d{1,3})\\((\\d{1,3})\\)");
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;
    private static final Map<String, Integer> PROTOCOLS = Map.ofEntries(Map.entry("any", 0), Map.entry("icmp", ICMP),
            Map.entry("tcp", 6), Map.entry("udp", 17), Map.entry("gre", 47), Map.entry("esp", 50),
            Map.entry("ah", 51), Map.entry("ipv6-icmp", ICMPV6), Map.entry("icmpv6", ICMPV6), Map.entry("ospf", 89),
            Map.entry("sctp", 132));

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
        Matcher range = RANGE.matcher(text);
        if (range.matches()) {
            return inOrder(text, address(range.group(1)), address(range.group(2)));
        }
        Matcher prefix = PREFIX.matcher(text);
        if (!prefix.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no range of addresses; write 10.1.0.0/16");
        }
        Bytes address = address(prefix.group(1));
        int all = 8 * address.length();
        return prefix(text, address, prefix.group(2) == null ? all : Integer.parseInt(prefix.group(2)));
    }

    private static TrafficSelector prefix(String text, Bytes address, int bits) {
        int all = 8 * address.length();
        if (bits > all) {
            throw new IllegalArgumentException("'" + text + "': an %s prefix has 0 to %d bits"
                    .formatted(all == 32 ? "IPv4" : "IPv6", all));
        }
        byte[] start = address.toArray();
        byte[] end = address.toArray();
        for (int at = 0; at < start.length; at++) {
            int hostBits = Math.clamp(8 * (at + 1) - bits, 0, 8);
            int host = (1 << hostBits) - 1;
            start[at] = (byte) (start[at] & ~host);
            end[at] = (byte) (end[at] | host);
        }
        return TrafficSelector.ofAddresses(Bytes.copyOf(start), Bytes.copyOf(end));
    }

    private static TrafficSelector inOrder(String text, Bytes start, Bytes end) {
        if (start.length() != end.length()) {
            throw new IllegalArgumentException("'" + text + "' is IPv4 at one end and IPv6 at the other");
        }
        if (start.compareTo(end) > 0) {
            throw new IllegalArgumentException("'" + text + "' ends before it starts");
        }
        return TrafficSelector.ofAddresses(start, end);
    }

    private static Bytes address(String text) {
        return Bytes.copyOf(InetAddress.ofLiteral(text).getAddress());
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
        if (text.equals("opaque")) {
            return opaque(protocol, all);
        }
        if ((protocol == ICMP || protocol == ICMPV6) && !text.equals("any")) {
            return icmp(protocol, text, all);
        }
        Matcher ports = PORTS.matcher(text.equals("any") ? "0-65535" : text);
        if (!ports.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no port; write 443 or 5000-5999");
        }
        int start = Integer.parseInt(ports.group(1));
        int end = ports.group(2) == null ? start : Integer.parseInt(ports.group(2));
        if (start > end || end > TrafficSelector.LAST_PORT) {
            throw new IllegalArgumentException("ports go from 0 to 65535 in order, not " + text);
        }
        checkProtocol(protocol, start, end, text);
        return new TrafficSelector(protocol, start, end, all.start(), all.end());
    }

    private static void checkProtocol(int protocol, int start, int end, String text) {
        if (protocol == TrafficSelector.ANY_PROTOCOL && (start > 0 || end < TrafficSelector.LAST_PORT)) {
            throw new IllegalArgumentException("ports need a protocol: write tcp/" + text + " or udp/" + text);
        }
    }

    /** RFC 7296 §3.13.1: in reverse order, since no port is meant. */
    private static TrafficSelector opaque(int protocol, TrafficSelector all) {
        if (protocol == TrafficSelector.ANY_PROTOCOL) {
            throw new IllegalArgumentException("opaque ports need a protocol: write udp/opaque");
        }
        return new TrafficSelector(protocol, TrafficSelector.LAST_PORT, 0, all.start(), all.end());
    }

    /** RFC 7296 §3.13.1: the type in the high byte, the code in the low one. */
    private static TrafficSelector icmp(int protocol, String text, TrafficSelector all) {
        Matcher code = ICMP_CODE.matcher(text);
        if (code.matches()) {
            int both = octet(code.group(1)) << 8 | octet(code.group(2));
            return new TrafficSelector(protocol, both, both, all.start(), all.end());
        }
        Matcher types = ICMP_TYPES.matcher(text);
        if (!types.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no ICMP type; write 8, 0-8, or 3(1) with a code");
        }
        int first = octet(types.group(1));
        int last = types.group(2) == null ? first : octet(types.group(2));
        if (first > last) {
            throw new IllegalArgumentException("ICMP types go from 0 to 255 in order, not " + text);
        }
        return new TrafficSelector(protocol, first << 8, last << 8 | 0xff, all.start(), all.end());
    }

    private static int octet(String text) {
        int value = Integer.parseInt(text);
        if (value > 255) {
            throw new IllegalArgumentException("ICMP types and codes end at 255, before " + value);
        }
        return value;
    }
}
