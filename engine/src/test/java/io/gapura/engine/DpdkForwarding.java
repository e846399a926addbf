package io.gapura.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gapura.engine.counters.Ledger;
import io.gapura.engine.counters.PortCounter;
import io.gapura.engine.crypto.JcaSuite;
import io.gapura.engine.port.DpdkEnvironment;
import io.gapura.engine.port.DpdkPorts;
import io.gapura.engine.port.DpdkSettings;
import io.gapura.engine.port.PacketMemory;
import io.gapura.engine.port.Placement;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.route.KernelRoutes;
import io.gapura.engine.spd.Policy;
import io.gapura.engine.spd.Selector;
import io.gapura.engine.spd.Spd;
import io.gapura.ffi.dpdk.MissingDpdk;
import io.gapura.ffi.libc.HugePages;
import io.gapura.ffi.libc.RawIpSocket;
import io.gapura.ffi.netlink.KernelTables;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A process with an engine on packet sockets, which bypasses everything; runs commands meanwhile and prints what they said. */
final class DpdkForwarding {
    private final KernelTables tables = KernelTables.open();
    private final RawIpSocket raw = RawIpSocket.open();
    private final List<Throwable> faults = Collections.synchronizedList(new ArrayList<>());
    private final DpdkPorts ports;
    private final KernelRoutes routes;
    private final Engine engine;
    private final Thread control = new Thread(this::follow, "control");
    private volatile boolean running = true;
    /** How often the control thread has looked for what the kernel tells. */
    private final AtomicInteger looked = new AtomicInteger();

    private static List<DpdkSettings> ports(int lansVlan) {
        return List.of(new DpdkSettings("lan", "net_af_packet0,iface=lan,qpairs=2", lansVlan, PortRole.PROTECTED, 2,
                DpdkSettings.AS_IT_IS, "lan0", 0x0a010001, 24),
                new DpdkSettings("wan", "net_af_packet1,iface=wan,qpairs=2", PortRole.UNPROTECTED, 2,
                        DpdkSettings.AS_IT_IS, "wan0", 0xc0000201, 24));
    }

    private DpdkForwarding(int workers, int lansVlan) throws MissingDpdk {
        ports = DpdkPorts.open(tables, ports(lansVlan), new DpdkEnvironment(-1, 512, 512, List.of(), line -> {}),
                Placement.inTurn(workers), new PacketMemory(PacketMemory.AS_NEEDED, HugePages.OFF, List.of()));
        routes = new KernelRoutes(tables, ports.specs(), System.nanoTime());
        engine = Engine.start(EngineSettings.of(workers, faults::add), new JcaSuite(), ports.portsOfWorker());
    }

    /** Arguments: how many workers, the LAN's VLAN or 0, then commands. */
    public static void main(String[] arguments) throws Exception {
        DpdkForwarding gateway = new DpdkForwarding(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
        gateway.run(List.of(arguments).subList(2, arguments.length));
    }

    private void run(List<String> commands) throws Exception {
        engine.publish(Spd.compile(List.of(Policy.bypass("all", Selector.ANY))));
        engine.publish(routes.fib());
        control.start();
        for (String command : commands) {
            Process process = new ProcessBuilder(command.split(" ")).redirectErrorStream(true).start();
            System.out.println(new String(process.getInputStream().readAllBytes(), UTF_8));
            awaitLook();
        }
        running = false;
        control.join();
        report();
        engine.close();
        ports.close();
    }

    private void report() {
        Ledger ledger = engine.ledger();
        System.out.println("faults: " + faults + ", drops: " + ledger.drops() + ", balances: " + ledger.balances()
                + ", lost: " + ports.status(0).lost() + ", driver: " + ports.status(0).mode());
        System.out.println("workers that sent: " + engine.counters().stream()
                .filter(worker -> worker.value(1, PortCounter.SENT_PACKETS) > 0).count());
    }

    /** What a command has changed in the kernel's tables is published when this returns. */
    private void awaitLook() throws InterruptedException {
        int before = looked.get();
        while (looked.get() < before + 2 && control.isAlive()) {
            Thread.sleep(1);
        }
    }

    private void follow() {
        while (running) {
            if (routes.poll(System.nanoTime())) {
                engine.publish(routes.fib());
                ports.follow(tables);
            }
            engine.drainPunts(raw::send);
            looked.incrementAndGet();
            LockSupport.parkNanos(100_000);
        }
    }
}
