package io.gapura.gateway.config;

import io.gapura.ike.config.Child;
import io.gapura.ike.config.ChildLimits;
import io.gapura.ike.config.DpdAction;
import io.gapura.ike.config.Mode;
import io.gapura.ike.config.StartAction;
import io.gapura.ike.config.Wrapping;
import io.gapura.ike.crypto.Proposals;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Proposal;
import io.gapura.ike.message.TrafficSelector;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code connections.<name>.children.<name>}. */
final class ChildReader {
    private static final int SMALLEST_WINDOW = 32;
    private static final int LARGEST_WINDOW = 65_536;
    private static final int MOST_PER_CPU_SAS = 256;

    /** Beyond this share of its life an SA is replaced, where only the life is set. */
    private static final double SOFT_LIMIT = 0.9;

    private final InetAddress local;
    private final @Nullable InetAddress remote;
    private final int replayWindow;

    /**
     * A reader of one connection's children.
     *
     * @param local the outer addresses, for {@code dynamic}; {@code remote} null for any
     */
    ChildReader(InetAddress local, @Nullable InetAddress remote, int replayWindow) {
        this.local = local;
        this.remote = remote;
        this.replayWindow = replayWindow;
    }

    Child read(String name, Section section) throws InvalidConfiguration {
        Mode mode = section.read("mode", Mode.TUNNEL, value -> value.choice(Mode.class));
        List<TrafficSelector> localTs = section.need("local_ts", List.of(), value -> selectors(value, local));
        List<TrafficSelector> remoteTs = section.need("remote_ts", List.of(), value -> selectors(value, remote));
        List<Proposal> proposals = proposals(section);
        StartAction start = section.read("start_action", StartAction.NONE, this::startAction);
        DpdAction dpd = section.read("dpd_action", DpdAction.CLEAR, this::dpdAction);
        DpdAction close = section.read("close_action", DpdAction.CLEAR, this::dpdAction);
        ChildLimits limits = limits(section);
        int window = section.read("replay_window", replayWindow, ChildReader::window);
        Wrapping wrapping = WrappingReader.read(section, mode);
        int perCpuSas = section.read("per_cpu_sas", 0, ChildReader::perCpuSas);
        if (mode == Mode.TRANSPORT) {
            checkEnds(section, localTs, remoteTs);
        }
        return section.checked(() -> new Child(name, localTs, remoteTs, proposals, start, dpd, close, limits,
                window, wrapping, perCpuSas, mode));
    }

    /** Of ESP; or of AH, if it has {@code ah_proposals}. */
    private static List<Proposal> proposals(Section section) throws InvalidConfiguration {
        List<Proposal> ah = section.read("ah_proposals", List.of(),
                value -> ConnectionReader.proposals(value, Proposals::ah));
        List<Proposal> esp = section.read("esp_proposals", List.of(),
                value -> ConnectionReader.proposals(value, Proposals::esp));
        if (!ah.isEmpty() && !esp.isEmpty()) {
            throw section.fault("ah_proposals",
                    "a child is protected by ESP or by AH; leave out esp_proposals or ah_proposals");
        }
        return !ah.isEmpty() ? ah : !esp.isEmpty() ? esp : Proposals.esp(List.of());
    }

    /** {@code yes} for one each worker, {@code no}, or how many. */
    private static int perCpuSas(Value value) throws InvalidConfiguration {
        return switch (value.text()) {
            case "yes" -> Child.ONE_PER_WORKER;
            case "no" -> 0;
            default -> value.integer(1, MOST_PER_CPU_SAS);
        };
    }

    /** Transport mode has no other ends than those of the IKE SA. */
    private void checkEnds(Section section, List<TrafficSelector> localTs, List<TrafficSelector> remoteTs)
            throws InvalidConfiguration {
        if (!isOf(localTs, local)) {
            throw section.fault("local_ts", "transport mode protects this host's own traffic; write dynamic");
        }
        if (remote != null && !isOf(remoteTs, remote)) {
            throw section.fault("remote_ts", "transport mode protects the peer's own traffic; write dynamic");
        }
    }

    private static boolean isOf(List<TrafficSelector> selectors, InetAddress address) {
        Bytes raw = Bytes.copyOf(address.getAddress());
        return selectors.stream().allMatch(each -> each.start().equals(raw) && each.end().equals(raw));
    }

    static int window(Value value) throws InvalidConfiguration {
        return value.integer(SMALLEST_WINDOW, LARGEST_WINDOW);
    }

    private static List<TrafficSelector> selectors(Value value, @Nullable InetAddress dynamic)
            throws InvalidConfiguration {
        return value.list(element -> element.parse(text -> TrafficSelectors.parse(text, dynamic)));
    }

    private StartAction startAction(Value value) throws InvalidConfiguration {
        StartAction action = value.choice(StartAction.class);
        if (action != StartAction.NONE && remote == null) {
            throw value.fault("cannot start towards %any; write none, or give remote_addrs an address");
        }
        return action;
    }

    /** swanctl writes {@code none} as well for {@code clear}. */
    private DpdAction dpdAction(Value value) throws InvalidConfiguration {
        DpdAction action = value.text().equals("none") ? DpdAction.CLEAR : value.choice(DpdAction.class);
        if (action == DpdAction.RESTART && remote == null) {
            throw value.fault("cannot restart towards %any; write clear, or give remote_addrs an address");
        }
        return action;
    }

    private static ChildLimits limits(Section section) throws InvalidConfiguration {
        Duration rekeyTime = section.read("rekey_time", ChildLimits.DEFAULT.rekeyTime(), Value::duration);
        Duration lifeTime = section.read("life_time", ChildLimits.ofTime(rekeyTime).lifeTime(), Value::duration);
        long wantedBytes = section.read("rekey_bytes", ChildLimits.UNLIMITED, Value::bytes);
        long lifeBytes = section.read("life_bytes", hard(wantedBytes), Value::bytes);
        long rekeyBytes = wantedBytes == ChildLimits.UNLIMITED ? soft(lifeBytes) : wantedBytes;
        long wantedPackets = section.read("rekey_packets", ChildLimits.UNLIMITED, Value::count);
        long lifePackets = section.read("life_packets", hard(wantedPackets), Value::count);
        long rekeyPackets = wantedPackets == ChildLimits.UNLIMITED ? soft(lifePackets) : wantedPackets;
        return section.checked(
                () -> new ChildLimits(rekeyTime, lifeTime, rekeyBytes, lifeBytes, rekeyPackets, lifePackets));
    }

    /** As in swanctl, where only the rekey is set. */
    private static long hard(long rekey) {
        return rekey > ChildLimits.UNLIMITED / 2 ? ChildLimits.UNLIMITED : rekey + rekey / 10;
    }

    private static long soft(long life) {
        return life == ChildLimits.UNLIMITED ? life : (long) (life * SOFT_LIMIT);
    }
}
