package io.gapura.gateway.config;

import io.gapura.text.Suggestion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** A value in the file that knows its place, and what it must look like to mean something. */
final class Value {
    private final Place file;
    private final String path;
    private final String pattern;
    private final Node node;

    /**
     * A value.
     *
     * @param pattern as {@code path}, with {@code NAME} for what the operator names
     */
    Value(Place file, String path, String pattern, Node node) {
        this.file = file;
        this.path = path;
        this.pattern = pattern;
        this.node = node;
    }

    /** Reads one kind of thing. */
    interface Reader<T> {
        T read(Value value) throws InvalidConfiguration;
    }

    String path() {
        return path;
    }

    String pattern() {
        return pattern;
    }

    InvalidConfiguration fault(String what) {
        return file.fault(node.getStartMark(), path + ": " + what);
    }

    Section section() throws InvalidConfiguration {
        if (node instanceof MappingNode mapping) {
            return new Section(file, this, mapping);
        }
        throw fault("must hold keys and values");
    }

    String text() throws InvalidConfiguration {
        if (node instanceof ScalarNode scalar && !scalar.getValue().isEmpty()) {
            return scalar.getValue();
        }
        throw fault(node instanceof ScalarNode ? "is empty" : "must be a single value");
    }

    /** A list, or a single value that stands for a list of one. Every element is looked at, even if one is faulty. */
    <T> List<T> list(Reader<T> element) throws InvalidConfiguration {
        if (!(node instanceof SequenceNode sequence)) {
            return List.of(element.read(this));
        }
        List<T> list = new ArrayList<>();
        int before = file.faults();
        for (int index = 0; index < sequence.getValue().size(); index++) {
            Node item = sequence.getValue().get(index);
            String itsPath = path + "[" + index + "]";
            file.stands(itsPath, item.getStartMark());
            try {
                list.add(element.read(new Value(file, itsPath, pattern, item)));
            } catch (InvalidConfiguration fault) {
                file.report(fault);
            }
        }
        if (file.faults() > before) {
            throw file.known();
        }
        return list;
    }

    /** What {@code parser} makes of the text, its complaints put in their place. */
    <T> T parse(Function<String, T> parser) throws InvalidConfiguration {
        String text = text();
        return checked(() -> parser.apply(text));
    }

    /** What {@code maker} makes, its complaints put in their place. */
    <T> T checked(Supplier<T> maker) throws InvalidConfiguration {
        try {
            return maker.get();
        } catch (IllegalArgumentException e) {
            throw fault(String.valueOf(e.getMessage()));
        }
    }

    int integer(int least, int most) throws InvalidConfiguration {
        return (int) number(text(), least, most);
    }

    /** As {@link #integer}, and a power of two. */
    int powerOfTwo(int least, int most) throws InvalidConfiguration {
        int value = integer(least, most);
        if (Integer.bitCount(value) != 1) {
            int lower = Integer.highestOneBit(value);
            throw fault("%d is no power of two; write %d or %d".formatted(value, lower, 2 * lower));
        }
        return value;
    }

    /** How often something may happen: a whole number. */
    long count() throws InvalidConfiguration {
        return number(text(), 1, Long.MAX_VALUE);
    }

    double decimal(double least, double most) throws InvalidConfiguration {
        try {
            double value = Double.parseDouble(text());
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw fault("'" + text() + "' is not a number");
        }
        throw fault(text() + " is not between " + least + " and " + most);
    }

    /** {@code yes} or {@code no}, or YAML's {@code true} and {@code false}. */
    boolean yesOrNo() throws InvalidConfiguration {
        return switch (text()) {
            case "yes", "true" -> true;
            case "no", "false" -> false;
            default -> throw fault("'" + text() + "' is neither yes nor no");
        };
    }

    /** One of an enum's constants in lower case. */
    <E extends Enum<E>> E choice(Class<E> kind) throws InvalidConfiguration {
        List<String> choices = Arrays.stream(kind.getEnumConstants()).map(Value::word).toList();
        int index = choices.indexOf(text());
        if (index < 0) {
            throw fault("'" + text() + "' is not possible here; " + Suggestion.of(text(), choices));
        }
        return kind.getEnumConstants()[index];
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** {@code 500ms}, {@code 30s}, {@code 10m}, {@code 4h}, {@code 1d}; a bare number counts seconds. */
    Duration duration() throws InvalidConfiguration {
        String text = text();
        if (text.endsWith("ms")) {
            return Duration.ofMillis(number(text.substring(0, text.length() - 2), 0, Integer.MAX_VALUE));
        }
        int last = text.length() - 1;
        long seconds = switch (text.charAt(last)) {
            case 's' -> 1;
            case 'm' -> 60;
            case 'h' -> 3600;
            case 'd' -> 86_400;
            default -> 0;
        };
        long longest = Duration.ofDays(3650).toSeconds();
        return seconds == 0
                ? Duration.ofSeconds(number(text, 0, longest))
                : Duration.ofSeconds(number(text.substring(0, last), 0, longest / seconds) * seconds);
    }

    /** {@code 64GiB}, {@code 500MiB}; a bare number counts bytes. */
    long bytes() throws InvalidConfiguration {
        String text = text();
        List<String> units = List.of("KiB", "MiB", "GiB", "TiB");
        for (int unit = 0; unit < units.size(); unit++) {
            if (text.endsWith(units.get(unit))) {
                int shift = 10 * (unit + 1);
                return number(text.substring(0, text.length() - 3), 1, Long.MAX_VALUE >> shift) << shift;
            }
        }
        return number(text, 1, Long.MAX_VALUE);
    }

    private long number(String digits, long least, long most) throws InvalidConfiguration {
        try {
            long value = Long.parseLong(digits.strip());
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw fault("'" + text() + "' is not a number that fits here");
        }
        throw fault(text() + " is not between " + least + " and " + most);
    }
}
