package io.gapura.ike.crypto;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Secret;

/** What an AUTH payload vouches for, RFC 7296 §2.15. */
public final class SignedOctets {
    private static final Bytes KEY_PAD = Bytes.ofUtf8("Key Pad for IKEv2");

    private SignedOctets() {
    }

    /**
     * RealMessage | NonceOfTheOther | prf(SK_p, RestOfIDPayload) [| IntAuth].
     *
     * @param p SK_pi for the initiator's octets, SK_pr for the responder's
     * @param initMessage the signer's whole IKE_SA_INIT datagram, without the non-ESP marker
     * @param peerNonce the nonce that the signer received
     * @param idBody the signer's ID payload without its generic header
     * @param intAuth of {@link IntAuth}, empty without IKE_INTERMEDIATE, RFC 9242 §3.3.2
     */
    public static Bytes of(Prf prf, Secret p, Bytes initMessage, Bytes peerNonce, Bytes idBody, Bytes intAuth) {
        return Bytes.concat(initMessage, peerNonce, prf.mac(p, idBody), intAuth);
    }

    /** The AUTH value with a pre-shared key: prf(prf(key, "Key Pad for IKEv2"), octets). */
    public static Bytes sharedKeyMac(Prf prf, Secret preSharedKey, Bytes octets) {
        try (Secret padded = Secret.copyOf(prf.mac(preSharedKey, KEY_PAD))) {
            return prf.mac(padded, octets);
        }
    }
}
