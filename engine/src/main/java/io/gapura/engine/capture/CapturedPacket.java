package io.gapura.engine.capture;

import io.gapura.engine.packet.DropReason;
import org.jspecify.annotations.Nullable;

/**
 * A packet that a worker recorded.
 *
 * @param epochNs     when the worker had it, since 1970
 * @param worker      the worker's index
 * @param port        the index of the port that the recorded frame came or left by; {@link #NO_PORT} for none of its own
 * @param outbound    from the protected to the unprotected side
 * @param leaving     whether the frame is the one that left, rather than the one that came
 * @param verdict     what became of it
 * @param reason      why it was dropped
 * @param egress      the index of the port it left by, or {@link #NO_PORT}
 * @param spi         of the ESP around it; 0 for none
 * @param frameBytes  the frame's whole length
 */
public record CapturedPacket(long epochNs, int worker, int port, boolean outbound, boolean leaving, Verdict verdict,
        @Nullable DropReason reason, int egress, int spi, int frameBytes) {
    public static final int NO_PORT = -1;

    /** What became of a packet. */
    public enum Verdict {
        SENT,
        DROPPED,
        /** Dropped, and its sender told by ICMP. */
        ANSWERED,
        KERNEL,
        /** Kept for later, such as a fragment for its datagram. */
        HELD
    }

    /** Hears of packets. The {@code bytes} bytes of the frame at {@code frame} are there during the call only. */
    public interface Handler {
        void onPacket(CapturedPacket packet, long frame, int bytes);
    }
}
