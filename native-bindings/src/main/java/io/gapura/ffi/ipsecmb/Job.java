package io.gapura.ffi.ipsecmb;

import io.gapura.ffi.Memory;

/**
 * IMB_JOB, the description of one packet's work, and the part of it that is the same for all packets of a key: a
 * template. Its fields are where they are since version 1.1; what lies behind them moves, see {@link MultiBuffer}.
 *
 * <pre>
 *         job                                            template
 *     0   encryption, decryption keys, key's bytes  24      0
 *    24   source, destination                       16
 *    40   cipher: offset from source, bytes         16
 *    56   hash: offset from source, bytes           16
 *    72   IV                                         8
 *    80   its bytes                                  8     24
 *    88   where the tag goes                         8
 *    96   its bytes                                  8     32
 *   104   keys of the hash, or AAD and its bytes    24     40
 *   128   status                                     4
 *   132   cipher, direction, hash, order            16     64
 *         session                                   16     80
 * </pre>
 *
 * All in the machine's byte order.
 */
public final class Job {
    public static final int TEMPLATE_BYTES = 96;

    static final int CIPHER = 132;

    private static final int SOURCE = 24;
    private static final int DESTINATION = 32;
    private static final int CIPHER_OFFSET = 40;
    private static final int CIPHER_BYTES = 48;
    private static final int HASH_OFFSET = 56;
    private static final int HASH_BYTES = 64;
    private static final int IV = 72;
    private static final int IV_BYTES = 80;
    private static final int TAG = 88;
    private static final int TAG_BYTES = 96;
    private static final int HASH_KEYS = 104;

    private static final int TEMPLATE_IV_BYTES = 24;
    private static final int TEMPLATE_TAG_BYTES = 32;
    private static final int TEMPLATE_HASH_KEYS = 40;
    private static final int TEMPLATE_CIPHER = 64;
    static final int TEMPLATE_SESSION = 80;

    private Job() {
    }

    /** IMB_CIPHER_MODE, as it is from 1.1 to 2.0. */
    public enum Cipher {
        AES_CBC(1),
        AES_CTR(2),
        NULL(3),
        AES_CCM(9),
        CHACHA20_POLY1305(19);

        private final int number;

        Cipher(int number) {
            this.number = number;
        }
    }

    /** IMB_HASH_ALG. */
    public enum Hash {
        HMAC_SHA1(1),
        HMAC_SHA2_256(3),
        HMAC_SHA2_384(4),
        HMAC_SHA2_512(5),
        AES_XCBC(6),
        AES_CCM(11),
        AES_CMAC(12),
        CHACHA20_POLY1305(29);

        private final int number;

        Hash(int number) {
            this.number = number;
        }
    }

    /** IMB_CIPHER_DIRECTION. */
    public enum Direction {
        ENCRYPT(1),
        DECRYPT(2);

        private final int number;

        Direction(int number) {
            this.number = number;
        }
    }

    /** IMB_CHAIN_ORDER. */
    public enum Order {
        CIPHER_HASH(1),
        HASH_CIPHER(2);

        private final int number;

        Order(int number) {
            this.number = number;
        }
    }

    /** Writes a template's algorithms. */
    public static void algorithms(long template, Cipher cipher, Direction direction, Hash hash, Order order) {
        Memory.putNativeInt(template + TEMPLATE_CIPHER, cipher.number);
        Memory.putNativeInt(template + TEMPLATE_CIPHER + 4, direction.number);
        Memory.putNativeInt(template + TEMPLATE_CIPHER + 8, hash.number);
        Memory.putNativeInt(template + TEMPLATE_CIPHER + 12, order.number);
    }

    /** Writes where a template's expanded keys are, and the key's length before its expansion. */
    public static void keys(long template, long encryption, long decryption, int keyBytes) {
        Memory.putNativeLong(template, encryption);
        Memory.putNativeLong(template + 8, decryption);
        Memory.putNativeLong(template + 16, keyBytes);
    }

    /** Writes where the expanded keys of a template's hash are: HMAC has two of them, AES-XCBC and AES-CMAC three. */
    public static void hashKeys(long template, long first, long second, long third) {
        Memory.putNativeLong(template + TEMPLATE_HASH_KEYS, first);
        Memory.putNativeLong(template + TEMPLATE_HASH_KEYS + 8, second);
        Memory.putNativeLong(template + TEMPLATE_HASH_KEYS + 16, third);
    }

    /** Writes a template's lengths. */
    public static void lengths(long template, int ivBytes, int tagBytes) {
        Memory.putNativeLong(template + TEMPLATE_IV_BYTES, ivBytes);
        Memory.putNativeLong(template + TEMPLATE_TAG_BYTES, tagBytes);
    }

    /** Fills a job from its template and what is its packet's own; the text is worked on in place. */
    public static void fill(long job, long template, long text, long textBytes, long iv, long tag) {
        copyTemplate(job, template);
        Memory.putNativeLong(job + SOURCE, text);
        Memory.putNativeLong(job + DESTINATION, text);
        Memory.putNativeLong(job + CIPHER_OFFSET, 0);
        Memory.putNativeLong(job + CIPHER_BYTES, textBytes);
        Memory.putNativeLong(job + HASH_OFFSET, 0);
        Memory.putNativeLong(job + HASH_BYTES, textBytes);
        Memory.putNativeLong(job + IV, iv);
        Memory.putNativeLong(job + TAG, tag);
    }

    /** Says what an AEAD authenticates besides the text. */
    public static void associate(long job, long data, long dataBytes) {
        Memory.putNativeLong(job + HASH_KEYS, data);
        Memory.putNativeLong(job + HASH_KEYS + 8, dataBytes);
    }

    /** Says what a hash covers besides the text: so many bytes in front of it, so many behind. */
    public static void cover(long job, long bytesBefore, long bytesBehind) {
        Memory.putNativeLong(job + SOURCE, Memory.nativeLongAt(job + SOURCE) - bytesBefore);
        Memory.putNativeLong(job + CIPHER_OFFSET, bytesBefore);
        Memory.putNativeLong(job + HASH_BYTES, bytesBefore + Memory.nativeLongAt(job + CIPHER_BYTES) + bytesBehind);
    }

    private static void copyTemplate(long job, long template) {
        copyLong(template, job);
        copyLong(template + 8, job + 8);
        copyLong(template + 16, job + 16);
        copyLong(template + TEMPLATE_IV_BYTES, job + IV_BYTES);
        copyLong(template + TEMPLATE_TAG_BYTES, job + TAG_BYTES);
        copyLong(template + TEMPLATE_HASH_KEYS, job + HASH_KEYS);
        copyLong(template + TEMPLATE_HASH_KEYS + 8, job + HASH_KEYS + 8);
        copyLong(template + TEMPLATE_HASH_KEYS + 16, job + HASH_KEYS + 16);
        copyLong(template + TEMPLATE_CIPHER, job + CIPHER);
        copyLong(template + TEMPLATE_CIPHER + 8, job + CIPHER + 8);
    }

    static void copyLong(long from, long to) {
        Memory.putNativeLong(to, Memory.nativeLongAt(from));
    }
}
