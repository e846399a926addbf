package io.gapura.gateway.cli;

import io.gapura.gateway.vici.ViciMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gapura keys export}. */
@Command(name = "export", mixinStandardHelpOptions = true, description = {
    "Write the keys of all SAs as tables for Wireshark: esp_sa and ikev2_decryption_table, readable by you alone.",
    "For root, and only if observability.key_export allows it; leaves a line in the log."}, footerHeading = "%nExamples:%n", footer = {
        "  gapura keys export --wireshark ~/.config/wireshark"})
final class KeysExportCommand implements Runnable {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY = PosixFilePermissions
            .asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    @Mixin
    private final ControlSocket socket = new ControlSocket();
    @Option(names = "--wireshark", paramLabel = "DIRECTORY", required = true, description = "Where to write the tables; those that are there are replaced.")
    private Path directory = Path.of("");

    @Override
    public void run() {
        ViciMessage answer = socket.request("export-keys", ViciMessage.EMPTY);
        if (!answer.text("success", "no").equals("yes")) {
            throw Failure.because(answer.text("errmsg", "the gateway refused"));
        }
        write("esp_sa", answer);
        write("ikev2_decryption_table", answer);
    }

    /** Nobody else sees the file at any time. */
    private void write(String table, ViciMessage answer) {
        Path file = directory.resolve(table);
        List<String> lines = answer.texts(table);
        try {
            Files.createDirectories(directory);
            Files.deleteIfExists(file);
            Files.createFile(file, OWNER_ONLY);
            Files.write(file, lines);
        } catch (IOException e) {
            throw Failure.because(file + ": " + e.getMessage());
        }
        System.out.printf("%s: %d keys%n", file, lines.stream().filter(line -> !line.startsWith("#")).count());
    }
}
