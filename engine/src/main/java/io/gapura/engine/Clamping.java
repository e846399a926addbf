package io.gapura.engine;

import io.gapura.engine.ah.Overhead;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.route.Fib;
import io.gapura.engine.sad.InboundSa;
import io.gapura.engine.sad.PathMtus;
import io.gapura.engine.wire.OuterHeader;
import java.util.HashMap;
import java.util.Map;

/**
 * What TCP that comes through tunnels may offer: no more than their other direction takes, which changes with the routes and with what is
 * learnt of the paths. Only of SAs that are told to clamp. Control thread.
 */
final class Clamping {
    private final PathMtus paths;
    private final Map<Integer, Clamped> clamped = new HashMap<>();
    private Fib routes = Fib.empty();
    private int knownPaths;

    /** An SA, and what the other direction writes around a packet. */
    private record Clamped(InboundSa sa, EspCipher cipher, OuterHeader outer, boolean transport) {}

    Clamping(PathMtus paths) {
        this.paths = paths;
    }

    /** Before it is installed. */
    void add(InboundSa sa, SaSpec spec) {
        Clamped each = new Clamped(sa, spec.cipher(), spec.outerHeader(sa.spi), spec.isTransport());
        clamped.put(sa.spi, each);
        tell(each);
    }

    void remove(int spi) {
        clamped.remove(spi);
    }

    /** These are the routes from now on. */
    void follow(Fib published) {
        routes = published;
        clamped.values().forEach(this::tell);
    }

    /** Takes in what was learnt of the paths. */
    void poll() {
        if (knownPaths != paths.changes()) {
            knownPaths = paths.changes();
            clamped.values().forEach(this::tell);
        }
    }

    private void tell(Clamped each) {
        Adjacency nextHop = routes.lookup(each.outer.destination());
        if (nextHop != null) {
            int mtu = Math.min(nextHop.mtu(), paths.of(each.outer.destination()));
            each.sa.clampMtu = Overhead.innerMtu(each.cipher, each.outer, each.transport, mtu);
        }
    }
}
