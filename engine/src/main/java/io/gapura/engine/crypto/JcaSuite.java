package io.gapura.engine.crypto;

import io.gapura.ffi.Memory;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** AES-GCM by the JDK's own provider: where ipsec-mb is missing, and as its oracle in tests. It allocates. */
public final class JcaSuite implements AeadSuite {
    private static final int NONCE_BYTES = 12;
    private static final int ICV_BYTES = 16;

    private final String reason;
    /** The open keys by handle. */
    private final Map<Long, SecretKeySpec> specs = new ConcurrentHashMap<>();
    private final AtomicLong lastHandle = new AtomicLong();

    public JcaSuite() {
        this("as configured");
    }

    /** @param reason why it was chosen, for the description */
    JcaSuite(String reason) {
        this.reason = reason;
    }

    @Override
    public String description() {
        return "JDK " + Runtime.version() + " (" + reason + ")";
    }

    @Override
    public AeadKey key(EspCipher cipher, KeyMaterial keys) {
        Key key = new Key(lastHandle.incrementAndGet(), specs);
        byte[] bytes = Memory.bytesAt(keys.address(), cipher.keyBytes());
        specs.put(key.handle(), new SecretKeySpec(bytes, "AES"));
        Arrays.fill(bytes, (byte) 0);
        return key;
    }

    @Override
    public AeadBatch batch(int worker) {
        return new Batch(specs);
    }

    @Override
    public void close() {
    }

    private static final class Key extends AeadKey {
        private final Map<Long, SecretKeySpec> specs;

        Key(long handle, Map<Long, SecretKeySpec> specs) {
            super(handle);
            this.specs = specs;
        }

        /** The JDK keeps its copy of the key until it is collected: SecretKeySpec cannot be wiped. */
        @Override
        public void close() {
            specs.remove(handle());
        }
    }

    private static final class Batch extends AeadBatch {
        private final Cipher cipher;
        private final Map<Long, SecretKeySpec> keys;

        Batch(Map<Long, SecretKeySpec> keys) {
            this.keys = keys;
            try {
                cipher = Cipher.getInstance("AES/GCM/NoPadding");
            } catch (GeneralSecurityException missing) {
                throw new IllegalStateException("this JDK has no AES-GCM", missing);
            }
        }

        @Override
        public void seal() {
            for (int row = 0; row < size(); row++) {
                try {
                    byte[] sealed = run(Cipher.ENCRYPT_MODE, row, Memory.bytesAt(text(row), textBytes(row)));
                    Memory.copy(sealed, 0, text(row), textBytes(row));
                    Memory.copy(sealed, textBytes(row), icv(row), ICV_BYTES);
                } catch (GeneralSecurityException impossible) {
                    throw new IllegalStateException("AES-GCM refuses to encrypt", impossible);
                }
            }
        }

        @Override
        public void open() {
            for (int row = 0; row < size(); row++) {
                long computed = slot(row) + COMPUTED_ICV;
                Memory.copy(icv(row), computed, ICV_BYTES);
                if (!open(row)) {
                    Memory.putByte(computed, ~Memory.byteAt(computed));
                }
            }
        }

        private boolean open(int row) {
            byte[] sealed = Arrays.copyOf(Memory.bytesAt(text(row), textBytes(row)), textBytes(row) + ICV_BYTES);
            Memory.copy(icv(row), sealed, textBytes(row), ICV_BYTES);
            try {
                Memory.copy(run(Cipher.DECRYPT_MODE, row, sealed), 0, text(row), textBytes(row));
                return true;
            } catch (AEADBadTagException forged) {
                return false;
            } catch (GeneralSecurityException impossible) {
                throw new IllegalStateException("AES-GCM refuses to decrypt", impossible);
            }
        }

        private byte[] run(int mode, int row, byte[] input) throws GeneralSecurityException {
            byte[] nonce = Memory.bytesAt(slot(row) + NONCE, NONCE_BYTES);
            cipher.init(mode, keys.get(key(row)), new GCMParameterSpec(ICV_BYTES * Byte.SIZE, nonce));
            cipher.updateAAD(Memory.bytesAt(slot(row) + AAD, aadBytes(row)));
            return cipher.doFinal(input);
        }
    }
}
