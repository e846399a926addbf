package io.gapura.gateway.config;

/** The operator's faults, one a line: {@code file:line:column: path: what is wrong; what to do about it}. */
public final class InvalidConfiguration extends Exception {
    private static final long serialVersionUID = 1;

    /** Where the first one is, counted from 1; 0 if it is about the file as a whole. */
    private final int line;
    private final int column;

    InvalidConfiguration(int line, int column, String message) {
        super(message, null, false, false);
        this.line = line;
        this.column = column;
    }

    int line() {
        return line;
    }

    int column() {
        return column;
    }
}
