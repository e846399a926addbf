package io.gapura.engine.port;

import java.util.List;
import java.util.function.Consumer;

/**
 * What all devices of DPDK's share.
 *
 * @param mainCore           of its own threads, or -1
 * @param receiveDescriptors of each queue
 * @param sendDescriptors    of each queue
 * @param arguments          further ones for rte_eal_init(), as they are
 * @param log                takes its log line by line, on a thread of its own
 */
public record DpdkEnvironment(int mainCore, int receiveDescriptors, int sendDescriptors, List<String> arguments,
        Consumer<String> log) {
    public DpdkEnvironment {
        arguments = List.copyOf(arguments);
    }
}
