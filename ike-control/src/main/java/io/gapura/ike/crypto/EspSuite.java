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
 * @param integrity   null beside an AEAD
 * @param keyExchange null without perfect forward secrecy, as in IKE_AUTH
 * @param additional  the key exchanges after the first one, RFC 9370, in their order
 */
public record EspSuite(Encryption encryption, @Nullable Integrity integrity, boolean esn,
        @Nullable KeyExchangeMethod keyExchange, List<AdditionalKeyExchange> additional) {
    public EspSuite {
        if (encryption.isAead() == (integrity != null)) {
            throw new IllegalArgumentException(encryption + " with " + integrity);
        }
        additional = List.copyOf(additional);
    }

    /** Of what {@link ProposalSelection} chose: one transform of each type. */
    public static EspSuite of(Proposal chosen) {
        return new EspSuite(Transforms.need(chosen, Encryption.class), Transforms.find(chosen, Integrity.class),
                Transforms.need(chosen, SequenceNumbers.class) == SequenceNumbers.ESN,
                Transforms.find(chosen, KeyExchangeMethod.class), Transforms.additional(chosen));
    }

    /** Key and salt of one direction, RFC 4106 §8.1, and behind them the key of the MAC, RFC 7296 §2.17. */
    int keyMaterialBytes() {
        Integrity mac = integrity;
        return encryption.keyBytes() + encryption.saltBytes() + (mac == null ? 0 : mac.keyBytes());
    }

    /** What protects packets, in swanctl's words: {@code aes256gcm16}, {@code aes256-sha256}. */
    public String protection() {
        Integrity mac = integrity;
        return mac == null ? encryption.keyword() : encryption.keyword() + "-" + mac.keyword();
    }

    /** As swanctl would write it. */
    @Override
    public String toString() {
        SequenceNumbers numbers = esn ? SequenceNumbers.ESN : SequenceNumbers.NOESN;
        return Stream.of(Stream.of(encryption, integrity, keyExchange), additional.stream(), Stream.of(numbers))
                .flatMap(each -> each).filter(Objects::nonNull).map(Algorithm::keyword)
                .collect(Collectors.joining("-"));
    }
}
