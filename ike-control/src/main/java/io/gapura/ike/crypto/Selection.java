package io.gapura.ike.crypto;

import io.gapura.ike.message.Proposal;

/** What became of a negotiation. */
public sealed interface Selection {
    /**
     * Both sides agree.
     *
     * @param proposal one transform of each type, with the number and the SPI of the proposal on offer
     */
    record Chosen(Proposal proposal) implements Selection {}

    /**
     * Nothing fits both sides.
     *
     * @param difference between the two that are closest to each other: type by type, offered and wanted
     */
    record Refused(String offered, String wanted, String difference) implements Selection {
        /** One line for the log. */
        public String explanation() {
            return "offered " + offered + "; wanted " + wanted + "; " + difference;
        }
    }
}
