package io.gapura.ike.message;

import java.util.ArrayList;
import java.util.List;

/** Proposals, transforms and attributes within an SA payload, RFC 7296 §3.3.1, §3.3.2, §3.3.5. */
final class ProposalCodec {
    private static final int LAST = 0;
    private static final int MORE_PROPOSALS = 2;
    private static final int MORE_TRANSFORMS = 3;
    private static final int PROPOSAL_HEADER_BYTES = 8;
    private static final int TRANSFORM_HEADER_BYTES = 8;
    private static final int ATTRIBUTE_HEADER_BYTES = 4;
    private static final int SHORT_ATTRIBUTE = 0x8000;
    private static final int KEY_LENGTH = 14;
    private static final int IKE_SPI_BYTES = 8;
    private static final int ESP_SPI_BYTES = 4;

    private ProposalCodec() {
    }

    static List<Proposal> read(Bytes body) throws MalformedMessage {
        ByteReader in = new ByteReader(body, "SA");
        List<Proposal> proposals = new ArrayList<>();
        int more = MORE_PROPOSALS;
        while (more == MORE_PROPOSALS) {
            more = in.take8();
            in.skip(1);
            Bytes rest = takeSubstructure(in, PROPOSAL_HEADER_BYTES);
            proposals.add(proposal(rest));
            checkMore(in, more, MORE_PROPOSALS);
        }
        checkNumbers(in, proposals);
        return proposals;
    }

    /** What follows the length field of a proposal or a transform. */
    private static Bytes takeSubstructure(ByteReader in, int headerBytes) throws MalformedMessage {
        int length = in.take16();
        if (length < headerBytes) {
            throw in.fault("length " + length);
        }
        return in.take(length - ATTRIBUTE_HEADER_BYTES);
    }

    private static void checkMore(ByteReader in, int more, int expected) throws MalformedMessage {
        if (more != (in.isAtEnd() ? LAST : expected)) {
            throw in.fault("first byte " + more + " with " + in.remaining() + " bytes to follow");
        }
    }

    /** An offer counts from 1, RFC 7296 §3.3.1; an answer has the number of the one it accepts. */
    private static void checkNumbers(ByteReader in, List<Proposal> proposals) throws MalformedMessage {
        for (int i = 0; i < proposals.size() && proposals.size() > 1; i++) {
            if (proposals.get(i).number() != i + 1) {
                throw in.fault("proposal " + (i + 1) + " has number " + proposals.get(i).number());
            }
        }
    }

    private static Proposal proposal(Bytes body) throws MalformedMessage {
        ByteReader in = new ByteReader(body, "proposal");
        int number = in.take8();
        Protocol protocol = new Protocol(in.take8());
        int spiBytes = in.take8();
        int count = in.take8();
        if (!isSpiLength(protocol, spiBytes)) {
            throw in.fault(protocol + " with an SPI of " + spiBytes + " bytes");
        }
        Bytes spi = in.take(spiBytes);
        return new Proposal(number, protocol, spi, transforms(in, count));
    }

    private static boolean isSpiLength(Protocol protocol, int bytes) {
        return switch (protocol.number()) {
            case 1 -> bytes == 0 || bytes == IKE_SPI_BYTES;
            case 2, 3 -> bytes == ESP_SPI_BYTES;
            default -> true;
        };
    }

    private static List<Transform> transforms(ByteReader in, int count) throws MalformedMessage {
        List<Transform> transforms = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int more = in.take8();
            in.skip(1);
            transforms.add(transform(takeSubstructure(in, TRANSFORM_HEADER_BYTES)));
            if (more != (i + 1 == count ? LAST : MORE_TRANSFORMS)) {
                throw in.fault("transform " + (i + 1) + " of " + count + " begins with " + more);
            }
        }
        if (!in.isAtEnd()) {
            throw in.fault(in.remaining() + " bytes after the last transform");
        }
        return transforms;
    }

    private static Transform transform(Bytes body) throws MalformedMessage {
        ByteReader in = new ByteReader(body, "transform");
        TransformType type = new TransformType(in.take8());
        in.skip(1);
        int id = in.take16();
        return new Transform(type, id, keyBits(in.takeRest()));
    }

    /** Attributes that do not fit, repeat, or are unknown spoil this transform only, RFC 7296 §3.3.6. */
    private static int keyBits(Bytes attributes) {
        if (attributes.isEmpty()) {
            return Transform.NO_KEY_BITS;
        }
        boolean onlyKeyLength = attributes.length() == ATTRIBUTE_HEADER_BYTES
                && attributes.shortAt(0) == (SHORT_ATTRIBUTE | KEY_LENGTH);
        int bits = onlyKeyLength ? attributes.shortAt(2) : 0;
        return bits == 0 ? Transform.UNREADABLE : bits;
    }

    static void write(List<Proposal> proposals, ByteWriter out) {
        for (int i = 0; i < proposals.size(); i++) {
            Proposal proposal = proposals.get(i);
            int start = out.position();
            out.put8(i + 1 == proposals.size() ? LAST : MORE_PROPOSALS).put8(0).put16(0);
            out.put8(proposal.number()).put8(proposal.protocol().number());
            out.put8(proposal.spi().length()).put8(proposal.transforms().size()).put(proposal.spi());
            writeTransforms(proposal.transforms(), out);
            out.patchLength(start + 2, start);
        }
    }

    private static void writeTransforms(List<Transform> transforms, ByteWriter out) {
        for (int i = 0; i < transforms.size(); i++) {
            Transform transform = transforms.get(i);
            int start = out.position();
            out.put8(i + 1 == transforms.size() ? LAST : MORE_TRANSFORMS).put8(0).put16(0);
            out.put8(transform.type().number()).put8(0).put16(transform.id());
            if (transform.keyBits() > 0) {
                out.put16(SHORT_ATTRIBUTE | KEY_LENGTH).put16(transform.keyBits());
            }
            out.patchLength(start + 2, start);
        }
    }
}
