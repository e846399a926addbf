package io.gapura.ike.auth;

import io.gapura.ike.message.Bytes;
import java.io.IOException;
import java.net.URI;

/** Fetches what may say that a certificate has been revoked. Any thread; waits, but not for long. */
public interface Fetcher {
    /** Fetches nothing. */
    Fetcher NONE = new Fetcher() {
        @Override
        public Bytes get(URI uri) throws IOException {
            throw new IOException("nothing is fetched here");
        }

        @Override
        public Bytes ask(URI uri, Bytes request) throws IOException {
            throw new IOException("nobody is asked here");
        }
    };

    /** What is there. */
    Bytes get(URI uri) throws IOException;

    /** The answer to an OCSP request. */
    Bytes ask(URI uri, Bytes request) throws IOException;
}
