package io.gapura.ike.auth;

import io.gapura.ike.message.Bytes;
import java.io.IOException;
import java.math.BigInteger;
import java.security.SignatureException;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.util.BigIntegers;

/** ECDSA signatures as RFC 4754 §7 has them, r and s of fixed length one after the other, and as everybody else does, in DER. */
final class EcdsaHalves {
    private EcdsaHalves() {
    }

    static Bytes fromDer(Bytes der, EcCurve curve) throws SignatureException {
        try {
            ASN1Sequence both = ASN1Sequence.getInstance(der.toArray());
            return Bytes.concat(half(both, 0, curve), half(both, 1, curve));
        } catch (IllegalArgumentException | IllegalStateException | ArithmeticException e) {
            throw new SignatureException("an ECDSA signature that is not DER", e);
        }
    }

    private static Bytes half(ASN1Sequence both, int index, EcCurve curve) {
        BigInteger value = ASN1Integer.getInstance(both.getObjectAt(index)).getPositiveValue();
        return Bytes.copyOf(BigIntegers.asUnsignedByteArray(curve.halfBytes(), value));
    }

    /** @throws SignatureException unless it has exactly the length that belongs to the curve */
    static Bytes toDer(Bytes halves, EcCurve curve) throws SignatureException {
        int bytes = curve.halfBytes();
        if (halves.length() != 2 * bytes) {
            throw new SignatureException("an ECDSA signature of %d bytes instead of %d".formatted(halves.length(),
                    2 * bytes));
        }
        byte[] raw = halves.toArray();
        ASN1Integer r = new ASN1Integer(new BigInteger(1, Arrays.copyOf(raw, bytes)));
        ASN1Integer s = new ASN1Integer(new BigInteger(1, Arrays.copyOfRange(raw, bytes, raw.length)));
        try {
            return Bytes.copyOf(new DERSequence(new ASN1Integer[] {r, s}).getEncoded("DER"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
