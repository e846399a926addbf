package io.gapura.engine.counters;

/** What a worker counts for each of its ports. Bytes are those of whole Ethernet frames without checksum. */
public enum PortCounter {
    RECEIVED_PACKETS,
    RECEIVED_BYTES,
    SENT_PACKETS,
    SENT_BYTES
}
