package io.gapura.ffi.afxdp;

import io.gapura.ffi.IpAddress;
import io.gapura.ffi.bpf.BpfLink;
import io.gapura.ffi.bpf.BpfMap;
import io.gapura.ffi.bpf.BpfProgram;
import io.gapura.ffi.bpf.XdpAction;
import io.gapura.ffi.bpf.XdpMode;
import io.gapura.ffi.libc.Errno;
import io.gapura.ffi.libc.ErrnoException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The XDP program of one port, with the sockets it feeds and the addresses it knows as local; what it decides
 * is told by {@link PortFilter}. It vanishes from the interface with {@link #close} or with the process.
 * Control thread. Needs CAP_BPF and CAP_NET_ADMIN.
 */
public final class XdpProgram implements AutoCloseable {
    /** No VLAN: the port's frames have no tag. */
    public static final int UNTAGGED = 0;

    /** More local addresses than any gateway has; each costs some 64 bytes of kernel memory. */
    private static final int MOST_ADDRESSES = 4096;
    private static final int MOST_QUEUES = 256;

    private final BpfMap localAddresses = BpfMap.hash("gapura_local", IpAddress.IPV6_BYTES, MOST_ADDRESSES);
    private final BpfMap sockets = BpfMap.sockets("gapura_sockets", MOST_QUEUES);
    private final BpfProgram program;
    private Map<IpAddress, Integer> known = new HashMap<>();
    private @Nullable BpfLink link;

    private XdpProgram(String name, PortKind kind, long mac, int vlan) {
        this.program = BpfProgram.load(name, kind.assemble(mac, vlan, localAddresses, sockets));
    }

    /** One of {@link PortFilter}'s two programs. */
    private interface PortKind {
        long[] assemble(long mac, int vlan, BpfMap localAddresses, BpfMap sockets);
    }

    /**
     * Takes what is to be encrypted.
     *
     * @param mac  the port's Ethernet address in the low 48 bits
     * @param vlan whose frames are the port's, 1 to 4094, or {@link #UNTAGGED}
     */
    public static XdpProgram forProtectedPort(long mac, int vlan) {
        return new XdpProgram("gapura_prot", PortFilter::forProtectedPort, mac, vlan);
    }

    /** Takes what is to be decrypted or judged; otherwise as {@link #forProtectedPort(long, int)}. */
    public static XdpProgram forUnprotectedPort(long mac, int vlan) {
        return new XdpProgram("gapura_unprot", PortFilter::forUnprotectedPort, mac, vlan);
    }

    /** Of frames without a tag. */
    public static XdpProgram forProtectedPort(long mac) {
        return forProtectedPort(mac, UNTAGGED);
    }

    /** Of frames without a tag. */
    public static XdpProgram forUnprotectedPort(long mac) {
        return forUnprotectedPort(mac, UNTAGGED);
    }

    /** Frames for the engine that arrive at this queue go to {@code socket}. */
    public void redirect(int queue, XskSocket socket) {
        sockets.put(queue, socket.descriptor());
    }

    /**
     * Replaces the local addresses of both families, while the program runs: additions first, so that an address in both
     * sets is known at every moment.
     *
     * @param ports those of this port
     * @param hosts those of the other interfaces
     */
    public void localAddresses(Set<IpAddress> ports, Set<IpAddress> hosts) {
        Map<IpAddress, Integer> wanted = new HashMap<>();
        hosts.forEach(address -> wanted.put(address, PortFilter.HOSTS_ADDRESS));
        ports.forEach(address -> wanted.put(address, PortFilter.PORTS_ADDRESS));
        wanted.forEach((address, kind) -> {
            if (!kind.equals(known.get(address))) {
                localAddresses.put(address.toMappedBytes(), kind);
            }
        });
        known.keySet().stream().filter(address -> !wanted.containsKey(address))
                .forEach(address -> localAddresses.remove(address.toMappedBytes()));
        known = wanted;
    }

    /**
     * Attaches to an interface in the first of {@code modes} that its driver takes.
     *
     * @return the mode that it runs in
     */
    public XdpMode attach(int ifIndex, List<XdpMode> modes) {
        ErrnoException refusal = null;
        for (XdpMode mode : modes) {
            try {
                link = program.attach(ifIndex, mode);
                return mode;
            } catch (ErrnoException refused) {
                if (!anotherModeMayDo(refused)) {
                    throw refused;
                }
                refusal = refused;
            }
        }
        throw refusal != null ? refusal : new IllegalArgumentException("no mode to attach in");
    }

    /** Drivers refuse with various errors; but an interface that has a program keeps it, whatever the mode. */
    private static boolean anotherModeMayDo(ErrnoException refused) {
        return refused.errno() != Errno.EBUSY && refused.errno() != Errno.EEXIST && refused.errno() != Errno.EPERM;
    }

    /** What the program would do with {@code frame}, received on queue 0. */
    public XdpAction test(byte[] frame) {
        return program.test(frame);
    }

    @Override
    public void close() {
        if (link != null) {
            link.close();
            link = null;
        }
        program.close();
        sockets.close();
        localAddresses.close();
    }
}
