package io.gapura.ike.crypto;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.Payload.EncryptedFragmentPayload;
import io.gapura.ike.message.PayloadType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The fragments of one message at a time, RFC 7383 §2.6: requests or responses of one IKE SA. Whoever calls has
 * authenticated each fragment, and bounds are those of {@link IkeMessage}.
 */
final class Reassembly {
    static final int MAX_FRAGMENTS = 64;

    private @Nullable Bytes[] parts = new Bytes[0];
    private int messageId;
    private PayloadType first = PayloadType.NONE;
    private int received;
    private int bytes;

    /** Why this fragment must not be stored, or null. Cheap, so that it comes before any decryption. */
    @Nullable
    String objection(int id, EncryptedFragmentPayload fragment) {
        if (fragment.total() > MAX_FRAGMENTS) {
            return fragment.total() + " fragments";
        }
        if (received > 0 && Integer.compareUnsigned(id, messageId) < 0) {
            return "fragment of an older message";
        }
        if (received > 0 && id == messageId && fragment.total() < parts.length) {
            return "the number of fragments shrank from " + parts.length + " to " + fragment.total();
        }
        return null;
    }

    /** Stores an authentic fragment; a larger total or a newer message drops what is there, RFC 7383 §2.6.1. */
    void add(int id, EncryptedFragmentPayload fragment, Bytes text) {
        if (id != messageId || fragment.total() != parts.length) {
            clear();
            parts = new Bytes[fragment.total()];
            messageId = id;
        }
        int index = fragment.number() - 1;
        if (parts[index] != null) {
            return;
        }
        if (bytes + text.length() > IkeMessage.MAX_BYTES) {
            clear();
            return;
        }
        parts[index] = text;
        received++;
        bytes += text.length();
        if (index == 0) {
            first = fragment.inner();
        }
    }

    int received() {
        return received;
    }

    boolean isComplete() {
        return received > 0 && received == parts.length;
    }

    /** Type of the first payload of a complete message. */
    PayloadType first() {
        return first;
    }

    /** The payloads of a complete message; the fragments are forgotten. */
    Bytes take() {
        Bytes whole = Bytes.concat(Arrays.copyOf(parts, parts.length, Bytes[].class));
        clear();
        return whole;
    }

    void clear() {
        parts = new Bytes[0];
        received = 0;
        bytes = 0;
    }
}
