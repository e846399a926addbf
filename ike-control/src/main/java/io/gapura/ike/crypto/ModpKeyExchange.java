package io.gapura.ike.crypto;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.MalformedMessage;
import io.gapura.ike.message.Secret;
import java.math.BigInteger;
import java.security.SecureRandom;

/** The 2048-bit MODP group, RFC 3526 §3; values as long as the prime, with zeros in front. */
final class ModpKeyExchange implements KeyExchange {
    private static final int PRIME_BYTES = 256;

    /** RFC 3526 §8 asks for 320 bits at its higher estimate of the group's strength. */
    private static final int EXPONENT_BYTES = 48;

    private static final BigInteger PRIME = new BigInteger("""
            FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74\
            020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437\
            4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED\
            EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05\
            98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB\
            9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B\
            E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718\
            3995497CEA956AE515D2261898FA051015728E5A8AACAA68FFFFFFFFFFFFFFFF""", 16);

    private final Secret exponent;
    private final Bytes publicValue;

    private ModpKeyExchange(byte[] exponent) {
        this.exponent = Secret.adopt(exponent);
        this.publicValue = Bytes.copyOf(power(BigInteger.TWO));
    }

    static ModpKeyExchange generate(SecureRandom random) {
        byte[] exponent = new byte[EXPONENT_BYTES];
        random.nextBytes(exponent);
        exponent[0] |= (byte) 0x80;
        return new ModpKeyExchange(exponent);
    }

    static ModpKeyExchange of(byte[] exponent) {
        return new ModpKeyExchange(exponent.clone());
    }

    @Override
    public KeyExchangeMethod method() {
        return KeyExchangeMethod.MODP_2048;
    }

    @Override
    public Bytes publicValue() {
        return publicValue;
    }

    /** Values from 2 to p-2, RFC 6989 §2.1; the prime is safe, so that no others need refusing. */
    @Override
    public Secret agree(Bytes peerValue) throws MalformedMessage {
        if (peerValue.length() != PRIME_BYTES) {
            throw MalformedMessage.syntax("modp2048 public value of " + peerValue.length() + " bytes");
        }
        BigInteger peer = new BigInteger(1, peerValue.toArray());
        if (peer.compareTo(BigInteger.TWO) < 0 || peer.compareTo(PRIME.subtract(BigInteger.TWO)) > 0) {
            throw MalformedMessage.syntax("modp2048 public value is not from 2 to p-2");
        }
        return Secret.adopt(power(peer));
    }

    private byte[] power(BigInteger base) {
        byte[] minimal = exponent.use(value -> base.modPow(new BigInteger(1, value), PRIME)).toByteArray();
        byte[] padded = new byte[PRIME_BYTES];
        int from = Math.max(0, minimal.length - PRIME_BYTES);
        int length = minimal.length - from;
        System.arraycopy(minimal, from, padded, PRIME_BYTES - length, length);
        return padded;
    }

    @Override
    public void close() {
        exponent.close();
    }
}
