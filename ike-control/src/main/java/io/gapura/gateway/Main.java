package io.gapura.gateway;

import io.gapura.gateway.cli.Gapura;

/** Where the process begins. */
public final class Main {
    private Main() {
    }

    public static void main(String[] arguments) {
        System.exit(Gapura.execute(arguments));
    }
}
