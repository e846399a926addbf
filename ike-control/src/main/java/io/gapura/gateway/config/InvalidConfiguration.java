package io.gapura.gateway.config;

/** The operator's fault: {@code file:line:column: what is wrong; what to do about it}. */
public final class InvalidConfiguration extends Exception {
    private static final long serialVersionUID = 1;

    InvalidConfiguration(String message) {
        super(message, null, false, false);
    }
}
