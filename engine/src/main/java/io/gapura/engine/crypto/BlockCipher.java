package io.gapura.engine.crypto;

/** What encrypts and leaves the rest to a {@link Mac}: RFC 2410 (NULL), RFC 3602 (AES-CBC), RFC 3686 (AES-CTR). */
enum BlockCipher {
    AES_128_CBC(Mode.CBC, 16),
    AES_192_CBC(Mode.CBC, 24),
    AES_256_CBC(Mode.CBC, 32),
    AES_128_CTR(Mode.CTR, 16),
    AES_192_CTR(Mode.CTR, 24),
    AES_256_CTR(Mode.CTR, 32),
    NULL(Mode.NULL, 0);

    /** How a key is used, and what a packet has for it. */
    enum Mode {
        NULL("", 0, 0, 4),
        /** Its IV must not be foreseen: the suite chooses it. */
        CBC("", 0, 16, 16),
        /** Its IV is a counter, like an AEAD's. */
        CTR("ctr", 4, 8, 4);

        final String word;
        final int saltBytes;
        final int ivBytes;
        final int blockBytes;

        Mode(String word, int saltBytes, int ivBytes, int blockBytes) {
            this.word = word;
            this.saltBytes = saltBytes;
            this.ivBytes = ivBytes;
            this.blockBytes = blockBytes;
        }
    }

    final Mode mode;
    final int keyBytes;

    BlockCipher(Mode mode, int keyBytes) {
        this.mode = mode;
        this.keyBytes = keyBytes;
    }

    String keyword() {
        return mode == Mode.NULL ? "null" : "aes" + keyBytes * Byte.SIZE + mode.word;
    }
}
