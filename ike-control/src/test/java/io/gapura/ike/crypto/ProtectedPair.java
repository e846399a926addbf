package io.gapura.ike.crypto;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeHeader;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.EncryptedFragmentPayload;
import io.gapura.ike.message.Payload.EncryptedPayload;
import io.gapura.ike.message.PayloadType;
import io.gapura.ike.message.Role;
import io.gapura.ike.message.Secret;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Both sides of an IKE SA, and an initiator who encrypts whatever the test wants. */
record ProtectedPair(IkeKeys keys, MessageProtection initiator, MessageProtection responder, MessageCipher cipher) {
    static ProtectedPair of(String proposal) {
        SecureRandom random = new SecureRandom();
        IkeSuite suite = IkeSuite.of(Proposals.ike(List.of(proposal)).getFirst());
        Nonces nonces = new Nonces(Bytes.zeros(32), Bytes.ofHex("ff".repeat(32)));
        IkeKeys keys = KeySchedule.initial(suite, Secret.copyOf(Bytes.zeros(32)), nonces, new IkeSpis(1, 2));
        Integrity integrity = suite.integrity();
        MessageCipher cipher = integrity == null
                ? new AeadMessageCipher(suite.encryption(), keys.ei())
                : new MacMessageCipher(suite.encryption(), keys.ei(), integrity, keys.ai(), random);
        return new ProtectedPair(keys, new MessageProtection(suite, keys, Role.INITIATOR, random),
                new MessageProtection(suite, keys, Role.RESPONDER, random), cipher);
    }

    static IkeHeader request(int messageId) {
        return new IkeHeader(1, 2, ExchangeType.INFORMATIONAL, Role.INITIATOR, false, messageId);
    }

    /** What the responder makes of the last of these datagrams. */
    Opened lastOf(List<Bytes> datagrams) {
        Opened opened = new Opened.Rejected("nothing to open");
        for (Bytes datagram : datagrams) {
            opened = responder.open(datagram);
        }
        return opened;
    }

    /** An encrypted payload that holds this text, well-formed or not. */
    Bytes seal(PayloadType inner, Bytes text) {
        Bytes blank = Bytes.zeros(cipher.bodyBytes(text.length()));
        return seal(0, new EncryptedPayload(inner, blank), text);
    }

    Bytes sealFragment(int messageId, int number, int total, Bytes text) {
        Bytes blank = Bytes.zeros(cipher.bodyBytes(text.length()));
        return seal(messageId, new EncryptedFragmentPayload(PayloadType.VENDOR_ID, number, total, blank), text);
    }

    private Bytes seal(int messageId, Payload blank, Bytes text) {
        Bytes encoded = new IkeMessage(request(messageId), List.of(blank)).encode();
        Bytes prefix = encoded.slice(0, encoded.length() - cipher.bodyBytes(text.length()));
        return Bytes.concat(prefix, cipher.seal(prefix, text));
    }

    /** AES-256-GCM, the padding being the test's own affair. */
    Bytes sealPadded(PayloadType inner, Bytes padded) {
        EncryptedPayload blank = new EncryptedPayload(inner, Bytes.zeros(8 + padded.length() + 16));
        Bytes encoded = new IkeMessage(request(0), List.of(blank)).encode();
        Bytes prefix = encoded.slice(0, IkeHeader.BYTES + 4);
        byte[] key = keys.ei().toArray();
        Bytes iv = Bytes.ofHex("ffffffffffffffff");
        try {
            Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
            Bytes nonce = Bytes.concat(Bytes.copyOf(key).from(32), iv);
            gcm.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, 0, 32, "AES"),
                    new GCMParameterSpec(128, nonce.toArray()));
            gcm.updateAAD(prefix.toArray());
            return Bytes.concat(prefix, iv, Bytes.copyOf(gcm.doFinal(padded.toArray())));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
