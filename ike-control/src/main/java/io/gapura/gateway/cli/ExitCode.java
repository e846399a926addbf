package io.gapura.gateway.cli;

/** How a command ends. */
final class ExitCode {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    /** The connection, child or SA that was named does not exist. */
    static final int NOT_FOUND = 3;

    private ExitCode() {
    }
}
