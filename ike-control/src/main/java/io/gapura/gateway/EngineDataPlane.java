package io.gapura.gateway;

import io.gapura.engine.Engine;
import io.gapura.engine.SaSpec;
import io.gapura.engine.UdpPorts;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.crypto.KeyMaterial;
import io.gapura.engine.sad.Lifetime;
import io.gapura.engine.sad.SaCounters;
import io.gapura.engine.spd.Policy;
import io.gapura.engine.spd.SelectorSet;
import io.gapura.engine.wire.OuterDf;
import io.gapura.ike.DataPlane;
import io.gapura.ike.config.ChildLimits;
import io.gapura.ike.config.Connection;
import io.gapura.ike.crypto.Encryption;
import io.gapura.ike.message.Bytes;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;

/** IKE's wishes in the engine's words. Publishes the SPD anew whenever a tunnel comes or goes. Control thread. */
public final class EngineDataPlane implements DataPlane {
    private final Engine engine;
    private final PolicyBook policies;

    /** From now on the engine discards what the connections' children would protect, as long as they are down. */
    public EngineDataPlane(Engine engine, List<Policy> explicit, List<Connection> connections) {
        this.engine = engine;
        this.policies = new PolicyBook(explicit, connections);
        engine.publish(policies.compile());
    }

    @Override
    public int allocateSpi() {
        return engine.allocateSpi();
    }

    @Override
    public void releaseSpi(int spi) {
        engine.releaseSpi(spi);
    }

    @Override
    public int openTunnel(Selectors selectors) {
        int tunnel = engine.openTunnel();
        policies.open(tunnel, selectors);
        engine.publish(policies.compile());
        return tunnel;
    }

    @Override
    public void closeTunnel(int tunnel) {
        policies.close(tunnel);
        engine.publish(policies.compile());
        engine.clearTunnel(tunnel);
        engine.closeTunnel(tunnel);
    }

    @Override
    public void installInbound(int spi, EspSa sa) {
        try (KeyMaterial keys = keys(sa)) {
            SelectorSet selectors = SelectorSet
                    .of(PolicyBook.selectors(sa.selectors().local(), sa.selectors().remote()));
            engine.installInbound(spi, spec(sa, keys, hardOnly(sa.child().limits())), selectors);
        }
    }

    @Override
    public long installOutbound(int tunnel, int spi, EspSa sa) {
        try (KeyMaterial keys = keys(sa)) {
            return engine.installOutbound(tunnel, spi, spec(sa, keys, lifetime(sa.child().limits())));
        }
    }

    private static KeyMaterial keys(EspSa sa) {
        return sa.keys().use(KeyMaterial::copyOf);
    }

    private static SaSpec spec(EspSa sa, KeyMaterial keys, Lifetime lifetime) {
        UdpPorts ports = sa.inUdp() ? new UdpPorts(sa.local().getPort(), sa.remote().getPort()) : null;
        return new SaSpec(cipher(sa.suite().encryption()), keys, sa.suite().esn(), sa.child().replayWindow(),
                address(sa.local()), address(sa.remote()), ports, lifetime,
                sa.child().copyDf() ? OuterDf.COPY : OuterDf.CLEAR, sa.child().copyDscp());
    }

    private static EspCipher cipher(Encryption encryption) {
        return Arrays.stream(EspCipher.values())
                .filter(cipher -> encryption.isAead() && cipher.keyBytes() == encryption.keyBytes()).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the engine has no " + encryption.keyword()));
    }

    private static int address(InetSocketAddress socketAddress) {
        return Bytes.copyOf(socketAddress.getAddress().getAddress()).intAt(0);
    }

    private static Lifetime lifetime(ChildLimits limits) {
        return new Lifetime(limits.rekeyPackets(), limits.lifePackets(), limits.rekeyBytes(), limits.lifeBytes());
    }

    /** The sender rekeys; the receiver only takes care that nothing goes on for ever. */
    private static Lifetime hardOnly(ChildLimits limits) {
        return new Lifetime(limits.lifePackets(), limits.lifePackets(), limits.lifeBytes(), limits.lifeBytes());
    }

    @Override
    public void retireInbound(int spi) {
        engine.retireInbound(spi);
    }

    @Override
    public void retireOutbound(long handle) {
        engine.retireOutbound(handle);
    }

    @Override
    public Use inboundUse(int spi) {
        return use(engine.inboundCounters(spi));
    }

    @Override
    public Use outboundUse(long handle) {
        return use(engine.outboundCounters(handle));
    }

    private static Use use(SaCounters counters) {
        return new Use(counters.packets(), counters.bytes(), counters.lastUsedNs());
    }
}
