package io.gapura.ike.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.crypto.Selection.Chosen;
import io.gapura.ike.crypto.Selection.Refused;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Proposal;
import io.gapura.ike.message.Protocol;
import io.gapura.ike.message.Transform;
import io.gapura.ike.message.TransformType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProposalSelectionTest {
    private static String chosen(Selection selection) {
        assertThat(selection).isInstanceOf(Chosen.class);
        Proposal proposal = ((Chosen) selection).proposal();
        return proposal.number() + " " + Proposals.describe(List.of(proposal));
    }

    private static Refused refused(Selection selection) {
        assertThat(selection).isInstanceOf(Refused.class);
        return (Refused) selection;
    }

    private static List<Proposal> ike(String... texts) {
        return Proposals.ike(List.of(texts));
    }

    /** The proposal with one more transform. */
    private static List<Proposal> with(List<Proposal> proposals, Transform added) {
        return proposals.stream().map(proposal -> {
            List<Transform> transforms = new ArrayList<>(proposal.transforms());
            transforms.add(added);
            return new Proposal(proposal.number(), proposal.protocol(), proposal.spi(), transforms);
        }).toList();
    }

    private static List<Proposal> without(List<Proposal> proposals, TransformType type) {
        return proposals.stream()
                .map(proposal -> new Proposal(proposal.number(), proposal.protocol(), proposal.spi(), proposal
                        .transforms().stream().filter(transform -> !transform.type().equals(type)).toList()))
                .toList();
    }

    @Test
    void respondersOrderDecides() {
        List<Proposal> offered = ike("aes128gcm16-aes256gcm16-prfsha256-prfsha384-modp2048-x25519",
                "aes256-sha512-ecp256");
        assertThat(chosen(ProposalSelection.choose(offered, ike("aes256gcm16-prfsha384-prfsha256-x25519-modp2048"))))
                .isEqualTo("1 aes256gcm16-prfsha384-x25519");
        assertThat(chosen(ProposalSelection.choose(offered, ike("aes256-sha512-ecp256", "default")))).isEqualTo(
                "2 aes256-sha512-prfsha512-ecp256");
    }

    @Test
    void choiceKeepsThePeersSpi() {
        List<Proposal> offered = Proposals.withSpi(Proposals.esp(List.of("aes128gcm16-esn-noesn")), Bytes.ofInt(7));
        Selection selection = ProposalSelection.choose(offered, Proposals.esp(List.of()));
        assertThat(selection).isInstanceOfSatisfying(Chosen.class,
                choice -> assertThat(choice.proposal().spi()).isEqualTo(Bytes.ofInt(7)));
        assertThat(chosen(selection)).isEqualTo("1 aes128gcm16-esn");
    }

    @Test
    void stockStrongSwanGetsShortSequenceNumbers() {
        assertThat(chosen(ProposalSelection.choose(Proposals.esp(List.of("aes128gcm16-noesn")),
                Proposals.esp(List.of())))).isEqualTo("1 aes128gcm16-noesn");
    }

    @Test
    void refusalNamesTheTransformThatDiffers() {
        List<Proposal> wanted = ike("aes256gcm16-prfsha384-x25519-ecp384", "aes256-sha512-ecp384");
        assertThat(refused(ProposalSelection.choose(ike("aes256gcm16-prfsha384-modp2048"), wanted)).explanation())
                .isEqualTo("offered aes256gcm16-prfsha384-modp2048; wanted aes256gcm16-prfsha384-x25519-ecp384, "
                        + "aes256-sha512-prfsha512-ecp384; "
                        + "differs in key exchange (offered modp2048, wanted x25519|ecp384)");
    }

    /** Case B3: what nobody implements has a name or a number, and is never chosen. */
    @Test
    void foreignTransformsAreNamedAndNeverChosen() {
        List<Transform> transforms = List.of(new Transform(TransformType.ENCRYPTION, 3, 0),
                Transform.of(TransformType.INTEGRITY, 5), Transform.of(TransformType.PRF, 1),
                Transform.of(TransformType.KEY_EXCHANGE, 1025), Transform.of(TransformType.KEY_EXCHANGE, 2));
        Proposal foreign = new Proposal(1, Protocol.IKE, Bytes.EMPTY, transforms);
        assertThat(refused(ProposalSelection.choose(List.of(foreign), ike())).offered())
                .isEqualTo("3des-aesxcbc-prfmd5-(key exchange 1025)-modp1024");
    }

    /** Case B1. */
    @Test
    void typeThatTheOfferLacksIsADifference() {
        List<Proposal> wanted = ike("aes128-sha256-ecp256");
        for (TransformType type : List.of(TransformType.ENCRYPTION, TransformType.PRF, TransformType.INTEGRITY,
                TransformType.KEY_EXCHANGE)) {
            assertThat(refused(ProposalSelection.choose(without(wanted, type), wanted)).difference())
                    .startsWith("differs in " + type + " (offered none");
        }
    }

    /** Case B1: AEAD and integrity together, and types that we do not know. */
    @Test
    void typeThatOnlyTheOfferHasIsADifference() {
        List<Proposal> wanted = ike("aes128gcm16-prfsha256-ecp256");
        assertThat(refused(ProposalSelection.choose(
                with(wanted, Transform.of(TransformType.INTEGRITY, 12)), wanted)).difference()).isEqualTo(
                        "differs in integrity (offered sha256, wanted none)");
        assertThat(refused(ProposalSelection.choose(
                with(wanted, Transform.of(new TransformType(6), 36)), wanted)).difference()).isEqualTo(
                        "differs in additional key exchange 1 (offered ke1_mlkem768, wanted none)");
    }

    /** RFC 9370 §2.2.1. */
    @Test
    void theSameKeyExchangeIsNeverChosenTwice() {
        List<Proposal> twice = ike("aes128gcm16-prfsha256-ecp256-ke1_mlkem768-ke1_mlkem512-ke2_mlkem768");
        assertThat(chosen(ProposalSelection.choose(twice, twice)))
                .isEqualTo("1 aes128gcm16-prfsha256-ecp256-ke1_mlkem512-ke2_mlkem768");
        List<Proposal> same = ike("aes128gcm16-prfsha256-ecp256-ke1_mlkem768-ke2_mlkem768");
        assertThat(refused(ProposalSelection.choose(same, same)).difference())
                .isEqualTo("the same key exchange would be done twice");
    }

    @Test
    void optionalKeyExchangesMayBeLeftOut() {
        List<Proposal> optional = ike("aes128gcm16-prfsha256-ecp256-ke1_mlkem768-ke1_none");
        List<Proposal> without = ike("aes128gcm16-prfsha256-ecp256");
        assertThat(chosen(ProposalSelection.choose(without, optional))).isEqualTo("1 aes128gcm16-prfsha256-ecp256");
        assertThat(chosen(ProposalSelection.choose(optional, without))).isEqualTo("1 aes128gcm16-prfsha256-ecp256");
        assertThat(chosen(ProposalSelection.choose(optional, optional)))
                .isEqualTo("1 aes128gcm16-prfsha256-ecp256-ke1_mlkem768");
    }

    /** RFC 7296 §3.3.3: with an AEAD the integrity algorithm NONE is the same as none. */
    @Test
    void noneIsTheSameAsLeavingATypeOut() {
        List<Proposal> wanted = ike("aes128gcm16-prfsha256-ecp256");
        assertThat(chosen(ProposalSelection.choose(with(wanted, Transform.of(TransformType.INTEGRITY, 0)), wanted)))
                .isEqualTo("1 aes128gcm16-prfsha256-ecp256");
        List<Proposal> esp = Proposals.esp(List.of());
        assertThat(chosen(ProposalSelection.choose(with(esp, Transform.of(TransformType.KEY_EXCHANGE, 0)), esp)))
                .isEqualTo("1 aes256gcm16-esn");
    }

    /** Case B2. */
    @ParameterizedTest
    @CsvSource({"12, 0", "12, 1", "12, 65535", "12, -1", "20, 0", "20, 64", "28, 256"})
    void wrongKeyLengthsAreNeverChosen(int id, int bits) {
        List<Proposal> wanted = ike();
        List<Proposal> offered = with(without(wanted, TransformType.ENCRYPTION),
                new Transform(TransformType.ENCRYPTION, id, bits));
        assertThat(refused(ProposalSelection.choose(offered, wanted)).difference()).contains("encryption");
    }

    @Test
    void otherProtocolsAreNeverChosen() {
        List<Proposal> esp = Proposals.esp(List.of());
        List<Proposal> ah = List.of(new Proposal(1, Protocol.AH, Bytes.zeros(4), esp.getFirst().transforms()));
        assertThat(refused(ProposalSelection.choose(ah, esp)).difference()).isEqualTo(
                "differs in protocol (offered AH, wanted ESP)");
        assertThat(refused(ProposalSelection.choose(List.of(), esp)).difference()).isEqualTo("no proposal at all");
    }

    @Test
    void answerMustBeOneOfOurs() {
        List<Proposal> ours = ike("aes128gcm16-aes256gcm16-prfsha256-ecp256", "aes256-sha256-modp2048");
        Proposal good = ike("aes256gcm16-prfsha256-ecp256").getFirst();
        assertThat(chosen(ProposalSelection.verify(List.of(good), ours))).isEqualTo("1 aes256gcm16-prfsha256-ecp256");
        refused(ProposalSelection.verify(List.of(good.withNumber(2)), ours));
        refused(ProposalSelection.verify(ike("aes256gcm16-prfsha384-ecp256"), ours));
        refused(ProposalSelection.verify(ike("aes128gcm16-aes256gcm16-prfsha256-ecp256"), ours));
        refused(ProposalSelection.verify(List.of(good, good), ours));
        refused(ProposalSelection.verify(List.of(), ours));
    }
}
