package io.gapura.gateway.cli;

import picocli.CommandLine.Command;

/** {@code gapura version}. */
@Command(name = "version", mixinStandardHelpOptions = true, description = "Print the version.")
final class VersionCommand implements Runnable {
    @Override
    public void run() {
        for (String line : Version.lines()) {
            System.out.println(line);
        }
    }
}
