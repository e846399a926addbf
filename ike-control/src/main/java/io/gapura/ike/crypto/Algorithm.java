package io.gapura.ike.crypto;

import io.gapura.ike.message.Transform;

/** An algorithm that we implement, as proposals name it. */
public sealed interface Algorithm
        permits Encryption, Integrity, Prf, KeyExchangeMethod, AdditionalKeyExchange, SequenceNumbers {
    Transform transform();

    /** swanctl's word for it. */
    String keyword();
}
