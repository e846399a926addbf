package io.gapura.gateway.process;

import io.gapura.engine.Engine;
import io.gapura.engine.counters.Ledger;
import io.gapura.engine.counters.PortCounter;
import io.gapura.engine.packet.DropReason;
import io.gapura.engine.port.PortSpec;
import io.gapura.engine.port.PortStatus;
import io.gapura.gateway.config.PortSettings;
import io.gapura.gateway.vici.ViciMessage;
import io.gapura.ike.IkeAgent;
import io.gapura.ike.IkeDrop;
import java.util.List;
import java.util.Locale;

/** Describes ports and what became of packets, for our own commands {@code get-ports} and {@code get-drops}. */
final class TrafficReport {
    private TrafficReport() {
    }

    static ViciMessage ports(List<PortSettings> settings, LinuxKernel kernel, Engine engine) {
        ViciMessage.Builder ports = ViciMessage.builder();
        for (PortSpec spec : kernel.specs()) {
            ports.put(spec.name(), port(settings.get(spec.index()), spec, kernel.status(spec.index()), engine));
        }
        return ViciMessage.builder().put("ports", ports).build();
    }

    private static ViciMessage port(PortSettings settings, PortSpec spec, PortStatus status, Engine engine) {
        return ViciMessage.builder()
                .put("device", settings.device())
                .put("driver", settings.driver().keyword())
                .put("role", lower(spec.role()))
                .put("mode", status.mode())
                .put("zero-copy", status.zeroCopy())
                .put("queues", status.queues())
                .put("mtu", spec.mtu())
                .put("packets-in", engine.portCounter(spec.index(), PortCounter.RECEIVED_PACKETS))
                .put("bytes-in", engine.portCounter(spec.index(), PortCounter.RECEIVED_BYTES))
                .put("packets-out", engine.portCounter(spec.index(), PortCounter.SENT_PACKETS))
                .put("bytes-out", engine.portCounter(spec.index(), PortCounter.SENT_BYTES))
                .put("lost-in-kernel", status.lost())
                .build();
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    static ViciMessage drops(Engine engine, IkeAgent ike, long refusedByKernel) {
        Ledger ledger = engine.ledger();
        ViciMessage.Builder drops = ViciMessage.builder();
        ViciMessage.Builder sentences = ViciMessage.builder();
        for (DropReason reason : DropReason.all()) {
            drops.put(reason.name(), ledger.dropped(reason));
            sentences.put(reason.name(), reason.sentence());
        }
        ViciMessage.Builder ikeDrops = ViciMessage.builder();
        ViciMessage.Builder ikeSentences = ViciMessage.builder();
        for (IkeDrop reason : IkeDrop.values()) {
            ikeDrops.put(reason.name(), ike.dropped(reason));
            ikeSentences.put(reason.name(), reason.sentence());
        }
        return ViciMessage.builder()
                .put("received", ledger.received())
                .put("generated", ledger.generated())
                .put("sent", ledger.sent())
                .put("handed-to-kernel", ledger.punted())
                .put("held", ledger.held())
                .put("reassembled", ledger.reassembled())
                .put("dropped", ledger.dropped())
                .put("refused-by-kernel", refusedByKernel)
                .put("drops", drops)
                .put("ike-drops", ikeDrops)
                .put("sentences", ViciMessage.builder().put("drops", sentences).put("ike-drops", ikeSentences))
                .build();
    }
}
