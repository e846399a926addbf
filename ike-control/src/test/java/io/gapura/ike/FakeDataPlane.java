package io.gapura.ike;

import io.gapura.ike.message.Bytes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Remembers what IKE has installed, and complains of every misuse. */
final class FakeDataPlane implements DataPlane {
    record Lane(int tunnel, int number) {}

    /** One direction as installed, its keys copied: the caller wipes them. */
    record Installed(int tunnel, int spi, Bytes keys, EspSa sa) {}

    final Map<Integer, Installed> inbound = new TreeMap<>();
    final Map<Integer, Selectors> tunnels = new TreeMap<>();
    /** What each lane of a tunnel sends with. */
    final Map<Lane, Installed> sending = new HashMap<>();
    final Map<Long, Installed> outbound = new LinkedHashMap<>();
    final List<Integer> reserved = new ArrayList<>();
    final Map<Integer, Use> inboundUse = new HashMap<>();

    /** How many lanes it has use for. */
    int lanes = 1;

    private final int firstSpi;
    private int spis;
    private int openedTunnels;
    private long handles;

    FakeDataPlane(int firstSpi) {
        this.firstSpi = firstSpi;
    }

    @Override
    public int lanes() {
        return lanes;
    }

    @Override
    public int allocateSpi() {
        int spi = firstSpi + spis++;
        reserved.add(spi);
        return spi;
    }

    @Override
    public void releaseSpi(int spi) {
        if (!reserved.remove(/* element */ (Integer) spi)) {
            throw new IllegalStateException("SPI " + spi + " is not reserved");
        }
    }

    @Override
    public int openTunnel(Selectors selectors) {
        tunnels.put(openedTunnels, selectors);
        return openedTunnels++;
    }

    @Override
    public void closeTunnel(int tunnel) {
        if (tunnels.remove(tunnel) == null) {
            throw new IllegalStateException("tunnel " + tunnel + " is not open");
        }
        sending.keySet().removeIf(lane -> lane.tunnel == tunnel);
    }

    @Override
    public void installInbound(int spi, EspSa sa) {
        releaseSpi(spi);
        inbound.put(spi, new Installed(-1, spi, Bytes.copyOf(sa.keys().toArray()), sa));
    }

    @Override
    public long installOutbound(int tunnel, int spi, EspSa sa) {
        if (!tunnels.containsKey(tunnel)) {
            throw new IllegalStateException("tunnel " + tunnel + " is not open");
        }
        Installed installed = new Installed(tunnel, spi, Bytes.copyOf(sa.keys().toArray()), sa);
        sending.put(new Lane(tunnel, sa.lane()), installed);
        outbound.put(++handles, installed);
        return handles;
    }

    @Override
    public void retireInbound(int spi) {
        if (inbound.remove(spi) == null) {
            throw new IllegalStateException("inbound SPI " + spi + " is not installed");
        }
    }

    @Override
    public void retireOutbound(long handle) {
        Installed retired = outbound.remove(handle);
        if (retired == null) {
            throw new IllegalStateException("outbound SA " + handle + " is not installed");
        }
        sending.remove(new Lane(retired.tunnel, retired.sa.lane()), retired);
    }

    @Override
    public Use inboundUse(int spi) {
        return inboundUse.getOrDefault(spi, Use.NONE);
    }

    @Override
    public Use outboundUse(long handle) {
        return Use.NONE;
    }

    /** Whether a packet that this side sends through any of its tunnels can be opened over there. */
    boolean reaches(FakeDataPlane peer) {
        return !sending.isEmpty() && sent().allMatch(peer::opens);
    }

    /** By what it sends now. */
    Stream<Installed> sent() {
        return sending.values().stream().filter(each -> isChosen(each.tunnel));
    }

    /** Whether a packet of the peer's that was sent by it can be opened here. */
    boolean opens(Installed sent) {
        Installed here = inbound.get(sent.spi);
        return here != null && here.keys.equals(sent.keys) && here.sa.suite().esn() == sent.sa.suite().esn();
    }

    /** As in an SPD, the oldest of several tunnels with the same selectors carries the packets. */
    private boolean isChosen(int tunnel) {
        return tunnels.entrySet().stream().filter(each -> each.getValue().equals(tunnels.get(tunnel)))
                .allMatch(each -> each.getKey() >= tunnel);
    }
}
