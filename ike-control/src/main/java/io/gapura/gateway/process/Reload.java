package io.gapura.gateway.process;

import io.gapura.gateway.config.Configuration;
import io.gapura.gateway.config.Configuration.RevocationList;
import io.gapura.gateway.config.InvalidConfiguration;
import io.gapura.gateway.vici.ViciMessage;
import io.gapura.ike.IkeAgent;
import io.gapura.ike.Reloaded;
import io.gapura.ike.config.Connection;
import io.gapura.ike.net.UdpTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the configuration again and applies what has changed in it:
 *
 * <ol>
 * <li>all of it is read and checked: a faulty file changes nothing;
 * <li>sockets for addresses of ours that are new;
 * <li>policies and revocation lists;
 * <li>connections: {@link IkeAgent#load} leaves those alone that are as they were;
 * <li>what cannot be changed while the gateway runs is named.
 * </ol>
 */
final class Reload {
    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

    private final ControlLoop loop;
    private final IkeAgent ike;
    private final UdpTransport transport;
    private final EngineDataPlane dataPlane;
    private final Path file;
    /** Control thread. */
    private Configuration current;

    Reload(Configuration started, ControlLoop loop, IkeAgent ike, UdpTransport transport, EngineDataPlane dataPlane) {
        this.current = started;
        this.file = started.file();
        this.loop = loop;
        this.ike = ike;
        this.transport = transport;
        this.dataPlane = dataPlane;
    }

    /** What holds now; of what needs a restart, what is to hold then. Control thread. */
    Configuration current() {
        return current;
    }

    /** Reads on the caller's thread, applies on the control thread. Never fails: the answer says what was wrong. */
    CompletableFuture<ViciMessage> run() {
        Configuration fresh;
        try {
            fresh = Configuration.read(file);
        } catch (InvalidConfiguration faults) {
            return CompletableFuture.completedFuture(refused(faults));
        }
        return loop.call(() -> apply(fresh)).exceptionally(Reload::refused);
    }

    private static ViciMessage refused(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        LOG.warn("nothing was reloaded: {}", cause.getMessage());
        return ViciMessage.failure(String.valueOf(cause.getMessage()));
    }

    private ViciMessage apply(Configuration fresh) {
        List<InetAddress> locals = fresh.connections().stream().map(Connection::localAddress).distinct().toList();
        try {
            transport.listen(locals);
            for (RevocationList each : fresh.revocationLists()) {
                ike.revocations().learn(each.encoded(), each.issuer(), Instant.now());
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        dataPlane.configure(fresh.policies(), fresh.connections());
        Reloaded reloaded = ike.load(fresh.connections(), loop.nowNs());
        List<String> restart = needsRestart(current, fresh);
        current = fresh;
        LOG.info("reloaded {}: added {}, changed {}, removed {}, as they were {}{}", fresh.file(), reloaded.added(),
                reloaded.changed(), reloaded.removed(), reloaded.unchanged().size(),
                restart.isEmpty() ? "" : "; needs a restart: " + restart);
        return ViciMessage.builder().put("success", true).put("added", reloaded.added())
                .put("changed", reloaded.changed()).put("removed", reloaded.removed())
                .put("unchanged", reloaded.unchanged()).put("restart", restart).build();
    }

    /** The sections that are read at the start only. */
    private static List<String> needsRestart(Configuration before, Configuration after) {
        List<String> sections = new ArrayList<>();
        if (!before.dataplane().equals(after.dataplane())) {
            sections.add("dataplane");
        }
        if (!before.ike().equals(after.ike()) || !Objects.equals(before.crashSecret(), after.crashSecret())) {
            sections.add("ike");
        }
        if (!before.vici().equals(after.vici()) || !before.log().equals(after.log())
                || !before.keyExport().equals(after.keyExport())) {
            sections.add("observability");
        }
        return sections;
    }
}
