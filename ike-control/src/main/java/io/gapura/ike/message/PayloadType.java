package io.gapura.ike.message;

/** RFC 7296 §3.2, RFC 7383 §2.5. Numbers without a name here survive decoding. */
public record PayloadType(int number) {
    public static final PayloadType NONE = new PayloadType(0);
    public static final PayloadType SA = new PayloadType(33);
    public static final PayloadType KE = new PayloadType(34);
    public static final PayloadType ID_INITIATOR = new PayloadType(35);
    public static final PayloadType ID_RESPONDER = new PayloadType(36);
    public static final PayloadType CERT = new PayloadType(37);
    public static final PayloadType CERT_REQUEST = new PayloadType(38);
    public static final PayloadType AUTH = new PayloadType(39);
    public static final PayloadType NONCE = new PayloadType(40);
    public static final PayloadType NOTIFY = new PayloadType(41);
    public static final PayloadType DELETE = new PayloadType(42);
    public static final PayloadType VENDOR_ID = new PayloadType(43);
    public static final PayloadType TS_INITIATOR = new PayloadType(44);
    public static final PayloadType TS_RESPONDER = new PayloadType(45);
    public static final PayloadType ENCRYPTED = new PayloadType(46);
    public static final PayloadType CONFIGURATION = new PayloadType(47);
    public static final PayloadType EAP = new PayloadType(48);
    public static final PayloadType ENCRYPTED_FRAGMENT = new PayloadType(53);

    /** Whether RFC 7296 or 7383 defines it: then the critical bit is to be ignored, RFC 7296 §3.2. */
    boolean isDefined() {
        return (number >= SA.number && number <= EAP.number) || number == ENCRYPTED_FRAGMENT.number;
    }

    /** Whether no exchange of RFC 7296 has two of them in one message, and which of them counts would be a guess. */
    boolean isUnique() {
        return switch (number) {
            case 33, 34, 35, 36, 39, 40, 44, 45, 48 -> true;
            default -> false;
        };
    }

    @Override
    public String toString() {
        return switch (number) {
            case 33 -> "SA";
            case 34 -> "KE";
            case 35 -> "IDi";
            case 36 -> "IDr";
            case 37 -> "CERT";
            case 38 -> "CERTREQ";
            case 39 -> "AUTH";
            case 40 -> "Nonce";
            case 41 -> "N";
            case 42 -> "D";
            case 43 -> "V";
            case 44 -> "TSi";
            case 45 -> "TSr";
            case 46 -> "SK";
            case 47 -> "CP";
            case 48 -> "EAP";
            case 53 -> "SKF";
            default -> "payload " + number;
        };
    }
}
