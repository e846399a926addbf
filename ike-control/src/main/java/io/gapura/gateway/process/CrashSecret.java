package io.gapura.gateway.process;

import io.gapura.ike.CrashTokens;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** The secret of crash detection, RFC 6290: it has to outlive the process, in a file of one line that only its owner reads. */
final class CrashSecret {
    private CrashSecret() {
    }

    /** What peers are to be told; nothing without a file. Makes the file if there is none yet. */
    static CrashTokens tokens(@Nullable Path file, SecureRandom random) throws IOException {
        if (file == null) {
            return CrashTokens.NONE;
        }
        if (!Files.exists(file)) {
            byte[] fresh = new byte[CrashTokens.SECRET_BYTES];
            random.nextBytes(fresh);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, Bytes.copyOf(fresh).hex() + System.lineSeparator());
        }
        try (Secret secret = Secret.ofUtf8(Files.readString(file).strip())) {
            return CrashTokens.of(secret);
        }
    }
}
