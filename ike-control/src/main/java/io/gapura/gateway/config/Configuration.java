package io.gapura.gateway.config;

import io.gapura.engine.spd.Policy;
import io.gapura.gateway.machine.AnyMachine;
import io.gapura.gateway.machine.Machine;
import io.gapura.ike.IkeSettings;
import io.gapura.ike.config.Connection;
import io.gapura.ike.message.Bytes;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that the operator wants: what is in the file, read, checked and with its defaults filled in.
 *
 * @param file     it was read from
 * @param revocationLists of certificates, from files
 * @param policies explicit ones, in the file's order; those of children are not among them
 * @param vici      path of the socket for commands
 * @param crashSecret file that the secret of crash detection is in, or is to be made in; null for none
 * @param keyExport how long after the start keys may be exported; zero for never
 * @param origins   where what stands
 */
public record Configuration(Path file, List<Connection> connections, List<RevocationList> revocationLists,
        List<Policy> policies, IkeSettings ike,
        @Nullable Path crashSecret, DataplaneSettings dataplane, Path vici, LogSettings log, Duration keyExport,
        Origins origins) {
    public static final Path DEFAULT_VICI = Path.of("/run/gapura.vici");

    public Configuration {
        connections = List.copyOf(connections);
        revocationLists = List.copyOf(revocationLists);
        policies = List.copyOf(policies);
    }

    /** A list of revoked certificates, as it stands in its file. */
    public record RevocationList(X509Certificate issuer, Bytes encoded) {}

    /** As {@link #read(Path, Machine)}, for whatever machine. */
    public static Configuration read(Path file) throws InvalidConfiguration {
        return read(file, new AnyMachine());
    }

    /**
     * Reads a file and the secrets that it names.
     *
     * @param machine that it is for
     * @throws InvalidConfiguration with all faults that can be found at once
     */
    public static Configuration read(Path file, Machine machine) throws InvalidConfiguration {
        return ConfigurationReader.read(new Place(file), machine);
    }
}
