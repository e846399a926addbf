package io.gapura.gateway.process;

import io.gapura.engine.Engine;
import io.gapura.engine.explain.PacketWalk;
import io.gapura.engine.explain.PacketWalk.Way;
import io.gapura.engine.packet.DropReason;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.spd.Action;
import io.gapura.engine.spd.Policy;
import io.gapura.ffi.Memory;
import io.gapura.gateway.config.Origins;
import io.gapura.gateway.vici.ViciMessage;
import io.gapura.ike.IkeSaStatus;
import io.gapura.ike.IkeSaStatus.ChildStatus;
import java.lang.foreign.Arena;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Tells step by step what would become of a packet, and which line of the configuration decides: policy, SA, worker, MTU, verdict.
 * Control thread.
 */
final class Explanation {
    private static final String OF_CHILDREN = "/";

    private final Engine engine;
    private final Origins origins;
    private final List<IkeSaStatus> sas;
    private final ViciMessage.Builder steps = ViciMessage.builder();
    private int count;

    private Explanation(Engine engine, Origins origins, List<IkeSaStatus> sas) {
        this.engine = engine;
        this.origins = origins;
        this.sas = sas;
    }

    /**
     * The answer to {@code explain-packet}: the datagram in {@code packet} in hexadecimal, and {@code from} which side it comes, or
     * the one that it would come from by our routes.
     */
    static ViciMessage of(ViciMessage request, Engine engine, Origins origins, List<IkeSaStatus> sas) {
        byte[] datagram = HexFormat.of().parseHex(request.text("packet", ""));
        try (Arena arena = Arena.ofConfined()) {
            long ip = arena.allocate(Math.max(64, datagram.length)).address();
            Memory.copy(datagram, 0, ip, datagram.length);
            String from = request.text("from", "");
            PortRole side = from.isEmpty()
                    ? engine.sideOf(ip, datagram.length)
                    : PortRole.valueOf(from.toUpperCase(Locale.ROOT));
            return new Explanation(engine, origins, sas).tell(engine.walk(ip, datagram.length, side), side);
        }
    }

    private ViciMessage tell(PacketWalk walk, PortRole side) {
        step("packet", "%d bytes from the %s side, %s".formatted(walk.packetBytes(),
                side.name().toLowerCase(Locale.ROOT), seen(walk.way())),
                "");
        Policy policy = walk.policy();
        if (policy != null) {
            String path = path(policy);
            step("policy", says(policy), origins.of(path));
        }
        if (walk.spi() != 0) {
            tellSa(walk);
        }
        if (walk.mtu() != PacketWalk.NONE) {
            step("mtu", "%d bytes can go on; it has %d".formatted(walk.mtu(), walk.packetBytes()), "");
        }
        String verdict = verdict(walk);
        step("verdict", verdict, "");
        ViciMessage.Builder answer = ViciMessage.builder().put("success", "yes")
                .put("verdict", walk.verdict().name().toLowerCase(Locale.ROOT)).put("steps", steps);
        DropReason reason = walk.reason();
        if (reason != null) {
            answer.put("reason", reason.name());
        }
        return answer.build();
    }

    private static String seen(Way way) {
        return switch (way) {
            case INBOUND_ESP -> "ESP for us";
            case INBOUND_AH -> "AH for us";
            default -> "in clear text";
        };
    }

    private void step(String what, String says, String where) {
        steps.put(Integer.toString(++count),
                ViciMessage.builder().put("step", what).put("says", says).put("where", where));
    }

    /** Where a policy stands in the configuration. */
    private static String path(Policy policy) {
        String[] child = policy.name().split(OF_CHILDREN, 2);
        return child.length == 2 ? "connections." + child[0] + ".children." + child[1] : policy.name();
    }

    private static String says(Policy policy) {
        String who = policy.name() + ", " + policy.selector();
        if (policy.action() == Action.DISCARD && policy.name().contains(OF_CHILDREN)) {
            return who + ": to be protected, but there is no tunnel for it now";
        }
        return who + ": " + switch (policy.action()) {
            case PROTECT -> "protect";
            case BYPASS -> "bypass";
            case DISCARD -> "discard";
        };
    }

    private void tellSa(PacketWalk walk) {
        ChildStatus child = child(walk);
        String spi = String.format(Locale.ROOT, "SPI 0x%08x", walk.spi());
        if (child != null) {
            step("sa", "%s of %s, %s%s".formatted(spi, child.name(), child.suite(), child.inUdp() ? ", in UDP" : ""),
                    "");
        } else {
            step("sa", spi + (walk.worker() == PacketWalk.NONE ? ": none of ours" : ""), "");
        }
        if (walk.worker() != PacketWalk.NONE) {
            step("worker", "worker %d owns it".formatted(walk.worker()), "");
        }
    }

    private @Nullable ChildStatus child(PacketWalk walk) {
        for (IkeSaStatus ikeSa : sas) {
            for (ChildStatus child : ikeSa.children()) {
                if (walk.spi() == (walk.way() == Way.OUTBOUND ? child.spiOut() : child.spiIn())) {
                    return child;
                }
            }
        }
        return null;
    }

    private String verdict(PacketWalk walk) {
        DropReason reason = walk.reason();
        if (reason != null) {
            return "dropped: " + reason.name() + ": " + reason.sentence();
        }
        return switch (walk.verdict()) {
            case PROTECTED -> "sent by %s in %s, %d bytes".formatted(port(walk), protocol(walk), walk.sentBytes());
            case FORWARDED -> "sent by %s in clear text".formatted(port(walk));
            case FRAGMENTED -> "sent by %s in several fragments%s".formatted(port(walk),
                    walk.spi() == 0 ? "" : ", each in " + protocol(walk));
            case DECRYPTED -> (walk.way() == Way.INBOUND_AH ? "taken" : "decrypted")
                    + " if authentic; then the SA's selectors and the routes decide";
            case HELD -> "waits for its tunnel, which is down and asked for; dropped if that does not come up in time";
            case KERNEL -> "handed to the kernel";
            case DROPPED -> "dropped";
        };
    }

    private String protocol(PacketWalk walk) {
        ChildStatus child = child(walk);
        return child != null && child.ah() ? "AH" : "ESP";
    }

    private String port(PacketWalk walk) {
        return engine.ports().get(walk.egress()).name();
    }
}
