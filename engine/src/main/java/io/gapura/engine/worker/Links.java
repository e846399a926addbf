package io.gapura.engine.worker;

import io.gapura.engine.port.MemoryPort;
import io.gapura.engine.port.Port;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.port.PortSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * How a packet gets to the worker that owns its SA when the network card gave it to another: by a pair of
 * memory ports between each two workers, one per role, behind the ports of their own.
 *
 * <pre>
 *   index   0 … ports-1      ports + 2 * worker      ports + 2 * worker + 1
 *           its own ports    to worker, PROTECTED    to worker, UNPROTECTED
 * </pre>
 *
 * A frame is handed over as it came, by copy, and the other worker receives it as from a port of that role.
 */
public final class Links {
    /** Room for four batches: a worker that is behind by more drops what its links cannot take. */
    private static final int RING_FRAMES = 256;
    private static final List<PortRole> ROLES = List.of(PortRole.values());

    private Links() {
    }

    /** Each worker's ports with its links behind them; a single worker needs none. */
    public static List<List<Port>> behind(List<List<Port>> portsOfWorker) {
        int workers = portsOfWorker.size();
        if (workers == 1) {
            return portsOfWorker;
        }
        List<List<Port>> extended = new ArrayList<>();
        for (List<Port> ports : portsOfWorker) {
            extended.add(extend(ports, workers));
        }
        for (int one = 0; one < workers; one++) {
            for (int other = one + 1; other < workers; other++) {
                join(extended.get(one), extended.get(other), portsOfWorker.getFirst().size(), one, other);
            }
        }
        return extended;
    }

    /** The link to itself is joined to nothing and never used. */
    private static List<Port> extend(List<Port> own, int workers) {
        List<Port> ports = new ArrayList<>(own);
        for (int worker = 0; worker < workers; worker++) {
            for (PortRole role : ROLES) {
                PortSpec spec = new PortSpec(ports.size(), "link-" + worker, role, 0, 0, 0, Integer.MAX_VALUE);
                ports.add(new MemoryPort(spec, own.getFirst().pool(), RING_FRAMES));
            }
        }
        return ports;
    }

    private static void join(List<Port> ofOne, List<Port> ofOther, int ownPorts, int one, int other) {
        for (PortRole role : ROLES) {
            if (ofOne.get(index(ownPorts, other, role)) instanceof MemoryPort here
                    && ofOther.get(index(ownPorts, one, role)) instanceof MemoryPort there) {
                MemoryPort.join(here, there);
            }
        }
    }

    /** The index of the link to {@code worker} behind {@code ownPorts} ports. */
    static int index(int ownPorts, int worker, PortRole role) {
        return ownPorts + ROLES.size() * worker + role.ordinal();
    }
}
