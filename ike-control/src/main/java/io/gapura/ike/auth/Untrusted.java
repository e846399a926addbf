package io.gapura.ike.auth;

/** Why a certificate is not trusted, in words. Without stack trace: it is the peer's fault. */
final class Untrusted extends Exception {
    private static final long serialVersionUID = 1;

    Untrusted(String reason) {
        super(reason, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
