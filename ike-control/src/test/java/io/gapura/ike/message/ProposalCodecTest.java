package io.gapura.ike.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cases B1 to B3: what a proposal may look like, and what of it can be chosen. */
final class ProposalCodecTest {
    private static final String TRANSFORM = "0000000802000005";

    private static List<Proposal> read(String hex) throws MalformedMessage {
        return ProposalCodec.read(Bytes.ofHex(hex.replace(" ", "")));
    }

    /** One IKE proposal with one transform whose attributes are these. */
    private static Transform transform(String attributes) throws MalformedMessage {
        int length = 8 + attributes.length() / 2;
        return read("000000%02x01010001 000000%02x0100000c%s".formatted(8 + length, length, attributes)).getFirst()
                .transforms().getFirst();
    }

    @Test
    void proposalOfNoTransformsIsAProposal() throws MalformedMessage {
        assertThat(read("0000000801010000").getFirst().transforms()).isEmpty();
    }

    @Test
    void proposalOf255TransformsIsAProposal() throws MalformedMessage {
        List<Transform> transforms = Collections.nCopies(255, Transform.of(TransformType.PRF, 5));
        Proposal most = new Proposal(1, Protocol.IKE, Bytes.EMPTY, transforms);
        ByteWriter out = new ByteWriter();
        ProposalCodec.write(List.of(most), out);
        assertThat(ProposalCodec.read(out.toBytes())).containsExactly(most);
    }

    @ParameterizedTest
    @CsvSource({"'', no proposal", "00, cut off", "0000000701010000, shorter than its header",
        "0000000901010000, longer than the payload", "0200000801010000, more promised",
        "000000080101000000, a byte after the last", "0000000801010400, IKE with an SPI of 4 bytes",
        "0000000801030000, ESP without SPI", "0000001001030800 1122334455667788, ESP with an SPI of 8 bytes",
        "0000000801010001, a transform promised", "00000010010100002 222222222222222, bytes after no transform",
        "02000008 01010000 00000008 03010000, numbers 1 and 3", "02000008 02010000 00000008 03010000, beginning at 2",
        "0000000c03c80a00 aabbccdd, an SPI past the end"})
    void malformedProposalsAreRefused(String hex, String why) {
        assertThatThrownBy(() -> read(hex)).as(why).isInstanceOf(MalformedMessage.class);
    }

    @ParameterizedTest
    @CsvSource({"0000000702000005, shorter than its header", "0000000902000005, past the end",
        "0300000802000005, more promised", "0100000802000005, neither last nor more"})
    void malformedTransformsAreRefused(String transform, String why) {
        assertThatThrownBy(() -> read("0000001001010001" + transform)).as(why).isInstanceOf(MalformedMessage.class);
    }

    @Test
    void acceptedProposalKeepsItsNumber() throws MalformedMessage {
        assertThat(read("0000001007010001" + TRANSFORM).getFirst().number()).isEqualTo(7);
    }

    @Test
    void keyLengthIsAnAttribute() throws MalformedMessage {
        assertThat(transform("800e0100").keyBits()).isEqualTo(256);
        assertThat(transform("").keyBits()).isEqualTo(Transform.NO_KEY_BITS);
        assertThat(transform("800effff").keyBits()).isEqualTo(65_535);
    }

    /** RFC 7296 §3.3.6: the transform cannot be chosen, the rest of the proposal can. */
    @ParameterizedTest
    @CsvSource({"800e0000, no bits at all", "800e, cut off", "000e000401000000, as long as it says and not a short one",
        "000effff, past the end", "800f0001, unknown", "800e0100800e0080, twice", "800e010000, one byte more"})
    void attributesThatWeCannotReadSpoilTheirTransform(String attributes, String why) throws MalformedMessage {
        assertThat(transform(attributes).keyBits()).as(why).isEqualTo(Transform.UNREADABLE);
    }
}
