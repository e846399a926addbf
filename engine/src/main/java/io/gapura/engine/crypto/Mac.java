package io.gapura.engine.crypto;

/** What authenticates: RFC 4868 (HMAC with SHA-2), RFC 2404 (with SHA-1), RFC 3566 (AES-XCBC), RFC 4494 (AES-CMAC). */
enum Mac {
    HMAC_SHA2_256_128("sha256", 32, 16),
    HMAC_SHA2_384_192("sha384", 48, 24),
    HMAC_SHA2_512_256("sha512", 64, 32),
    HMAC_SHA1_96("sha1", 20, 12),
    AES_XCBC_96("aesxcbc", 16, 12),
    AES_CMAC_96("aescmac", 16, 12);

    final String keyword;
    final int keyBytes;
    /** Of what is left after cutting. */
    final int icvBytes;

    Mac(String keyword, int keyBytes, int icvBytes) {
        this.keyword = keyword;
        this.keyBytes = keyBytes;
        this.icvBytes = icvBytes;
    }
}
