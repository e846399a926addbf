package io.gapura.gateway.config;

import io.gapura.engine.EngineSettings.Idle;
import io.gapura.engine.crypto.SuiteChoice;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.worker.Worker;
import io.gapura.ike.config.Child;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * {@code dataplane}: cores and ports.
 *
 * @param mainCore of the control thread, or {@link Worker#ANY_CORE}
 * @param workers each worker's core, or {@link Worker#ANY_CORE}
 * @param replayWindow of child SAs that do not set their own
 */
public record DataplaneSettings(int mainCore, List<Integer> workers, Idle idle, SuiteChoice crypto, int replayWindow,
        List<PortSettings> ports) {
    private static final int LAST_CORE = 999;
    private static final Pattern COMMA = Pattern.compile("\\s*,\\s*");
    private static final Pattern RANGE = Pattern.compile("(\\d{1,3})(?:-(\\d{1,3}))?");

    public DataplaneSettings {
        workers = List.copyOf(workers);
        ports = List.copyOf(ports);
    }

    static DataplaneSettings read(Section section) throws InvalidConfiguration {
        int mainCore = section.read("main_core", Worker.ANY_CORE, value -> value.integer(0, LAST_CORE));
        List<Integer> workers = section.read("workers", List.of(Worker.ANY_CORE), value -> workers(value, mainCore));
        Idle idle = section.read("idle", Idle.ADAPTIVE, value -> value.choice(Idle.class));
        SuiteChoice crypto = section.read("crypto", SuiteChoice.AUTO, value -> value.choice(SuiteChoice.class));
        int window = section.read("replay_window", Child.DEFAULT_REPLAY_WINDOW, ChildReader::window);
        List<PortSettings> ports = section.readSection("ports", DataplaneSettings::ports);
        return new DataplaneSettings(mainCore, workers, idle, crypto, window, ports);
    }

    /** {@code 2-5,18}: one worker per core; {@code auto}: one on any. */
    private static List<Integer> workers(Value value, int mainCore) throws InvalidConfiguration {
        List<Integer> cores = new ArrayList<>();
        for (String part : value.list(Value::text).stream().flatMap(COMMA::splitAsStream).toList()) {
            Matcher range = RANGE.matcher(part);
            if (part.equals("auto")) {
                cores.add(Worker.ANY_CORE);
            } else if (range.matches()) {
                int first = Integer.parseInt(range.group(1));
                int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
                IntStream.rangeClosed(first, last).forEach(cores::add);
            } else {
                throw value.fault("'" + part + "' is no list of cores; write \"2-5,18\" or auto");
            }
        }
        return checked(value, cores, mainCore);
    }

    private static List<Integer> checked(Value value, List<Integer> cores, int mainCore) throws InvalidConfiguration {
        if (cores.isEmpty() || cores.stream().distinct().count() != cores.size()) {
            throw value.fault("must name each core once, and the smaller one of a range first");
        }
        if (mainCore != Worker.ANY_CORE && cores.contains(mainCore)) {
            throw value.fault("core " + mainCore + " is main_core, the control thread's; take it from one of the two");
        }
        return cores;
    }

    private static List<PortSettings> ports(Section section) throws InvalidConfiguration {
        List<PortSettings> ports = section.readAll(PortSettings::read);
        Map<String, String> devices = new HashMap<>();
        for (PortSettings port : ports) {
            String other = devices.put(port.device(), port.name());
            if (other != null) {
                throw section.fault("ports " + other + " and " + port.name() + " are both " + port.device());
            }
        }
        for (PortRole role : PortRole.values()) {
            if (!ports.isEmpty() && ports.stream().noneMatch(port -> port.role() == role)) {
                throw section.fault("there is no port with role: " + role.name().toLowerCase(Locale.ROOT)
                        + "; a gateway needs one towards each side");
            }
        }
        return ports;
    }
}
