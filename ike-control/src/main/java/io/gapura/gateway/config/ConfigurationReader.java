package io.gapura.gateway.config;

import io.gapura.engine.spd.Policy;
import io.gapura.gateway.machine.Machine;
import io.gapura.ike.CrashTokens;
import io.gapura.ike.IkeSettings;
import io.gapura.ike.auth.RevocationRules.Authority;
import io.gapura.ike.config.Connection;
import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.crypto.PostQuantum;
import io.gapura.ike.message.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/** The whole file: YAML 1.2, so that {@code no} and {@code 0000:18:00.0} stay text until they are asked for. */
final class ConfigurationReader {
    private static final int LONGEST_BYTES = 1 << 20;

    /** Room for an encrypted payload: below it nothing fits into a fragment. */
    private static final int SMALLEST_FRAGMENT_BYTES = 256;
    private static final int LARGEST_FRAGMENT_BYTES = 65_535;

    private final Place place;
    private final Machine machine;

    private ConfigurationReader(Place place, Machine machine) {
        this.place = place;
        this.machine = machine;
    }

    static Configuration read(Place place, Machine machine) throws InvalidConfiguration {
        Value root = new Value(place, "", "", compose(place));
        Configuration configuration = Section.finished(root.section(),
                new ConfigurationReader(place, machine)::configuration);
        place.finish();
        return configuration;
    }

    private static Node compose(Place place) throws InvalidConfiguration {
        try {
            if (Files.size(place.file()) > LONGEST_BYTES) {
                throw place.fault(Optional.empty(), "is longer than " + LONGEST_BYTES + " bytes");
            }
            LoadSettings settings = LoadSettings.builder().setLabel(place.file().toString()).setUseMarks(true).build();
            return new Compose(settings).composeString(Files.readString(place.file()))
                    .orElseThrow(() -> place.fault(Optional.empty(), "is empty; see the examples in configs/"));
        } catch (IOException e) {
            throw place.fault(Optional.empty(), "cannot be read: " + e.getClass().getSimpleName());
        } catch (MarkedYamlEngineException e) {
            throw place.fault(e.getProblemMark(), "is no YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw place.fault(Optional.empty(), "is no YAML: " + e.getMessage());
        }
    }

    private Configuration configuration(Section root) throws InvalidConfiguration {
        KeyRing keys = root.readSection("secrets", all -> KeyRing.read(place, all));
        AuthorityReader authorityReader = new AuthorityReader(place);
        List<Authority> authorities = root.readSection("authorities", all -> all.readAll(authorityReader::read));
        DataplaneSettings dataplane = root.readSection("dataplane",
                section -> new DataplaneReader(section, machine).read());
        Ike ike = root.readSection("ike", this::ike);
        ConnectionReader reader = new ConnectionReader(keys,
                new AuthenticationReader(place, keys, authorities), ike.fragmentBytes(), dataplane.replayWindow(),
                ike.postQuantum());
        List<Connection> connections = root.readSection("connections", all -> connections(all, reader));
        List<Policy> policies = root.read("policies", List.of(), PolicyReader::read);
        Observability observability = root.readSection("observability", this::observability);
        return new Configuration(place.file(), connections, authorityReader.lists(), policies, ike.settings(),
                ike.crashSecret(), dataplane, observability.vici(), observability.log(), observability.keyExport(),
                place.origins());
    }

    /** {@code observability}. */
    private record Observability(Path vici, LogSettings log, Duration keyExport) {}

    private Observability observability(Section section) throws InvalidConfiguration {
        return new Observability(section.read("vici", Configuration.DEFAULT_VICI, this::socket),
                section.readSection("log", LogSettings::read),
                section.read("key_export", Duration.ZERO, ConfigurationReader::durationOrOff));
    }

    private static Duration durationOrOff(Value value) throws InvalidConfiguration {
        return value.text().equals("off") ? Duration.ZERO : value.duration();
    }

    private static List<Connection> connections(Section section, ConnectionReader reader) throws InvalidConfiguration {
        List<Connection> connections = new ArrayList<>();
        for (Connection connection : section.readAll(reader::read)) {
            for (Connection other : connections) {
                if (isSame(connection, other)) {
                    throw section.named(connection.name()).fault("has the addresses and identities of '" + other.name()
                            + "', so that it would never be used; put its children there");
                }
            }
            connections.add(connection);
        }
        return connections;
    }

    private static boolean isSame(Connection a, Connection b) {
        return a.localAddress().equals(b.localAddress())
                && Optional.ofNullable(a.remoteAddress()).equals(Optional.ofNullable(b.remoteAddress()))
                && a.localId().equals(b.localId()) && a.remoteId().equals(b.remoteId())
                && a.auth().remote().trust().getClass().equals(b.auth().remote().trust().getClass());
    }

    /** {@code ike}: strongSwan has these in strongswan.conf. */
    private record Ike(IkeSettings settings, int fragmentBytes, PostQuantum postQuantum, @Nullable Path crashSecret) {}

    private Ike ike(Section section) throws InvalidConfiguration {
        IkeSettings defaults = IkeSettings.DEFAULT;
        IkeSettings settings = new IkeSettings(
                section.read("retransmit_timeout", defaults.retransmitTimeout(), Value::duration),
                section.read("retransmit_base", defaults.retransmitBase(), value -> value.decimal(1, 10)),
                section.read("retransmit_tries", defaults.retransmitTries(), value -> value.integer(0, 20)),
                section.read("cookie_threshold", defaults.cookieThreshold(), value -> value.integer(0, 1 << 20)),
                section.read("cookie_threshold_ip", defaults.cookiesPerAddress(), value -> value.integer(0, 1 << 20)),
                section.read("init_limit_half_open", defaults.halfOpenLimit(), value -> value.integer(1, 1 << 20)),
                section.read("block_threshold", defaults.halfOpenPerAddress(), value -> value.integer(1, 1 << 20)),
                section.read("ticket_lifetime", defaults.ticketLifetime(), Value::duration),
                defaults.crashTokens());
        int fragmentBytes = section.read("fragment_size", IkeOptions.DEFAULT_FRAGMENT_BYTES,
                value -> value.integer(SMALLEST_FRAGMENT_BYTES, LARGEST_FRAGMENT_BYTES));
        PostQuantum postQuantum = section.read("post_quantum", PostQuantum.PREFER,
                value -> value.choice(PostQuantum.class));
        Path crashSecret = section.<Optional<Path>>read("crash_secret_file", Optional.empty(),
                value -> Optional.of(crashSecret(value))).orElse(null);
        return new Ike(settings, fragmentBytes, postQuantum, crashSecret);
    }

    /** It is made when the gateway starts, if it is not there. */
    private Path crashSecret(Value value) throws InvalidConfiguration {
        Path file = place.resolve(value.text());
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            throw value.fault(file + " cannot be made: there is no directory " + directory);
        }
        if (Files.exists(file)) {
            try (Secret secret = SharedKey.load(value, file)) {
                if (secret.length() < CrashTokens.SECRET_BYTES) {
                    throw value.fault(file + " holds less than " + CrashTokens.SECRET_BYTES
                            + " bytes; remove it, and another is made");
                }
            }
        }
        return file;
    }

    private Path socket(Value value) throws InvalidConfiguration {
        String text = value.text();
        if (!text.startsWith("unix://") || text.length() == "unix://".length()) {
            throw value.fault("'" + text + "' is no socket; write unix:///run/gapura.vici");
        }
        return place.resolve(text.substring("unix://".length()));
    }
}
