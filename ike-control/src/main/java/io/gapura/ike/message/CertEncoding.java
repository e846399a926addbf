package io.gapura.ike.message;

/** RFC 7296 §3.6, RFC 4806, RFC 7670. Numbers without a name here survive decoding. */
public record CertEncoding(int number) {
    /** One certificate in DER. */
    public static final CertEncoding X509 = new CertEncoding(4);
    /** An OCSP response. */
    public static final CertEncoding OCSP = new CertEncoding(14);
    /** A SubjectPublicKeyInfo in DER. */
    public static final CertEncoding RAW_PUBLIC_KEY = new CertEncoding(15);

    @Override
    public String toString() {
        return switch (number) {
            case 4 -> "X.509 certificate";
            case 12 -> "certificate by URL";
            case 13 -> "certificates by URL";
            case 14 -> "OCSP response";
            case 15 -> "raw public key";
            default -> "certificate encoding " + number;
        };
    }
}
