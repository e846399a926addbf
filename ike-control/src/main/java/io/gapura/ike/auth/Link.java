package io.gapura.ike.auth;

import java.security.cert.X509Certificate;

/** A certificate on a trusted path, and the next one, which has issued it. */
public record Link(X509Certificate certificate, X509Certificate issuer) {}
