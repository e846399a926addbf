package io.gapura.gateway.bench;

import io.gapura.engine.Engine;
import io.gapura.engine.EngineEvents;
import io.gapura.engine.SaSpec;
import io.gapura.engine.crypto.KeyMaterial;
import io.gapura.engine.spd.AddressRange;
import io.gapura.engine.spd.Policy;
import io.gapura.engine.spd.Selector;
import io.gapura.engine.spd.SelectorSet;
import io.gapura.ffi.IpAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The SAs from one engine to another, set up by hand: each with a key of its own, for a host of its own behind the
 * receiver. The control thread of both engines.
 */
final class SaPairs {
    static final int LEFT_GATEWAY = 0xc000_0201;
    static final int RIGHT_GATEWAY = 0xc000_0202;
    static final int LEFT_HOST = 0x0a01_0001;
    /** The first of the hosts behind the receiver. */
    static final int RIGHT_HOSTS = 0x0a02_0000;

    /** The SAs have no limits, and there is one for each packet. */
    static final EngineEvents NO_EVENTS = new EngineEvents() {
        @Override
        public void onSoftLimit(int tunnel, int spi) {
            throw new IllegalStateException("an SA without limits has passed its soft one");
        }

        @Override
        public void onHardLimit(int tunnel, int spi) {
            throw new IllegalStateException("an SA without limits has passed its hard one");
        }

        @Override
        public void onAcquire(int tunnel) {
            throw new IllegalStateException("tunnel " + tunnel + " has no SA");
        }

        @Override
        public void onUnknownSpi(int spi, IpAddress from) {
            // A packet that was late: its SA has been replaced.
        }
    };

    private final Engine sender;
    private final Engine receiver;
    private final Load load;
    private final List<Pair> pairs = new ArrayList<>();
    private int keys;

    /** Both ends of one SA, and the tunnel that the sender reaches it by. */
    private record Pair(int tunnel, long handle, int spi) {}

    SaPairs(Engine sender, Engine receiver, Load load) {
        this.sender = sender;
        this.receiver = receiver;
        this.load = load;
    }

    /** Installs them all; the policies that lead to them. */
    List<Policy> install() {
        List<Policy> policies = new ArrayList<>();
        for (int sa = 0; sa < load.sas(); sa++) {
            Selector selector = Selector.between(AddressRange.ANY, AddressRange.single(RIGHT_HOSTS + sa));
            int tunnel = sender.openTunnel();
            pairs.add(pair(tunnel));
            policies.add(Policy.protect("sa-" + sa, selector, tunnel));
        }
        return policies;
    }

    /** As IKE does: first the receiver's end, then the sender's. */
    private Pair pair(int tunnel) {
        byte[] key = new byte[load.cipher().keyMaterialBytes()];
        key[0] = (byte) keys;
        key[1] = (byte) (keys >> 8);
        key[2] = (byte) (keys++ >> 16);
        try (KeyMaterial material = KeyMaterial.copyOf(key)) {
            int spi = receiver.allocateSpi();
            receiver.installInbound(spi, SaSpec.of(load.cipher(), material, true, RIGHT_GATEWAY, LEFT_GATEWAY),
                    SelectorSet.of(Selector.ANY));
            long handle = sender.installOutbound(tunnel, spi,
                    SaSpec.of(load.cipher(), material, true, LEFT_GATEWAY, RIGHT_GATEWAY));
            return new Pair(tunnel, handle, spi);
        }
    }

    /** Replaces an SA by a new one; what is to be done when no packet of the old one can be on its way any more. */
    Runnable rekey(int sa) {
        Pair old = pairs.get(sa);
        pairs.set(sa, pair(old.tunnel()));
        sender.retireOutbound(old.handle());
        return () -> receiver.retireInbound(old.spi());
    }
}
