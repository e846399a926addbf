package io.gapura.ike.message;

/** RFC 7296 §3.1. Numbers without a name here survive decoding. */
public record ExchangeType(int number) {
    public static final ExchangeType IKE_SA_INIT = new ExchangeType(34);
    public static final ExchangeType IKE_AUTH = new ExchangeType(35);
    public static final ExchangeType CREATE_CHILD_SA = new ExchangeType(36);
    public static final ExchangeType INFORMATIONAL = new ExchangeType(37);
    /** RFC 5723. */
    public static final ExchangeType IKE_SESSION_RESUME = new ExchangeType(38);
    /** RFC 9242. */
    public static final ExchangeType IKE_INTERMEDIATE = new ExchangeType(43);
    /** RFC 9370. */
    public static final ExchangeType IKE_FOLLOWUP_KE = new ExchangeType(44);

    @Override
    public String toString() {
        return switch (number) {
            case 34 -> "IKE_SA_INIT";
            case 35 -> "IKE_AUTH";
            case 36 -> "CREATE_CHILD_SA";
            case 37 -> "INFORMATIONAL";
            case 38 -> "IKE_SESSION_RESUME";
            case 43 -> "IKE_INTERMEDIATE";
            case 44 -> "IKE_FOLLOWUP_KE";
            default -> "exchange " + number;
        };
    }
}
