package io.gapura.engine.esp;

import io.gapura.engine.crypto.AeadBatch;
import io.gapura.engine.sad.InboundSa;
import org.jspecify.annotations.Nullable;

/** What is to be known of each row of an {@link AeadBatch} once it is decrypted: which packet of the batch, whose, and its number. One worker's. */
public final class InboundRows {
    private final int[] packets = new int[AeadBatch.CAPACITY];
    private final @Nullable InboundSa[] sas = new InboundSa[AeadBatch.CAPACITY];
    private final long[] sequences = new long[AeadBatch.CAPACITY];

    /**
     * Notes it of a row.
     *
     * @param sequence the whole sequence number
     */
    public void put(int row, int packet, InboundSa sa, long sequence) {
        packets[row] = packet;
        sequences[row] = sequence;
        if (sas[row] != sa) {
            sas[row] = sa; // the store has a collector's barrier
        }
    }

    public int packet(int row) {
        return packets[row];
    }

    public InboundSa sa(int row) {
        InboundSa sa = sas[row];
        if (sa == null) {
            throw new IllegalStateException("row " + row + " was not put");
        }
        return sa;
    }

    public long sequence(int row) {
        return sequences[row];
    }

    /** The first row from {@code row} up to {@code end} that is not the SA's, or else {@code end}. */
    int endOf(InboundSa sa, int row, int end) {
        int other = row;
        while (other < end && sas[other] == sa) {
            other++;
        }
        return other;
    }
}
