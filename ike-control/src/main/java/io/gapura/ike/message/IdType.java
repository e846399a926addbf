package io.gapura.ike.message;

/** RFC 7296 §3.5. Numbers without a name here survive decoding. */
public record IdType(int number) {
    public static final IdType IPV4_ADDRESS = new IdType(1);
    public static final IdType FQDN = new IdType(2);
    public static final IdType RFC822_ADDRESS = new IdType(3);
    public static final IdType IPV6_ADDRESS = new IdType(5);
    public static final IdType DER_ASN1_DN = new IdType(9);
    public static final IdType DER_ASN1_GN = new IdType(10);
    public static final IdType KEY_ID = new IdType(11);
}
