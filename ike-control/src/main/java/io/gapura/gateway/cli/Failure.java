package io.gapura.gateway.cli;

/** Ends a command: the operator reads this one sentence instead of a stack trace. */
public final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int exitCode;

    private Failure(int exitCode, String sentence) {
        super(sentence, null, false, false);
        this.exitCode = exitCode;
    }

    public static Failure because(String sentence) {
        return new Failure(ExitCode.FAILED, sentence);
    }

    static Failure notFound(String sentence) {
        return new Failure(ExitCode.NOT_FOUND, sentence);
    }

    static Failure usage(String sentence) {
        return new Failure(ExitCode.USAGE, sentence);
    }

    int exitCode() {
        return exitCode;
    }
}
