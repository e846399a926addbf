package io.gapura.gateway.config;

/** {@code observability.log}. */
public record LogSettings(Level level, Format format) {
    /** What is worth a line. */
    public enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG
    }

    /** How a line looks. */
    public enum Format {
        /** For people. */
        TEXT,
        /** One object per line. */
        JSON
    }

    static LogSettings read(Section section) throws InvalidConfiguration {
        return new LogSettings(section.read("level", Level.INFO, value -> value.choice(Level.class)),
                section.read("format", Format.TEXT, value -> value.choice(Format.class)));
    }
}
