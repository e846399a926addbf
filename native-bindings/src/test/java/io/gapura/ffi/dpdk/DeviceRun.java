package io.gapura.ffi.dpdk;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gapura.ffi.Memory;
import io.gapura.ffi.libc.Affinity;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A process that starts DPDK, sends and receives by virtual devices, and prints what it saw, one fact a line. */
final class DeviceRun {
    private static final int CHUNKS = 1023;
    private static final EthDevSettings ONE_QUEUE = new EthDevSettings(1, 1, 256, 256, EthDevSettings.AS_IT_IS);

    private final Eal eal;
    private final Mempool pool;
    private final long pointers = Arena.global().allocate(JAVA_LONG, 64).address();

    private DeviceRun(Eal eal) {
        this.eal = eal;
        this.pool = eal.pool("test", CHUNKS);
    }

    /** Arguments: {@code huge} or {@code ordinary}, then virtual devices. */
    public static void main(String[] arguments) throws Exception {
        boolean huge = arguments[0].equals("huge");
        List<String> devices = List.of(arguments).subList(1, arguments.length);
        String before = Affinity.allowed().toString();
        List<String> log = Collections.synchronizedList(new ArrayList<>());
        try (Eal eal = Eal.start(new EalSettings(EalSettings.ANY_CORE, huge, 64, devices, List.of("--log-level=7")),
                log::add)) {
            fact("version", eal.version().startsWith("DPDK ") && eal.abi() >= 22);
            fact("affinity kept", Affinity.allowed().toString().equals(before));
            new DeviceRun(eal).run(devices);
            if (huge) {
                fact("huge pages in use", HugePageCount.free());
            }
        }
        fact("log", !log.isEmpty());
        fact("second start", refusalOfSecondStart());
    }

    private static String refusalOfSecondStart() throws MissingDpdk {
        try {
            Eal.start(new EalSettings(EalSettings.ANY_CORE, false, 64, List.of(), List.of()), line -> {}).close();
            return "allowed";
        } catch (IllegalStateException refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    private void run(List<String> devices) {
        fact("fresh pool", pool.available());
        fact("unknown device", refusalOfUnknownDevice());
        eal.enterThread();
        eal.enterThread();
        passFramesAlongRings();
        devices.forEach(this::startAndStop);
        eal.leaveThread();
        fact("pool in the end", pool.available());
        pool.free();
    }

    private String refusalOfUnknownDevice() {
        try {
            return eal.device("net_nothing").name();
        } catch (DpdkException refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    private void passFramesAlongRings() {
        List<EthDev> ends = eal.ringPair("wire", 128);
        ends.forEach(end -> end.start(ONE_QUEUE, List.of(pool)));
        pool.take(pointers, 32);
        for (int index = 0; index < 32; index++) {
            long mbuf = Memory.nativeLongAt(pointers + 8L * index);
            Mbuf.describe(mbuf, Mbuf.buffer(mbuf) + 128 - index, 60 + index);
            Memory.putByte(Mbuf.data(mbuf), index);
        }
        fact("sent", ends.get(0).sender(0).burst(pointers, 32));
        Memory.zero(pointers, 32 * 8);
        fact("received", ends.get(1).receiver(0).burst(pointers, 64));
        boolean same = true;
        for (int index = 0; index < 32; index++) {
            long mbuf = Memory.nativeLongAt(pointers + 8L * index);
            same &= Mbuf.isWhole(mbuf) && Mbuf.bytes(mbuf) == 60 + index && Memory.byteAt(Mbuf.data(mbuf)) == index
                    && pool.mbufOf(Mbuf.data(mbuf)) == mbuf && pool.contains(Mbuf.data(mbuf))
                    && Mbuf.data(mbuf) == Mbuf.buffer(mbuf) + 128 - index;
        }
        fact("same frames", same);
        pool.give(pointers, 32);
        ends.forEach(EthDev::close);
    }

    private void startAndStop(String device) {
        EthDev dev = eal.device(device.replaceAll(",.*", ""));
        int queues = device.startsWith("net_null") ? 2 : 1;
        dev.start(new EthDevSettings(queues, queues, 256, 256, EthDevSettings.AS_IT_IS),
                Collections.nCopies(queues, pool));
        fact(dev.name(), "%s mtu %d mac %b".formatted(dev.driver(), dev.mtu(), dev.mac() != 0));
        int received = dev.receiver(0).burst(pointers, 32);
        int sent = received == 0 ? 0 : dev.sender(0).burst(pointers, received);
        fact(dev.name() + " burst", received + " " + sent + " " + dev.statistics().receivedPackets());
        dev.close();
    }

    private static void fact(String name, Object value) {
        System.out.println(name + ": " + value);
    }
}
