package io.gapura.ffi.ipsecmb;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gapura.ffi.Downcalls;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * What {@link Job}s take as keys. Unlike AES-GCM's tables these are the same for all instruction sets, so that the functions of
 * the oldest serve. Addresses of results are multiples of 16. Control thread.
 */
public final class KeyExpansion {
    /** Of AES: 15 round keys at most. */
    public static final int ROUND_KEYS_BYTES = 240;
    /** Of a hash's running state. */
    public static final int STATE_BYTES = 64;

    private static final MethodHandle TWO = Downcalls.plain(FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG));
    private static final MethodHandle THREE = Downcalls
            .plain(FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle FOUR = Downcalls
            .plain(FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));

    private final SymbolLookup symbols;

    KeyExpansion(SymbolLookup symbols) {
        this.symbols = symbols;
    }

    /** Expands an AES key of 16, 24 or 32 bytes for both directions. */
    public void aes(long key, int keyBytes, long encryption, long decryption) {
        try {
            THREE.invokeExact(function("aes_keyexp_" + keyBytes * Byte.SIZE), key, encryption, decryption);
        } catch (Throwable thrown) {
            throw Downcalls.unexpected(thrown);
        }
    }

    /** The three keys of AES-XCBC, RFC 3566 §4: the first expanded. */
    public void xcbc(long key, long first, long second, long third) {
        try {
            FOUR.invokeExact(function("aes_xcbc_expand_key"), key, first, second, third);
        } catch (Throwable thrown) {
            throw Downcalls.unexpected(thrown);
        }
    }

    /** The two subkeys of AES-CMAC, RFC 4493 §2.3, from a key that {@link #aes} expanded. */
    public void cmac(long expanded, long first, long second) {
        try {
            THREE.invokeExact(function("aes_cmac_subkey_gen"), expanded, first, second);
        } catch (Throwable thrown) {
            throw Downcalls.unexpected(thrown);
        }
    }

    /** The state of {@code hash} after one block of its block length: half of what HMAC makes of a key, RFC 2104. */
    public void block(Job.Hash hash, long block, long state) {
        String name = switch (hash) {
            case HMAC_SHA1 -> "sha1_one_block";
            case HMAC_SHA2_256 -> "sha256_one_block";
            case HMAC_SHA2_384 -> "sha384_one_block";
            case HMAC_SHA2_512 -> "sha512_one_block";
            default -> throw new IllegalArgumentException(hash + " is no HMAC");
        };
        try {
            TWO.invokeExact(function(name), block, state);
        } catch (Throwable thrown) {
            throw Downcalls.unexpected(thrown);
        }
    }

    private MemorySegment function(String name) {
        return Downcalls.symbol(symbols, name + "_sse");
    }
}
