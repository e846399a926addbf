package io.gapura.engine.crypto;

import io.gapura.ffi.Memory;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** All ciphers by the JDK's own providers: where ipsec-mb is missing, and as its oracle in tests. It allocates. */
public final class JcaSuite implements AeadSuite {
    private static final int ESP_HEADER_BYTES = 8;
    private static final int BLOCK_BYTES = 16;

    private final String reason;
    /** The open keys by handle. */
    private final Map<Long, Key> keys = new ConcurrentHashMap<>();
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
    public AeadKey key(EspCipher cipher, KeyMaterial material) {
        byte[] bytes = Memory.bytesAt(material.address(), cipher.keyMaterialBytes());
        try {
            Key key = new Key(lastHandle.incrementAndGet(), cipher, JcaCipher.of(cipher, bytes), keys);
            keys.put(key.handle(), key);
            return key;
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    @Override
    public AeadBatch batch(int worker) {
        return new Batch(keys);
    }

    @Override
    public void close() {
    }

    private static final class Key extends AeadKey {
        private final EspCipher kind;
        private final JcaCipher cipher;
        private final Map<Long, Key> keys;

        Key(long handle, EspCipher kind, JcaCipher cipher, Map<Long, Key> keys) {
            super(handle);
            this.kind = kind;
            this.cipher = cipher;
            this.keys = keys;
        }

        /** The JDK keeps its copy of the key until it is collected: SecretKeySpec cannot be wiped. */
        @Override
        public void close() {
            keys.remove(handle());
        }
    }

    private static final class Batch extends AeadBatch {
        private final Map<Long, Key> keys;
        private final SecureRandom random = new SecureRandom();
        private final byte[] vector = new byte[BLOCK_BYTES];

        Batch(Map<Long, Key> keys) {
            this.keys = keys;
        }

        @Override
        public void seal() {
            for (int row = 0; row < size(); row++) {
                Key key = keyOf(row);
                chooseIv(key, row);
                try {
                    byte[] sealed = key.cipher.seal(packet(key, row), Memory.bytesAt(text(row), textBytes(row)));
                    Memory.copy(sealed, 0, text(row), sealed.length);
                } catch (GeneralSecurityException impossible) {
                    throw new IllegalStateException(key.kind + " refuses to encrypt", impossible);
                }
            }
        }

        @Override
        public void open() {
            for (int row = 0; row < size(); row++) {
                judge(row, open(row));
            }
        }

        /** A counter is in the packet already. */
        private void chooseIv(Key key, int row) {
            if (key.kind.ivBytes() == BLOCK_BYTES) {
                random.nextBytes(vector);
                Memory.copy(vector, 0, text(row) - BLOCK_BYTES, BLOCK_BYTES);
            }
        }

        private boolean open(int row) {
            Key key = keyOf(row);
            byte[] sealed = Memory.bytesAt(text(row), textBytes(row) + icvBytes(row));
            try {
                byte[] text = key.cipher.open(packet(key, row), sealed);
                if (text == null) {
                    return false;
                }
                Memory.copy(text, 0, text(row), text.length);
                return true;
            } catch (GeneralSecurityException impossible) {
                throw new IllegalStateException(key.kind + " refuses to decrypt", impossible);
            }
        }

        private Key keyOf(int row) {
            Key key = keys.get(key(row));
            if (key == null) {
                throw new IllegalStateException("the key of a row was closed");
            }
            return key;
        }

        private JcaPacket packet(Key key, int row) {
            int headerBytes = ESP_HEADER_BYTES + key.kind.ivBytes();
            return new JcaPacket(Memory.bytesAt(slot(row) + NONCE, AeadCipher.NONCE_BYTES),
                    Memory.bytesAt(slot(row) + AAD, aadBytes(row)),
                    Memory.bytesAt(text(row) - headerBytes, headerBytes));
        }
    }
}
