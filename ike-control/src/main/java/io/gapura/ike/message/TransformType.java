package io.gapura.ike.message;

/** RFC 7296 §3.3.2. Numbers without a name here survive decoding. */
public record TransformType(int number) {
    public static final TransformType ENCRYPTION = new TransformType(1);
    public static final TransformType PRF = new TransformType(2);
    public static final TransformType INTEGRITY = new TransformType(3);
    public static final TransformType KEY_EXCHANGE = new TransformType(4);
    public static final TransformType SEQUENCE_NUMBERS = new TransformType(5);
    /** The first of seven, RFC 9370 §3.1. */
    public static final TransformType ADDITIONAL_KEY_EXCHANGE_1 = new TransformType(6);
    public static final TransformType ADDITIONAL_KEY_EXCHANGE_7 = new TransformType(12);

    /** Whether it is a key exchange after the first one. */
    public boolean isAdditionalKeyExchange() {
        return number >= ADDITIONAL_KEY_EXCHANGE_1.number && number <= ADDITIONAL_KEY_EXCHANGE_7.number;
    }

    /** Whether it is a key exchange, the first one or another. */
    public boolean isKeyExchange() {
        return equals(KEY_EXCHANGE) || isAdditionalKeyExchange();
    }

    @Override
    public String toString() {
        return switch (number) {
            case 1 -> "encryption";
            case 2 -> "PRF";
            case 3 -> "integrity";
            case 4 -> "key exchange";
            case 5 -> "sequence numbers";
            case 6, 7, 8, 9, 10, 11, 12 -> "additional key exchange " + (number - ADDITIONAL_KEY_EXCHANGE_1.number + 1);
            default -> "transform type " + number;
        };
    }
}
