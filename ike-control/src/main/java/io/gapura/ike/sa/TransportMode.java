package io.gapura.ike.sa;

import io.gapura.ike.config.Child;
import io.gapura.ike.config.Mode;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.TrafficSelector;
import java.net.InetAddress;
import java.util.List;

/**
 * Transport mode, RFC 7296 §1.3.1: asked for by USE_TRANSPORT_MODE, and agreed on if the answer has it too; otherwise
 * it is a tunnel.
 *
 * <p>Through NATs, §2.23.1: each side knows addresses that the other has never heard of. Both put the ends of the IKE
 * SA, as they see them, in the place of what stands in the selectors:
 *
 * <pre>
 *   10.9.0.5 ─── NAT 198.51.100.9 ─── 203.0.113.7
 *   TSi 10.9.0.5, TSr 203.0.113.7            -->     reads TSi as 198.51.100.9
 *   reads TSi as 10.9.0.5                    <--     TSi 198.51.100.9, TSr 203.0.113.7
 * </pre>
 */
final class TransportMode {
    static final String NO_AH_BEHIND_NAT = "there is a NAT between the peers, which AH cannot pass: write esp_proposals";

    private TransportMode() {
    }

    /** Whether the message says so. */
    static boolean isIn(IkeMessage message) {
        return message.notifies(NotifyType.USE_TRANSPORT_MODE);
    }

    static boolean isWanted(Child child) {
        return child.mode() == Mode.TRANSPORT;
    }

    /** Our selectors as we have to read them. */
    static List<TrafficSelector> local(List<TrafficSelector> selectors, Path path) {
        return path.isBehindNat() ? at(selectors, path.localAddress()) : selectors;
    }

    /** The peer's. */
    static List<TrafficSelector> remote(List<TrafficSelector> selectors, Path path) {
        return path.isPeerBehindNat() ? at(selectors, path.remoteAddress()) : selectors;
    }

    /** Nothing if they are not of single addresses: what stands behind a NAT is one host. */
    private static List<TrafficSelector> at(List<TrafficSelector> selectors, InetAddress address) {
        Bytes raw = Bytes.copyOf(address.getAddress());
        return selectors.stream().allMatch(each -> each.start().equals(each.end()))
                ? selectors.stream().map(each -> new TrafficSelector(each.protocol(), each.startPort(),
                        each.endPort(), raw, raw)).distinct().toList()
                : List.of();
    }

    /** Whether they are of the two ends alone, as transport mode needs it. */
    static boolean isOfBothEnds(List<TrafficSelector> local, List<TrafficSelector> remote, Path path) {
        return isOf(local, path.localAddress()) && isOf(remote, path.remoteAddress());
    }

    private static boolean isOf(List<TrafficSelector> selectors, InetAddress address) {
        Bytes raw = Bytes.copyOf(address.getAddress());
        return !selectors.isEmpty()
                && selectors.stream().allMatch(each -> each.start().equals(raw) && each.end().equals(raw));
    }
}
