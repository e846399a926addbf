package io.gapura.gateway.process;

import io.gapura.engine.Engine;
import io.gapura.engine.capture.Capture;
import io.gapura.engine.capture.CaptureSpec;
import io.gapura.engine.port.Port;
import io.gapura.gateway.capture.FilterWords;
import io.gapura.gateway.capture.PcapngStream;
import io.gapura.gateway.vici.ViciCaller;
import io.gapura.gateway.vici.ViciMessage;
import io.gapura.ike.IkeSaStatus;
import io.gapura.ike.IkeSaStatus.ChildStatus;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The capture that somebody makes, one at a time: begun, read again and again, ended, or given up when nobody reads any
 * more. Control thread.
 */
final class Captures {
    private static final Logger LOG = LoggerFactory.getLogger(Captures.class);
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long NAMES_NS = TimeUnit.SECONDS.toNanos(1);
    /** So that an answer stays below what a vici packet may be, in base 64. */
    private static final int MOST_BYTES_READ = 1 << 18;
    private static final int MOST_PACKETS_READ = 1024;

    private final Engine engine;
    private final Supplier<List<IkeSaStatus>> sas;
    private @Nullable Session session;
    private int sessions;

    Captures(Engine engine, Supplier<List<IkeSaStatus>> sas) {
        this.engine = engine;
        this.sas = sas;
    }

    /** A capture as its reader sees it. */
    private static final class Session {
        final int number;
        final ViciCaller owner;
        final CaptureSpec spec;
        final Capture capture;
        final PcapngStream file;
        boolean begun;
        long packets;
        long readNs;

        Session(int number, ViciCaller owner, CaptureSpec spec, Capture capture, PcapngStream file, long nowNs) {
            this.number = number;
            this.owner = owner;
            this.spec = spec;
            this.capture = capture;
            this.file = file;
            this.readNs = nowNs;
        }
    }

    ViciMessage start(ViciMessage request, ViciCaller caller, long nowNs) {
        if (session != null) {
            throw new IllegalArgumentException("user " + session.owner.user() + " is capturing already");
        }
        String filter = request.text("filter", "");
        CaptureSpec spec = new CaptureSpec(FilterWords.parse(filter), isYes(request, "dropped"),
                isYes(request, "decrypted"), Integer.parseInt(request.text("snaplen", "4096")));
        if (spec.decrypted()) {
            Audit.needRoot(caller, "capturing decrypted packets");
            Audit.record(caller, "captures decrypted packets, filter '" + filter + "'");
        } else {
            LOG.info("user {} captures packets, filter '{}'", caller.user(), filter);
        }
        Names names = new Names();
        names.refresh();
        PcapngStream file = new PcapngStream(engine.ports().stream().map(Port::name).toList(), spec.snapBytes(),
                names::of);
        session = new Session(++sessions, caller, spec, engine.startCapture(spec), file, nowNs);
        return ViciMessage.builder().put("success", "yes").put("capture", session.number).build();
    }

    private static boolean isYes(ViciMessage request, String name) {
        return request.text(name, "no").equals("yes");
    }

    /** What was recorded since, as blocks of a pcapng file in base 64. */
    ViciMessage read(ViciMessage request, long nowNs) {
        Session reading = named(request);
        reading.readNs = nowNs;
        List<byte[]> blocks = reading.begun ? new ArrayList<>() : reading.file.head();
        reading.begun = true;
        int limit = Math.min(MOST_PACKETS_READ, MOST_BYTES_READ / reading.spec.snapBytes());
        reading.packets += reading.capture.drain(
                (packet, frame, bytes) -> blocks.add(reading.file.packet(packet, frame, bytes)), limit);
        return answer(reading, blocks);
    }

    private static ViciMessage answer(Session reading, List<byte[]> blocks) {
        Base64.Encoder encoder = Base64.getEncoder();
        return ViciMessage.builder().put("success", "yes").put("blocks", blocks.stream().map(encoder::encodeToString)
                .toList())
                .put("packets", reading.packets).put("lost", reading.capture.lost()).build();
    }

    /** Records no more; the answer is the file's end. */
    ViciMessage stop(ViciMessage request) {
        Session ended = named(request);
        end(ended);
        long epochNs = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
        return answer(ended, List.of(ended.file.tail(epochNs, ended.packets, ended.capture.lost())));
    }

    private void end(Session ended) {
        engine.stopCapture();
        session = null;
        if (ended.spec.decrypted()) {
            Audit.record(ended.owner, "has captured " + ended.packets + " packets");
        }
    }

    private Session named(ViciMessage request) {
        if (session == null || !request.text("capture", "").equals(Integer.toString(session.number))) {
            throw new IllegalArgumentException("there is no such capture; it was given up if nobody read from it for "
                    + TimeUnit.NANOSECONDS.toSeconds(PATIENCE_NS) + " s");
        }
        return session;
    }

    /** Gives up a capture that nobody reads. */
    void poll(long nowNs) {
        if (session != null && nowNs - session.readNs > PATIENCE_NS) {
            end(session);
        }
    }

    /** What SAs are called, looked up now and then; of those that are gone, what they were called. */
    private final class Names {
        private final Map<Integer, String> inbound = new HashMap<>();
        private final Map<Integer, String> outbound = new HashMap<>();
        private long dueNs = System.nanoTime();

        String of(boolean out, int spi) {
            Map<Integer, String> names = out ? outbound : inbound;
            if (!names.containsKey(spi) && System.nanoTime() - dueNs >= 0) {
                dueNs = System.nanoTime() + NAMES_NS;
                refresh();
            }
            return names.getOrDefault(spi, "");
        }

        private void refresh() {
            for (IkeSaStatus ikeSa : sas.get()) {
                for (ChildStatus child : ikeSa.children()) {
                    inbound.put(child.spiIn(), ikeSa.connection() + "/" + child.name());
                    outbound.put(child.spiOut(), ikeSa.connection() + "/" + child.name());
                }
            }
        }
    }
}
