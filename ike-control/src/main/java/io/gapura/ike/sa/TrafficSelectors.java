package io.gapura.ike.sa;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.TrafficSelector;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Collectors;

/** Traffic selectors in words, as swanctl has them: {@code 10.1.0.0/16[tcp/443]}. */
public final class TrafficSelectors {
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;

    private TrafficSelectors() {
    }

    public static String words(List<TrafficSelector> selectors) {
        return selectors.isEmpty()
                ? "nothing"
                : selectors.stream().map(TrafficSelectors::words)
                        .collect(Collectors.joining(" "));
    }

    public static String words(TrafficSelector selector) {
        String addresses = range(selector.start(), selector.end());
        boolean allPorts = selector.startPort() == 0 && selector.endPort() == TrafficSelector.LAST_PORT;
        if (allPorts && selector.protocol() == TrafficSelector.ANY_PROTOCOL) {
            return addresses;
        }
        return addresses + "[" + protocol(selector.protocol()) + (allPorts ? "" : "/" + ports(selector)) + "]";
    }

    private static String protocol(int number) {
        return switch (number) {
            case TrafficSelector.ANY_PROTOCOL -> "any";
            case ICMP -> "icmp";
            case 6 -> "tcp";
            case 17 -> "udp";
            case ICMPV6 -> "ipv6-icmp";
            default -> Integer.toString(number);
        };
    }

    private static String ports(TrafficSelector selector) {
        if (selector.isOpaque()) {
            return "opaque";
        }
        int start = selector.startPort();
        int end = selector.endPort();
        boolean icmp = selector.protocol() == ICMP || selector.protocol() == ICMPV6;
        if (icmp && start == end) {
            return "%d(%d)".formatted(start >> 8, start & 0xff);
        }
        boolean wholeTypes = (start & 0xff) == 0 && (end & 0xff) == 0xff;
        return icmp && wholeTypes ? span(start >> 8, end >> 8) : span(start, end);
    }

    private static String span(int first, int last) {
        return first == last ? Integer.toString(first) : first + "-" + last;
    }

    private static String range(Bytes start, Bytes end) {
        int bits = commonBits(start, end);
        boolean prefix = true;
        for (int bit = bits; bit < start.length() * 8; bit++) {
            prefix &= !isSet(start, bit) && isSet(end, bit);
        }
        return prefix ? address(start) + "/" + bits : address(start) + "-" + address(end);
    }

    private static int commonBits(Bytes a, Bytes b) {
        int bit = 0;
        while (bit < a.length() * 8 && isSet(a, bit) == isSet(b, bit)) {
            bit++;
        }
        return bit;
    }

    private static boolean isSet(Bytes bytes, int bit) {
        return (bytes.at(bit / 8) & (0x80 >>> (bit % 8))) != 0;
    }

    private static String address(Bytes address) {
        try {
            return InetAddress.getByAddress(address.toArray()).getHostAddress();
        } catch (UnknownHostException _) {
            return address.hex();
        }
    }
}
