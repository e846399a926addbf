package io.gapura.ike.crypto;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.IkeHeader;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.MalformedMessage;

/** What became of a datagram that claims to belong to an IKE SA. */
public sealed interface Opened {
    /**
     * Authentic and whole; the payloads are those that were encrypted.
     *
     * @param octets what {@link IntAuth} needs of an IKE_INTERMEDIATE message
     */
    record Complete(IkeMessage message, Bytes octets) implements Opened {}

    /**
     * An authentic fragment; others are missing.
     *
     * @param number of this fragment, from 1
     * @param received how many different ones there are by now
     */
    record Partial(IkeHeader header, int number, int total, int received) implements Opened {}

    /** Authentic, so that the peer may be answered, but not a message: {@link MalformedMessage#answer}. */
    record Malformed(IkeHeader header, MalformedMessage fault) implements Opened {}

    /** Anybody may have sent it: to be dropped in silence. */
    record Rejected(String reason) implements Opened {}
}
