package io.gapura.ffi.dpdk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.gapura.ffi.libc.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * A device of DPDK's: {@link #start}, then bursts by its {@link FastPath}s, then {@link #close}. Only what all known
 * versions share is read of its structures; the others are larger blocks of zeros. Control thread.
 */
public final class EthDev implements AutoCloseable {
    /** More than {@code struct rte_eth_conf} or {@code rte_eth_dev_info} has in any version. */
    private static final int ANY_STRUCT_BYTES = 8192;
    private static final int CONF_RECEIVE_MODE = 4;
    private static final int CONF_MTU = 8;
    private static final int RECEIVE_MODE_RSS = 1;
    private static final int INFO_DRIVER_NAME = 8;
    private static final int LINK_FLAGS = 4;
    private static final int LINK_UP = 4;

    private static final long RSS_IPV4 = 0b1111_1100; // all, fragments, TCP, UDP, SCTP, others
    private static final long RSS_ESP = 1L << 27;
    private static final long RSS_AH = 1L << 28;
    /** What a device spreads packets over its queues by, best first: it takes all of one or refuses it. */
    private static final List<Long> SPREADS = List.of(RSS_IPV4 | RSS_ESP | RSS_AH, RSS_IPV4 | RSS_ESP, RSS_IPV4, 4L);

    /** Drivers whose bursts are system calls or copies of other processes' memory. */
    private static final Set<String> SOFTWARE = Set.of("net_af_packet", "net_af_xdp", "net_tap", "net_pcap",
            "net_memif", "net_virtio_user", "net_vhost");

    private final RteLibraries libraries;
    private final String name;
    private final int port;
    private boolean started;

    EthDev(RteLibraries libraries, String name, int port) {
        this.libraries = libraries;
        this.name = name;
        this.port = port;
    }

    static EthDev find(RteLibraries libraries, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment port = arena.allocate(JAVA_SHORT);
            libraries.require("rte_eth_dev_get_port_by_name(" + name + ")", "rte_eth_dev_get_port_by_name",
                    arena.allocateFrom(name).address(), port.address());
            return new EthDev(libraries, name, port.get(JAVA_SHORT, 0));
        }
    }

    /**
     * Configures and starts the device.
     *
     * @param pools what each receive queue takes its buffers from
     */
    public void start(EthDevSettings settings, List<Mempool> pools) {
        configure(settings);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment received = arena.allocateFrom(JAVA_SHORT, (short) settings.receiveDescriptors());
            MemorySegment sent = arena.allocateFrom(JAVA_SHORT, (short) settings.sendDescriptors());
            require("rte_eth_dev_adjust_nb_rx_tx_desc", port, received.address(), sent.address());
            for (int queue = 0; queue < settings.receiveQueues(); queue++) {
                require("rte_eth_rx_queue_setup", port, queue, received.get(JAVA_SHORT, 0) & 0xffff, node(), 0,
                        pools.get(queue).pointer());
            }
            for (int queue = 0; queue < settings.sendQueues(); queue++) {
                require("rte_eth_tx_queue_setup", port, queue, sent.get(JAVA_SHORT, 0) & 0xffff, node(), 0);
            }
        }
        require("rte_eth_dev_start", port);
        started = true;
        libraries.call("rte_eth_allmulticast_enable", port); // for IPv6 and routing protocols; not every driver can
    }

    private void configure(EthDevSettings settings) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment conf = arena.allocate(ANY_STRUCT_BYTES, 8);
            conf.set(JAVA_INT, CONF_RECEIVE_MODE, settings.receiveQueues() > 1 ? RECEIVE_MODE_RSS : 0);
            conf.set(JAVA_INT, CONF_MTU, settings.mtu());
            require("rte_eth_dev_configure(%d receive and %d send queues)".formatted(settings.receiveQueues(),
                    settings.sendQueues()), "rte_eth_dev_configure", port, settings.receiveQueues(),
                    settings.sendQueues(), conf.address());
        }
        if (settings.mtu() != EthDevSettings.AS_IT_IS && mtu() != settings.mtu()) {
            require("rte_eth_dev_set_mtu(" + settings.mtu() + ")", "rte_eth_dev_set_mtu", port, settings.mtu());
        }
    }

    /**
     * Spreads received packets over the queues, by ESP's SPI too where the device can (RSS). After the start.
     *
     * @return whether the device does so; otherwise one queue may receive them all
     */
    public boolean spread() {
        try (Arena arena = Arena.ofConfined()) {
            // struct rte_eth_rss_conf { u8 *rss_key; u8 rss_key_len; u64 rss_hf; enum algorithm (from 23.11); }
            MemorySegment conf = arena.allocate(64, 8);
            return SPREADS.stream().anyMatch(hashed -> {
                conf.set(JAVA_LONG, 16, hashed);
                return (int) libraries.call("rte_eth_dev_rss_hash_update", port, conf.address()) == 0;
            });
        }
    }

    private int require(String call, long... arguments) {
        return require(call, call, arguments);
    }

    private int require(String what, String call, long... arguments) {
        return libraries.require(name + ": " + what, call, arguments);
    }

    public String name() {
        return name;
    }

    /** The poll mode driver, {@code net_af_packet}. */
    public String driver() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(ANY_STRUCT_BYTES, 8);
            require("rte_eth_dev_info_get", port, info.address());
            return MemorySegment.ofAddress(info.get(JAVA_LONG, INFO_DRIVER_NAME)).reinterpret(256).getString(0);
        }
    }

    /** Whether its bursts are system calls or copies, rather than a look at a network card's rings. */
    public boolean isSoftware() {
        return SOFTWARE.contains(driver());
    }

    /** The NUMA node, or a negative number if it is on none. */
    public int node() {
        return (int) libraries.call("rte_eth_dev_socket_id", port);
    }

    /** The Ethernet address in the low 48 bits. */
    public long mac() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(6);
            require("rte_eth_macaddr_get", port, address.address());
            return LongStream.range(0, 6).reduce(0, (mac, at) -> mac << 8 | (address.get(JAVA_BYTE, at) & 0xff));
        }
    }

    /** Of IP datagrams, in bytes. */
    public int mtu() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mtu = arena.allocate(JAVA_SHORT);
            require("rte_eth_dev_get_mtu", port, mtu.address());
            return mtu.get(JAVA_SHORT, 0) & 0xffff;
        }
    }

    public boolean linkUp() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment link = arena.allocate(64, 8);
            require("rte_eth_link_get_nowait", port, link.address());
            return (link.get(JAVA_SHORT, LINK_FLAGS) & LINK_UP) != 0;
        }
    }

    public EthDevStatistics statistics() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment stats = arena.allocate(ANY_STRUCT_BYTES, 8);
            int result = (int) libraries.call("rte_eth_stats_get", port, stats.address());
            if (result != 0 && result != -Errno.EOPNOTSUPP) {
                throw libraries.failure(name + ": rte_eth_stats_get", -result);
            }
            return new EthDevStatistics(stats.get(JAVA_LONG, 0), stats.get(JAVA_LONG, 8), stats.get(JAVA_LONG, 16),
                    stats.get(JAVA_LONG, 24), stats.get(JAVA_LONG, 32),
                    stats.get(JAVA_LONG, 40) + stats.get(JAVA_LONG, 48), stats.get(JAVA_LONG, 56));
        }
    }

    /** Receives from a queue of the started device. */
    public FastPath receiver(int queue) {
        return FastPath.receiving(libraries, port, queue, isSoftware());
    }

    /** Sends by a queue of the started device. */
    public FastPath sender(int queue) {
        return FastPath.sending(libraries, port, queue, isSoftware());
    }

    /** Stops the device and gives its buffers back. */
    @Override
    public void close() {
        if (started) {
            started = false;
            libraries.call("rte_eth_dev_stop", port);
        }
        libraries.call("rte_eth_dev_close", port);
    }
}
