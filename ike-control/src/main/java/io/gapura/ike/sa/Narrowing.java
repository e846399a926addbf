package io.gapura.ike.sa;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.TrafficSelector;
import java.util.ArrayList;
import java.util.List;

/** Traffic selectors as sets of packets, RFC 7296 §2.9. */
final class Narrowing {
    private Narrowing() {
    }

    /** What both lists select; empty if nothing. Selectors within others are left out. */
    static List<TrafficSelector> common(List<TrafficSelector> offered, List<TrafficSelector> ours) {
        List<TrafficSelector> common = new ArrayList<>();
        for (TrafficSelector own : ours) {
            for (TrafficSelector offer : offered) {
                intersect(offer, own, common);
            }
        }
        return withoutCovered(common);
    }

    /** Whether everything that {@code answer} selects was on offer. */
    static boolean isWithin(List<TrafficSelector> answer, List<TrafficSelector> offered) {
        return !answer.isEmpty() && answer.stream()
                .allMatch(
                        selector -> selector.isValid() && offered.stream().anyMatch(whole -> covers(whole, selector)));
    }

    private static void intersect(TrafficSelector a, TrafficSelector b, List<TrafficSelector> into) {
        if (a.isIpv4() != b.isIpv4() || !a.isValid() || !b.isValid()) {
            return;
        }
        boolean anyProtocol = a.protocol() == TrafficSelector.ANY_PROTOCOL;
        if (!anyProtocol && b.protocol() != TrafficSelector.ANY_PROTOCOL && a.protocol() != b.protocol()) {
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

    private static List<TrafficSelector> withoutCovered(List<TrafficSelector> all) {
        List<TrafficSelector> rest = new ArrayList<>();
        for (TrafficSelector selector : all) {
            if (rest.stream().noneMatch(kept -> covers(kept, selector))) {
                rest.removeIf(kept -> covers(selector, kept));
                rest.add(selector);
            }
        }
        return rest;
    }

    private static boolean covers(TrafficSelector whole, TrafficSelector part) {
        return whole.isIpv4() == part.isIpv4()
                && (whole.protocol() == TrafficSelector.ANY_PROTOCOL || whole.protocol() == part.protocol())
                && whole.startPort() <= part.startPort() && whole.endPort() >= part.endPort()
                && whole.start().compareTo(part.start()) <= 0 && whole.end().compareTo(part.end()) >= 0;
    }
}
