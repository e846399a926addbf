package io.gapura.ike.crypto;

import io.gapura.ike.message.Transform;
import io.gapura.ike.message.TransformType;

/** Whether ESP counts in 32 or 64 bits, RFC 7296 §3.3.2, RFC 4303 §2.2.1. */
public enum SequenceNumbers implements Algorithm {
    NOESN(0),
    ESN(1);

    private final int id;

    SequenceNumbers(int id) {
        this.id = id;
    }

    @Override
    public Transform transform() {
        return Transform.of(TransformType.SEQUENCE_NUMBERS, id);
    }

    @Override
    public String keyword() {
        return this == ESN ? "esn" : "noesn";
    }
}
