package io.gapura.ffi.ipsecmb;

/** The processor extensions that the library has AES-GCM functions for, the fastest first. */
public enum InstructionSet {
    VAES_AVX512("vaes_avx512", Feature.AVX512 | Feature.VAES),
    AVX512("avx512", Feature.AVX512 | Feature.AES),
    VAES_AVX2("vaes_avx2", Feature.AVX2 | Feature.VAES),
    AVX2("avx_gen4", Feature.AVX2 | Feature.AES),
    SSE("sse", Feature.AES);

    private final String suffix;
    private final long features;

    InstructionSet(String suffix, long features) {
        this.suffix = suffix;
        this.features = features;
    }

    /** What the names of its functions end in. */
    String suffix() {
        return suffix;
    }

    /** @param present as imb_get_feature_flags() reports them */
    boolean isAmong(long present) {
        return (present & features) == features;
    }

    /** IMB_FEATURE_… of intel-ipsec-mb.h. */
    private static final class Feature {
        /** AESNI and PCLMULQDQ. */
        private static final long AES = 1L << 1 | 1L << 2;
        private static final long AVX2 = 1L << 6;
        /** F, DQ, CD, BW and VL. */
        private static final long AVX512 = 0x1fL << 7;
        /** VAES and VPCLMULQDQ. */
        private static final long VAES = 1L << 12 | 1L << 13;
    }
}
