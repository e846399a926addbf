package io.gapura.gateway.cli;

import io.gapura.gateway.pki.KeyFiles;
import io.gapura.gateway.pki.KeyFiles.Faulty;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/** The authority's files, {@code NAME.pem} and {@code NAME.key}, and how a command ends that cannot go on. */
final class PkiFiles {
    private PkiFiles() {
    }

    /** What may go wrong with files and keys. */
    interface Work {
        void run() throws Faulty, IOException, GeneralSecurityException;
    }

    /** Runs it, or ends the command with a sentence. */
    static void run(Work work) {
        try {
            work.run();
        } catch (Faulty faulty) {
            throw Failure.because(faulty.what());
        } catch (FileAlreadyExistsException e) {
            throw Failure.because(e.getMessage() + " is there already; nothing is overwritten: choose another --out");
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw Failure.because(String.valueOf(e.getMessage()));
        }
    }

    /** An authority and its key. */
    record Authority(X509Certificate certificate, PrivateKey key) {
        static Authority read(String name) throws Faulty {
            X509Certificate certificate = KeyFiles.certificates(Path.of(name + ".pem")).getFirst();
            PrivateKey key = KeyFiles.privateKey(Path.of(name + ".key"), null);
            if (!KeyFiles.isPair(key, certificate.getPublicKey())) {
                throw Failure.because(name + ".key is not the key of " + name + ".pem");
            }
            if (certificate.getBasicConstraints() < 0) {
                throw Failure.because(name + ".pem is not an authority's; make one with: gapura pki ca");
            }
            return new Authority(certificate, key);
        }
    }
}
