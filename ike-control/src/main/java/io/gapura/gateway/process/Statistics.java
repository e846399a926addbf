package io.gapura.gateway.process;

import io.gapura.gateway.vici.ViciMessage;
import io.gapura.ike.IkeSaStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/** Answers vici's {@code version} and {@code stats}. */
final class Statistics {
    private static final DateTimeFormatter SINCE = DateTimeFormatter.ofPattern("MMM dd HH:mm:ss yyyy", Locale.ROOT);

    private final Instant started = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    ViciMessage version() {
        String version = Statistics.class.getPackage().getImplementationVersion();
        return ViciMessage.builder()
                .put("daemon", "gapura")
                .put("version", version == null ? "development" : version)
                .put("sysname", System.getProperty("os.name"))
                .put("release", System.getProperty("os.version"))
                .put("machine", System.getProperty("os.arch"))
                .build();
    }

    ViciMessage of(List<IkeSaStatus> sas, int halfOpen) {
        return ViciMessage.builder()
                .put("uptime", ViciMessage.builder()
                        .put("running", Duration.between(started, Instant.now()).toSeconds() + " seconds")
                        .put("since", SINCE.format(started.atZone(ZoneId.systemDefault()))))
                .put("workers", ViciMessage.builder().put("total", 1).put("idle", 0)
                        .put("active", priorities()))
                .put("queues", priorities())
                .put("scheduled", 0)
                .put("ikesas", ViciMessage.builder().put("total", sas.size()).put("half-open", halfOpen))
                .put("plugins", List.of())
                .build();
    }

    /** There are no queues by priority here; clients of strongSwan expect the names. */
    private static ViciMessage.Builder priorities() {
        return ViciMessage.builder().put("critical", 0).put("high", 0).put("medium", 0).put("low", 0);
    }
}
