package io.gapura.engine.sad;

import io.gapura.engine.crypto.AeadKey;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.spd.Selector;
import io.gapura.engine.spd.SelectorSet;
import io.gapura.engine.wire.OuterHeader;
import io.gapura.ffi.IpAddress;

/** A key that only knows whether it was closed, and SAs that use it. */
final class TestKey extends AeadKey {
    private volatile boolean closed;

    TestKey() {
        super(0);
    }

    @Override
    public void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    InboundSa inbound(int spi) {
        return inbound(spi, Lifetime.FOREVER);
    }

    InboundSa inbound(int spi, Lifetime lifetime) {
        return new InboundSa(spi, Addressing.tunnel(IpAddress.ofIpv4(1)), keys(), new ReplayWindow(64, false),
                SelectorSet.of(Selector.ANY), lifetime, 0);
    }

    OutboundSa outbound(int tunnel) {
        return outbound(tunnel, false, Lifetime.FOREVER);
    }

    OutboundSa outbound(int tunnel, boolean esn, Lifetime lifetime) {
        return new OutboundSa(0x1000, esn, keys(), OuterHeader.esp(1, 2), false, lifetime, tunnel, 0);
    }

    private EspKey keys() {
        return new EspKey(EspCipher.AES_128_GCM_16, this, 0);
    }
}
