package io.gapura.ike.crypto;

import io.gapura.ike.message.Proposal;
import org.jspecify.annotations.Nullable;

/**
 * The algorithms of one child SA.
 *
 * @param keyExchange null without perfect forward secrecy, as in IKE_AUTH
 */
public record EspSuite(Encryption encryption, boolean esn, @Nullable KeyExchangeMethod keyExchange) {
    /** Of what {@link ProposalSelection} chose: one transform of each type. */
    public static EspSuite of(Proposal chosen) {
        return new EspSuite(Transforms.need(chosen, Encryption.class),
                Transforms.need(chosen, SequenceNumbers.class) == SequenceNumbers.ESN,
                Transforms.find(chosen, KeyExchangeMethod.class));
    }

    /** Key and salt of one direction, RFC 4106 §8.1. */
    int keyMaterialBytes() {
        return encryption.keyBytes() + encryption.saltBytes();
    }

    /** As swanctl would write it. */
    @Override
    public String toString() {
        return encryption.keyword() + (keyExchange == null ? "" : "-" + keyExchange.keyword())
                + (esn ? "-esn" : "-noesn");
    }
}
