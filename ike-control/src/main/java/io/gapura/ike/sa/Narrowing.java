package io.gapura.ike.sa;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.TrafficSelector;
import java.util.ArrayList;
import java.util.List;

/** Traffic selectors as sets of packets, RFC 7296 §2.9. */
final class Narrowing {
    /** As many as a TS payload can carry, RFC 7296 §3.13. */
    private static final int MOST = 255;

    private Narrowing() {
    }

    /**
     * What both lists select; empty if nothing. Selectors within others are left out; what comes of the first one on
     * offer, which may stand for the packet that is waiting, comes first. What goes beyond a payload is left out too.
     */
    static List<TrafficSelector> common(List<TrafficSelector> offered, List<TrafficSelector> ours) {
        List<TrafficSelector> common = new ArrayList<>();
        List<TrafficSelector> both = new ArrayList<>();
        for (TrafficSelector offer : offered) {
            for (TrafficSelector own : ours) {
                both.clear();
                intersect(offer, own, both);
                both.forEach(selector -> addUncovered(selector, common));
            }
        }
        return common;
    }

    /** Whether {@code ours} let all of the first selector on offer pass. */
    static boolean takesFirst(List<TrafficSelector> offered, List<TrafficSelector> ours) {
        return !offered.isEmpty() && isWithin(offered.subList(0, 1), ours);
    }

    /** Whether everything that {@code answer} selects was on offer. */
    static boolean isWithin(List<TrafficSelector> answer, List<TrafficSelector> offered) {
        return !answer.isEmpty() && answer.stream()
                .allMatch(
                        selector -> selector.isValid() && offered.stream().anyMatch(whole -> covers(whole, selector)));
    }

    private static void intersect(TrafficSelector a, TrafficSelector b, List<TrafficSelector> into) {
        if (a.isIpv4() != b.isIpv4() || !a.isValid() || !b.isValid() || !shareProtocol(a, b)) {
            return;
        }
        boolean anyProtocol = a.protocol() == TrafficSelector.ANY_PROTOCOL;
        if (a.isOpaque() || b.isOpaque()) {
            intersectOpaque(a, b, into);
            return;
        }
        Bytes start = a.start().compareTo(b.start()) >= 0 ? a.start() : b.start();
        Bytes end = a.end().compareTo(b.end()) <= 0 ? a.end() : b.end();
        TrafficSelector both = new TrafficSelector(anyProtocol ? b.protocol() : a.protocol(),
                Math.max(a.startPort(), b.startPort()), Math.min(a.endPort(), b.endPort()), start, end);
        if (start.compareTo(end) <= 0 && both.startPort() <= both.endPort()) {
            into.add(both);
        }
    }

    private static boolean shareProtocol(TrafficSelector a, TrafficSelector b) {
        return a.protocol() == b.protocol() || a.protocol() == TrafficSelector.ANY_PROTOCOL
                || b.protocol() == TrafficSelector.ANY_PROTOCOL;
    }

    /** Any port may be one that cannot be seen; a certain one cannot. */
    private static void intersectOpaque(TrafficSelector a, TrafficSelector b, List<TrafficSelector> into) {
        if ((a.isOpaque() || a.hasAllPorts()) && (b.isOpaque() || b.hasAllPorts())) {
            List<TrafficSelector> all = new ArrayList<>();
            intersect(allPorts(a), allPorts(b), all);
            all.forEach(each -> into.add(new TrafficSelector(each.protocol(), TrafficSelector.LAST_PORT, 0,
                    each.start(), each.end())));
        }
    }

    private static TrafficSelector allPorts(TrafficSelector selector) {
        return new TrafficSelector(selector.protocol(), 0, TrafficSelector.LAST_PORT, selector.start(),
                selector.end());
    }

    /** Never looks at more than a payload's worth: the peer decides how many there would be. */
    private static void addUncovered(TrafficSelector selector, List<TrafficSelector> kept) {
        if (kept.stream().noneMatch(each -> covers(each, selector))) {
            kept.removeIf(each -> covers(selector, each));
            if (kept.size() < MOST) {
                kept.add(selector);
            }
        }
    }

    private static boolean covers(TrafficSelector whole, TrafficSelector part) {
        return whole.isIpv4() == part.isIpv4()
                && (whole.protocol() == TrafficSelector.ANY_PROTOCOL || whole.protocol() == part.protocol())
                && coversPorts(whole, part)
                && whole.start().compareTo(part.start()) <= 0 && whole.end().compareTo(part.end()) >= 0;
    }

    private static boolean coversPorts(TrafficSelector whole, TrafficSelector part) {
        boolean invisible = whole.isOpaque() || part.isOpaque();
        return invisible
                ? part.isOpaque() && (whole.isOpaque() || whole.hasAllPorts())
                : whole.startPort() <= part.startPort() && whole.endPort() >= part.endPort();
    }
}
