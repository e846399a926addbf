package io.gapura.ike.crypto;

import io.gapura.ike.message.Bytes;
import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Seals what a ticket holds, RFC 5723 §8, by AES-256-GCM with keys that live no longer than tickets do: a key seals for
 * one period and opens for two. They are in this process alone: its tickets end with it.
 *
 * <pre>
 *   number of the key (4) | nonce (12) | ciphertext | ICV (16)
 * </pre>
 *
 * <p>Control thread.
 */
public final class TicketKeys {
    private static final int NUMBER_BYTES = 4;
    private static final int NONCE_BYTES = 12;
    private static final int ICV_BYTES = 16;
    private static final int KEY_BYTES = 32;

    private final SecureRandom random;
    private final long periodNs;
    private final Aead aead = JdkAead.gcm(ICV_BYTES);
    private byte[] current;
    private byte[] previous;
    private int number;
    private long rotateAtNs;

    /** Keys for tickets that are good for {@code lifetimeNs} at most. */
    public TicketKeys(SecureRandom random, long lifetimeNs, long nowNs) {
        this.random = random;
        this.periodNs = lifetimeNs;
        this.current = fresh();
        this.previous = fresh();
        this.rotateAtNs = nowNs + lifetimeNs;
    }

    private byte[] fresh() {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        return key;
    }

    private void rotate(long nowNs) {
        while (nowNs - rotateAtNs >= 0) {
            Arrays.fill(previous, (byte) 0);
            previous = current;
            current = fresh();
            number++;
            boolean longAgo = nowNs - rotateAtNs >= 2 * periodNs;
            rotateAtNs = longAgo ? nowNs : rotateAtNs + periodNs;
        }
    }

    /** A ticket, of which nobody else learns anything but its length. */
    public Bytes seal(byte[] content, long nowNs) {
        rotate(nowNs);
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        Bytes head = Bytes.ofInt(number);
        return Bytes.concat(head, Bytes.copyOf(nonce),
                Bytes.copyOf(aead.seal(current, KEY_BYTES, nonce, head.toArray(), content)));
    }

    /** What is in the ticket, to be wiped by the caller; null if it is none of ours, changed, or too old. */
    public byte @Nullable [] open(Bytes ticket, long nowNs) {
        rotate(nowNs);
        if (ticket.length() < NUMBER_BYTES + NONCE_BYTES + ICV_BYTES) {
            return null;
        }
        int of = ticket.intAt(0);
        if (of != number && of != number - 1) {
            return null;
        }
        return aead.open(of == number ? current : previous, KEY_BYTES, id(ticket).toArray(),
                ticket.slice(0, NUMBER_BYTES).toArray(), ticket.from(NUMBER_BYTES + NONCE_BYTES).toArray());
    }

    /** By which tickets are told apart. */
    public static Bytes id(Bytes ticket) {
        return ticket.slice(NUMBER_BYTES, NUMBER_BYTES + NONCE_BYTES);
    }
}
