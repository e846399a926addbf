package io.gapura.ike.crypto;

import io.gapura.ike.message.Bytes;

/** SPIi and SPIr of an IKE SA. */
public record IkeSpis(long initiator, long responder) {
    public Bytes bytes() {
        return Bytes.concat(Bytes.ofLong(initiator), Bytes.ofLong(responder));
    }
}
