package io.gapura.ike.crypto;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Proposal;
import io.gapura.ike.message.Protocol;
import io.gapura.ike.message.Transform;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The algorithms of one IKE SA.
 *
 * @param integrity  null with an AEAD
 * @param additional the key exchanges after the first one, RFC 9370, in their order
 */
public record IkeSuite(Encryption encryption, @Nullable Integrity integrity, Prf prf, KeyExchangeMethod keyExchange,
        List<AdditionalKeyExchange> additional) {
    public IkeSuite {
        additional = List.copyOf(additional);
        if (encryption.isAead() == (integrity != null)) {
            throw new IllegalArgumentException(encryption.keyword() + " with integrity " + integrity);
        }
    }

    /** Of what {@link ProposalSelection} chose: one transform of each type. */
    public static IkeSuite of(Proposal chosen) {
        return new IkeSuite(Transforms.need(chosen, Encryption.class), Transforms.find(chosen, Integrity.class),
                Transforms.need(chosen, Prf.class), Transforms.need(chosen, KeyExchangeMethod.class),
                Transforms.additional(chosen));
    }

    /** As it was chosen. */
    public Proposal proposal() {
        List<Transform> transforms = algorithms().map(Algorithm::transform).toList();
        return new Proposal(1, Protocol.IKE, Bytes.EMPTY, transforms);
    }

    private Stream<Algorithm> algorithms() {
        return Stream.concat(Stream.of(encryption, integrity, prf, keyExchange), additional.stream())
                .filter(Objects::nonNull).map(Algorithm.class::cast);
    }

    /** SK_ai and SK_ar, RFC 7296 §2.14; none with an AEAD, RFC 5282 §7. */
    int integrityKeyBytes() {
        return integrity == null ? 0 : integrity.keyBytes();
    }

    /** SK_ei and SK_er. */
    int encryptionKeyBytes() {
        return encryption.keyBytes() + encryption.saltBytes();
    }

    /** As swanctl would write it. */
    @Override
    public String toString() {
        return algorithms().map(Algorithm::keyword).collect(Collectors.joining("-"));
    }
}
