package io.gapura.ike.message;

/** Security protocol identifier, RFC 7296 §3.3.1. */
public record Protocol(int number) {
    public static final Protocol NONE = new Protocol(0);
    public static final Protocol IKE = new Protocol(1);
    public static final Protocol AH = new Protocol(2);
    public static final Protocol ESP = new Protocol(3);

    @Override
    public String toString() {
        return switch (number) {
            case 0 -> "none";
            case 1 -> "IKE";
            case 2 -> "AH";
            case 3 -> "ESP";
            default -> "protocol " + number;
        };
    }
}
