package io.gapura.ike.message;

/** RFC 7296 §3.8, RFC 4754 §3, RFC 7427. Numbers without a name here survive decoding. */
public record AuthMethod(int number) {
    public static final AuthMethod RSA_SIGNATURE = new AuthMethod(1);
    public static final AuthMethod SHARED_KEY = new AuthMethod(2);
    public static final AuthMethod ECDSA_256 = new AuthMethod(9);
    public static final AuthMethod ECDSA_384 = new AuthMethod(10);
    public static final AuthMethod ECDSA_521 = new AuthMethod(11);
    public static final AuthMethod DIGITAL_SIGNATURE = new AuthMethod(14);

    @Override
    public String toString() {
        return switch (number) {
            case 1 -> "RSA signature";
            case 2 -> "pre-shared key";
            case 9 -> "ECDSA on P-256";
            case 10 -> "ECDSA on P-384";
            case 11 -> "ECDSA on P-521";
            case 13 -> "no authentication";
            case 14 -> "digital signature";
            default -> "authentication method " + number;
        };
    }
}
