package io.gapura.ike.crypto;

import io.gapura.ike.message.Proposal;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The algorithms of one child SA.
 *
 * @param keyExchange null without perfect forward secrecy, as in IKE_AUTH
 * @param additional  the key exchanges after the first one, RFC 9370, in their order
 */
public record EspSuite(Encryption encryption, boolean esn, @Nullable KeyExchangeMethod keyExchange,
        List<AdditionalKeyExchange> additional) {
    public EspSuite {
        additional = List.copyOf(additional);
    }

    /** Of what {@link ProposalSelection} chose: one transform of each type. */
    public static EspSuite of(Proposal chosen) {
        return new EspSuite(Transforms.need(chosen, Encryption.class),
                Transforms.need(chosen, SequenceNumbers.class) == SequenceNumbers.ESN,
                Transforms.find(chosen, KeyExchangeMethod.class), Transforms.additional(chosen));
    }

    /** Key and salt of one direction, RFC 4106 §8.1. */
    int keyMaterialBytes() {
        return encryption.keyBytes() + encryption.saltBytes();
    }

    /** As swanctl would write it. */
    @Override
    public String toString() {
        SequenceNumbers numbers = esn ? SequenceNumbers.ESN : SequenceNumbers.NOESN;
        return Stream.of(Stream.of(encryption, keyExchange), additional.stream(), Stream.of(numbers))
                .flatMap(each -> each).filter(Objects::nonNull).map(Algorithm::keyword)
                .collect(Collectors.joining("-"));
    }
}
