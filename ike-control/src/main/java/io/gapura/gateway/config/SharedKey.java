package io.gapura.gateway.config;

import io.gapura.ike.auth.Identity;
import io.gapura.ike.message.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * {@code secrets.<name>}: a pre-shared key, and whose it is; or a post-quantum one, if its name begins with ppk.
 *
 * @param ids of those who share it; empty for everybody
 */
record SharedKey(String name, List<Identity> ids, Secret secret) {
    private static final Set<PosixFilePermission> OTHERS = Set.of(PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);
    private static final int LONGEST_BYTES = 4096;
    /** What reading goes on with when a secret cannot be read. */
    static final Secret NO_SECRET = Secret.ofUtf8("");

    static SharedKey read(Place place, String name, Section section) throws InvalidConfiguration {
        List<Identity> ids = section.read("id", List.of(), value -> value.list(id -> id.parse(Identity::parse)));
        if (section.find("secret") != null) {
            section.find("secret_file");
            return new SharedKey(name, ids, section.read("secret", NO_SECRET, SharedKey::inline));
        }
        Secret secret = section.need("secret_file", NO_SECRET, file -> load(file, place.resolve(file.text())));
        return new SharedKey(name, ids, secret);
    }

    private static Secret inline(Value value) throws InvalidConfiguration {
        throw value.fault("a secret does not belong into this file; put it into one of its own, "
                + "readable by its owner alone, and name that with secret_file");
    }

    static Secret load(Value where, Path file) throws InvalidConfiguration {
        try {
            if (Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
                throw where.fault(file + " can be read or changed by others than its owner; run: chmod 600 " + file);
            }
            if (Files.size(file) > LONGEST_BYTES) {
                throw where.fault(file + " is longer than " + LONGEST_BYTES + " bytes");
            }
            return withoutLineEnd(where, Files.readAllBytes(file));
        } catch (IOException e) {
            throw where.fault("cannot read " + file + ": " + e.getClass().getSimpleName());
        }
    }

    /** Editors end a file with a line feed, which is no part of the secret. */
    private static Secret withoutLineEnd(Value where, byte[] content) throws InvalidConfiguration {
        int end = content.length;
        while (end > 0 && (content[end - 1] == '\n' || content[end - 1] == '\r')) {
            end--;
        }
        Secret secret = Secret.adopt(Arrays.copyOf(content, end));
        Arrays.fill(content, (byte) 0);
        if (end == 0) {
            throw where.fault("the file holds no secret");
        }
        return secret;
    }

    /** Of RFC 8784, mixed into keys; it authenticates nobody. */
    boolean isPpk() {
        return name.startsWith("ppk");
    }

    /** How well it fits these two: 0 not at all, 1 for everybody, 2 names one of them, 3 both. */
    int fitness(Identity local, Identity remote) {
        if (ids.isEmpty()) {
            return 1;
        }
        boolean namesRemote = ids.contains(remote);
        if (!namesRemote && !remote.equals(Identity.ANY)) {
            return 0;
        }
        return 1 + (ids.contains(local) ? 1 : 0) + (namesRemote ? 1 : 0);
    }
}
