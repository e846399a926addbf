package io.gapura.ike.crypto;

import io.gapura.ike.message.Proposal;
import io.gapura.ike.message.Protocol;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The algorithms of one child SA, of ESP or AH.
 *
 * @param encryption  null for AH
 * @param integrity   null beside an AEAD
 * @param keyExchange null without perfect forward secrecy, as in IKE_AUTH
 * @param additional  the key exchanges after the first one, RFC 9370, in their order
 */
public record EspSuite(@Nullable Encryption encryption, @Nullable Integrity integrity, boolean esn,
        @Nullable KeyExchangeMethod keyExchange, List<AdditionalKeyExchange> additional) {
    public EspSuite {
        boolean aead = encryption != null && encryption.isAead();
        if (aead == (integrity != null)) {
            throw new IllegalArgumentException(encryption + " with " + integrity);
        }
        additional = List.copyOf(additional);
    }

    /** Of what {@link ProposalSelection} chose: one transform of each type. */
    public static EspSuite of(Proposal chosen) {
        return new EspSuite(Transforms.find(chosen, Encryption.class), Transforms.find(chosen, Integrity.class),
                Transforms.need(chosen, SequenceNumbers.class) == SequenceNumbers.ESN,
                Transforms.find(chosen, KeyExchangeMethod.class), Transforms.additional(chosen));
    }

    public boolean isAh() {
        return encryption == null;
    }

    public Protocol protocol() {
        return isAh() ? Protocol.AH : Protocol.ESP;
    }

    /** Of key and salt of one direction; 0 for AH. */
    public int cipherKeyBytes() {
        Encryption cipher = encryption;
        return cipher == null ? 0 : cipher.keyBytes() + cipher.saltBytes();
    }

    /** Key and salt of one direction, RFC 4106 §8.1, and behind them the key of the MAC, RFC 7296 §2.17. */
    int keyMaterialBytes() {
        Integrity mac = integrity;
        return cipherKeyBytes() + (mac == null ? 0 : mac.keyBytes());
    }

    /** What protects packets, in swanctl's words: {@code aes256gcm16}, {@code aes256-sha256}; for AH {@code sha256}. */
    public String protection() {
        return Stream.of(encryption, integrity).filter(Objects::nonNull).map(Algorithm::keyword)
                .collect(Collectors.joining("-"));
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
