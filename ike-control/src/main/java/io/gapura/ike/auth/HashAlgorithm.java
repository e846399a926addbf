package io.gapura.ike.auth;

import io.gapura.ike.message.Bytes;
import java.util.EnumSet;
import java.util.Set;

/** The hash functions of digital signatures, RFC 7427 §7 and RFC 8420 §3. SHA-1 is not among them: RFC 8247 §3.2. */
public enum HashAlgorithm {
    SHA2_256(2, 32),
    SHA2_384(3, 48),
    SHA2_512(4, 64),
    /** Of signature algorithms that hash by themselves. */
    IDENTITY(5, 0);

    private final int number;
    private final int bytes;

    HashAlgorithm(int number, int bytes) {
        this.number = number;
        this.bytes = bytes;
    }

    /** Of a digest. */
    int bytes() {
        return bytes;
    }

    /** JCA's name of the hash, as it stands in names of signatures too. */
    String jca() {
        return "SHA" + bytes * Byte.SIZE;
    }

    /** What SIGNATURE_HASH_ALGORITHMS says of us. */
    public static Bytes announcement() {
        Bytes all = Bytes.EMPTY;
        for (HashAlgorithm each : values()) {
            all = Bytes.concat(all, Bytes.ofShort(each.number));
        }
        return all;
    }

    /** Those of a peer's SIGNATURE_HASH_ALGORITHMS that we have; a last odd byte means nothing. */
    static Set<HashAlgorithm> of(Bytes announcement) {
        Set<HashAlgorithm> known = EnumSet.noneOf(HashAlgorithm.class);
        for (int at = 0; at + Short.BYTES <= announcement.length(); at += Short.BYTES) {
            for (HashAlgorithm each : values()) {
                if (each.number == announcement.shortAt(at)) {
                    known.add(each);
                }
            }
        }
        return known;
    }
}
