package io.gapura.ike;

import io.gapura.ike.crypto.IkeSpis;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Secret;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What a peer is told while an IKE SA lives, so that it believes us when we say that we have lost it: RFC 6290 §5.2. It
 * follows from a secret that outlives the process, from the SPIs and from the peer's address, so that who asks from
 * elsewhere hears another one. Control thread.
 */
public final class CrashTokens {
    /** Makes none. */
    public static final CrashTokens NONE = new CrashTokens(null);

    public static final int SECRET_BYTES = 32;
    /** The shortest allowed, RFC 6290 §4.1: the answer that shows one is hardly longer than the question. */
    static final int TOKEN_BYTES = 16;

    private static final String ALGORITHM = "HmacSHA256";
    private static final Bytes PURPOSE = Bytes.ofUtf8("QCD_TOKEN");

    private final @Nullable Mac mac;

    private CrashTokens(@Nullable Mac mac) {
        this.mac = mac;
    }

    /** By this secret, which the caller may wipe. */
    public static CrashTokens of(Secret secret) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(secret.use(value -> new SecretKeySpec(value, ALGORITHM)));
            return new CrashTokens(mac);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has " + ALGORITHM, e);
        }
    }

    /** The token of an IKE SA with a peer at this address; empty if we make none. */
    public Bytes token(IkeSpis spis, InetAddress peer) {
        if (mac == null) {
            return Bytes.EMPTY;
        }
        mac.update(Bytes.concat(PURPOSE, spis.bytes()).toBuffer());
        return Bytes.copyOf(mac.doFinal(peer.getAddress())).slice(0, TOKEN_BYTES);
    }
}
