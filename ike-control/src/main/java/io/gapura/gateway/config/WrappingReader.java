package io.gapura.gateway.config;

import io.gapura.ike.config.Mode;
import io.gapura.ike.config.Wrapping;
import io.gapura.ike.config.Wrapping.Df;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Those of a child's keys that say what its packets look like from outside. */
final class WrappingReader {
    private static final int LARGEST_PADDED = 65_535;
    private static final int MOST_DUMMIES = 1000;
    private static final Pattern NUMBER = Pattern.compile("\\d{1,2}");
    private static final Pattern PAIR = Pattern.compile("(\\d{1,2})=(\\d{1,2})");
    private static final String MEANT = "write copy, a number from 0 to 63 for all, or INNER=OUTER for some";

    private WrappingReader() {
    }

    static Wrapping read(Section section, Mode mode) throws InvalidConfiguration {
        boolean copyDf = section.read("copy_df", true, Value::yesOrNo);
        Optional<Df> df = section.read("df", Optional.empty(), value -> Optional.of(value.choice(Df.class)));
        boolean copyDscp = section.read("copy_dscp", true, Value::yesOrNo);
        Optional<List<Integer>> dscp = section.read("dscp", Optional.empty(),
                value -> Optional.of(WrappingReader.dscp(value)));
        boolean clampMss = section.read("clamp_mss", false, Value::yesOrNo);
        int padTo = section.read("tfc_padding", 0, WrappingReader::padTo);
        int dummies = section.read("tfc_dummies", 0, value -> value.integer(0, MOST_DUMMIES));
        if (!copyDf && df.isPresent() && df.get() != Df.CLEAR) {
            throw section.fault("df", "copy_df: no says to clear it; leave one of the two out");
        }
        if (!copyDscp && dscp.isPresent()) {
            throw section.fault("dscp", "copy_dscp: no says 0 for all; leave one of the two out");
        }
        if (padTo > 0 && mode == Mode.TRANSPORT) {
            throw section.fault("tfc_padding", "only a tunnel's packets can be padded; leave it out in transport mode");
        }
        if (dummies > 0 && mode == Mode.TRANSPORT) {
            throw section.fault("tfc_dummies", "only tunnels send dummies; leave it out in transport mode");
        }
        return new Wrapping(df.orElse(copyDf ? Df.COPY : Df.CLEAR),
                dscp.orElse(copyDscp ? List.of() : Wrapping.always(0)), clampMss, padTo, dummies);
    }

    /** swanctl's words: {@code mtu}, or how many bytes. */
    private static int padTo(Value value) throws InvalidConfiguration {
        return value.text().equals("mtu") ? Wrapping.WHAT_FITS : value.integer(0, LARGEST_PADDED);
    }

    private static List<Integer> dscp(Value value) throws InvalidConfiguration {
        List<Value> elements = value.list(element -> element);
        String first = elements.isEmpty() ? "" : elements.getFirst().text();
        if (elements.size() == 1 && first.equals("copy")) {
            return List.of();
        }
        if (elements.size() == 1 && NUMBER.matcher(first).matches()) {
            return Wrapping.always(number(value, first));
        }
        List<Integer> map = new ArrayList<>(IntStream.range(0, Wrapping.DSCPS).boxed().toList());
        for (Value element : elements) {
            Matcher pair = PAIR.matcher(element.text());
            if (!pair.matches()) {
                throw element.fault("'%s' is no DSCP; %s".formatted(element.text(), MEANT));
            }
            map.set(number(element, pair.group(1)), number(element, pair.group(2)));
        }
        return map;
    }

    private static int number(Value value, String digits) throws InvalidConfiguration {
        int number = Integer.parseInt(digits);
        if (number >= Wrapping.DSCPS) {
            throw value.fault("%d is no DSCP; %s".formatted(number, MEANT));
        }
        return number;
    }
}
