package io.gapura.ike.message;

/** RFC 7296 §3.8, RFC 7427. Numbers without a name here survive decoding. */
public record AuthMethod(int number) {
    public static final AuthMethod RSA_SIGNATURE = new AuthMethod(1);
    public static final AuthMethod SHARED_KEY = new AuthMethod(2);
    public static final AuthMethod DIGITAL_SIGNATURE = new AuthMethod(14);

    @Override
    public String toString() {
        return switch (number) {
            case 1 -> "RSA signature";
            case 2 -> "pre-shared key";
            case 14 -> "digital signature";
            default -> "authentication method " + number;
        };
    }
}
