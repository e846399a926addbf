package io.gapura.ike.message;

/** RFC 7296 §3.3.2. Numbers without a name here survive decoding. */
public record TransformType(int number) {
    public static final TransformType ENCRYPTION = new TransformType(1);
    public static final TransformType PRF = new TransformType(2);
    public static final TransformType INTEGRITY = new TransformType(3);
    public static final TransformType KEY_EXCHANGE = new TransformType(4);
    public static final TransformType SEQUENCE_NUMBERS = new TransformType(5);

    @Override
    public String toString() {
        return switch (number) {
            case 1 -> "encryption";
            case 2 -> "PRF";
            case 3 -> "integrity";
            case 4 -> "key exchange";
            case 5 -> "sequence numbers";
            default -> "transform type " + number;
        };
    }
}
