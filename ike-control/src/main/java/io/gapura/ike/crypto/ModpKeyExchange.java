package io.gapura.ike.crypto;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.MalformedMessage;
import io.gapura.ike.message.Secret;
import java.math.BigInteger;
import java.security.SecureRandom;
import org.bouncycastle.crypto.agreement.DHStandardGroups;

/** The MODP groups of RFC 3526 §3 to §7; values as long as the prime, with zeros in front. */
final class ModpKeyExchange implements KeyExchange {
    private final KeyExchangeMethod method;
    private final BigInteger prime;
    private final Secret exponent;
    private final Bytes publicValue;

    private ModpKeyExchange(KeyExchangeMethod method, byte[] exponent) {
        this.method = method;
        this.prime = prime(method);
        this.exponent = Secret.adopt(exponent);
        this.publicValue = Bytes.copyOf(power(BigInteger.TWO));
    }

    static ModpKeyExchange generate(KeyExchangeMethod method, SecureRandom random) {
        byte[] exponent = new byte[exponentBytes(method)];
        random.nextBytes(exponent);
        exponent[0] |= (byte) 0x80;
        return new ModpKeyExchange(method, exponent);
    }

    static ModpKeyExchange of(KeyExchangeMethod method, byte[] exponent) {
        return new ModpKeyExchange(method, exponent.clone());
    }

    static BigInteger prime(KeyExchangeMethod method) {
        return switch (method) {
            case MODP_2048 -> DHStandardGroups.rfc3526_2048.getP();
            case MODP_3072 -> DHStandardGroups.rfc3526_3072.getP();
            case MODP_4096 -> DHStandardGroups.rfc3526_4096.getP();
            case MODP_6144 -> DHStandardGroups.rfc3526_6144.getP();
            case MODP_8192 -> DHStandardGroups.rfc3526_8192.getP();
            default -> throw new IllegalArgumentException(method.keyword() + " is no MODP group");
        };
    }

    /** RFC 3526 §8 asks for 320, 420, 480, 540 and 620 bits at its higher estimates of the groups' strength. */
    private static int exponentBytes(KeyExchangeMethod method) {
        return switch (method) {
            case MODP_2048 -> 48;
            case MODP_3072 -> 56;
            case MODP_4096 -> 64;
            case MODP_6144 -> 72;
            default -> 80;
        };
    }

    @Override
    public KeyExchangeMethod method() {
        return method;
    }

    @Override
    public Bytes publicValue() {
        return publicValue;
    }

    /** Values from 2 to p-2, RFC 6989 §2.1; the primes are safe, so that no others need refusing. */
    @Override
    public Secret agree(Bytes peerValue) throws MalformedMessage {
        if (peerValue.length() != method.publicBytes()) {
            throw MalformedMessage.syntax(method.keyword() + " public value of " + peerValue.length() + " bytes");
        }
        BigInteger peer = new BigInteger(1, peerValue.toArray());
        if (peer.compareTo(BigInteger.TWO) < 0 || peer.compareTo(prime.subtract(BigInteger.TWO)) > 0) {
            throw MalformedMessage.syntax(method.keyword() + " public value is not from 2 to p-2");
        }
        return Secret.adopt(power(peer));
    }

    private byte[] power(BigInteger base) {
        byte[] minimal = exponent.use(value -> base.modPow(new BigInteger(1, value), prime)).toByteArray();
        byte[] padded = new byte[method.publicBytes()];
        int from = Math.max(0, minimal.length - padded.length);
        int length = minimal.length - from;
        System.arraycopy(minimal, from, padded, padded.length - length, length);
        return padded;
    }

    @Override
    public void close() {
        exponent.close();
    }
}
