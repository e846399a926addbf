package io.gapura.gateway.cli;

import picocli.CommandLine.Option;

/** For whom a command prints. */
final class Output {
    /** Forms that answers can have. */
    private enum Form {
        TEXT,
        JSON
    }

    @Option(names = {"-o",
        "--output"}, paramLabel = "text|json", defaultValue = "text", description = "For people or for programs. Default: ${DEFAULT-VALUE}")
    private Form form = Form.TEXT;

    boolean isJson() {
        return form == Form.JSON;
    }
}
