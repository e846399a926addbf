package io.gapura.engine.packet;

import java.util.List;

/**
 * Why a packet was dropped. Each reason once, with the sentence that {@code gapura show drops} prints.
 *
 * <p>A packet that is not sent and not handed to the kernel has exactly one of these.
 */
public enum DropReason {
    /** The reason of a packet about which nothing was decided, so that no path can forget one. */
    INTERNAL_ERROR("A fault of Gapura itself: see the log."),
    NOT_IP("The frame carries neither IPv4 nor IPv6."),
    RUNT("The packet ends before its headers do."),
    BAD_HEADER("The IP header contradicts itself, or too many IPv6 extension headers follow it."),
    MARTIAN("From or to an address that nothing is forwarded for: loopback, multicast, broadcast, link-local IPv6 or none."),
    FRAGMENT("A fragment of ESP or AH that overlaps or contradicts the others, or repeats one."),
    FRAGMENT_LIMIT(
            "A fragment of ESP or AH more than there is room for: too many, too long, or too many unfinished datagrams."),
    FRAGMENT_TIMEOUT("Fragments of ESP or AH whose others did not come in time."),
    TRANSPORT_FRAGMENT("A fragment: transport mode protects whole datagrams only."),
    TTL_EXPIRED("The packet's time to live ran out here."),
    NO_ROUTE("The kernel has no route to the destination."),
    NO_POLICY("No policy speaks of this packet."),
    POLICY_DISCARD("A policy says to discard this packet."),
    CLEAR_TEXT("Arrived in clear text although a policy says it must be protected."),
    NO_SA("A policy says to protect the packet, but its tunnel is down, and others wait for it already."),
    ACQUIRE_TIMEOUT("Waited for its tunnel to come up, which it did not in time."),
    TOO_BIG("Larger than the next hop can take."),
    SEQUENCE_EXHAUSTED("The security association has used all its sequence numbers."),
    LIFETIME_EXPIRED("The security association has passed its hard limit of packets or bytes."),
    UNKNOWN_SPI("No security association has this SPI."),
    WRONG_PROTOCOL("ESP by the SPI of a security association of AH, or AH by one of ESP."),
    NAT_KEEPALIVE("A NAT keep-alive: it has done its work by arriving."),
    BAD_AH_LENGTH("The authentication header is longer or shorter than its security association makes it."),
    BAD_AH_OPTIONS(
            "IP options or extension headers that AH cannot follow: malformed, too long, or a source route not at its end."),
    MISALIGNED("What is encrypted does not end with a block of the cipher."),
    REPLAYED("The sequence number was seen before, or lies left of the replay window."),
    NOT_AUTHENTIC("The integrity check value is wrong: damaged, forged, or of another key."),
    BAD_PADDING("The ESP padding is not 1, 2, 3, … or longer than the packet."),
    BAD_NEXT_HEADER("What was protected is neither an IPv4 nor an IPv6 packet."),
    DUMMY("A dummy packet that the peer sent to hide traffic (next header 59)."),
    BAD_INNER("The packet inside is malformed."),
    SELECTOR_MISMATCH("The packet inside is not one that its security association may carry."),
    BAD_CONGESTION_MARK("Marked as having met congestion, but the packet inside does not take part in ECN."),
    HAIRPIN("Decrypted, and routed back to the unprotected side: never sent in clear text."),
    NO_BUFFER("There was no free packet buffer for a fragment."),
    TX_FULL("The port's transmit ring was full."),
    PUNT_FULL("The ring to the kernel was full.");

    private static final List<DropReason> REASONS = List.of(values());

    private final String sentence;

    DropReason(String sentence) {
        this.sentence = sentence;
    }

    /** All reasons by ordinal. */
    public static List<DropReason> all() {
        return REASONS;
    }

    public String sentence() {
        return sentence;
    }
}
