package io.gapura.ike;

import io.gapura.ike.message.Bytes;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Cookies that show that a newcomer receives at the address it sends from, without keeping anything about it:
 * HMAC-SHA-256 of address, port, SPIi and Ni under a secret of ours (RFC 7296 §2.6). Control thread.
 */
final class Cookies {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int SECRET_BYTES = 32;
    /** A cookie is good for one to two of these. */
    private static final long ROTATION_NS = Duration.ofSeconds(30).toNanos();

    private final SecureRandom random;
    private Mac current;
    private Mac previous;
    private long rotateAtNs;

    Cookies(SecureRandom random, long nowNs) {
        this.random = random;
        this.current = fresh();
        this.previous = fresh();
        this.rotateAtNs = nowNs + ROTATION_NS;
    }

    private Mac fresh() {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has " + ALGORITHM, e);
        }
    }

    Bytes cookie(InetSocketAddress remote, long spi, Bytes nonce, long nowNs) {
        if (nowNs - rotateAtNs >= 0) {
            // After a long silence both are old.
            previous = nowNs - rotateAtNs >= ROTATION_NS ? fresh() : current;
            current = fresh();
            rotateAtNs = nowNs + ROTATION_NS;
        }
        return cookie(current, remote, spi, nonce);
    }

    boolean isGood(Bytes shown, InetSocketAddress remote, long spi, Bytes nonce, long nowNs) {
        Bytes expected = cookie(remote, spi, nonce, nowNs);
        return shown.equals(expected) || shown.equals(cookie(previous, remote, spi, nonce));
    }

    private static Bytes cookie(Mac mac, InetSocketAddress remote, long spi, Bytes nonce) {
        mac.update(remote.getAddress().getAddress());
        mac.update(Bytes.concat(Bytes.ofShort(remote.getPort()), Bytes.ofLong(spi), nonce).toBuffer());
        return Bytes.copyOf(mac.doFinal());
    }
}
