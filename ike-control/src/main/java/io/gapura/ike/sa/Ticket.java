package io.gapura.ike.sa;

import io.gapura.ike.auth.Identity;
import io.gapura.ike.crypto.IkeSuite;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.IdType;
import io.gapura.ike.message.Proposal;
import io.gapura.ike.message.Protocol;
import io.gapura.ike.message.Secret;
import io.gapura.ike.message.Transform;
import io.gapura.ike.message.TransformType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a responder needs to resume an IKE SA, RFC 5723 §5, and gives away to remember it.
 *
 * @param d           SK_d
 * @param connection  its name
 * @param oldSpi      ours of the IKE SA that it was given away in
 * @param ppk         whether SK_d comes from a post-quantum pre-shared key too
 * @param untilNs     it is good
 * @param proofEndsNs when the peer must prove again who it is, whatever is resumed meanwhile
 */
record Ticket(IkeSuite suite, Secret d, Identity initiator, Identity responder, String connection, long oldSpi,
        boolean ppk, long untilNs, long proofEndsNs) {

    /** To be sealed, and wiped by the caller. Nobody but us reads it. */
    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeLong(untilNs);
            out.writeLong(proofEndsNs);
            out.writeLong(oldSpi);
            out.writeBoolean(ppk);
            out.writeUTF(connection);
            write(out, initiator);
            write(out, responder);
            List<Transform> transforms = suite.proposal().transforms();
            out.writeByte(transforms.size());
            for (Transform transform : transforms) {
                out.writeByte(transform.type().number());
                out.writeShort(transform.id());
                out.writeShort(transform.keyBits());
            }
            byte[] secret = d.toArray();
            out.writeByte(secret.length);
            out.write(secret);
            Arrays.fill(secret, (byte) 0);
        } catch (IOException e) {
            throw new IllegalStateException("into memory", e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, Identity identity) throws IOException {
        out.writeByte(identity.type().number());
        out.writeShort(identity.value().length());
        out.write(identity.value().toArray());
    }

    /** What was sealed here. */
    static Ticket decode(byte[] content) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(content))) {
            long untilNs = in.readLong();
            long proofEndsNs = in.readLong();
            long oldSpi = in.readLong();
            boolean ppk = in.readBoolean();
            String connection = in.readUTF();
            Identity initiator = readIdentity(in);
            Identity responder = readIdentity(in);
            List<Transform> transforms = new ArrayList<>();
            int count = in.readUnsignedByte();
            for (int index = 0; index < count; index++) {
                transforms.add(new Transform(new TransformType(in.readUnsignedByte()), in.readUnsignedShort(),
                        in.readShort()));
            }
            IkeSuite suite = IkeSuite.of(new Proposal(1, Protocol.IKE, Bytes.EMPTY, transforms));
            Secret d = Secret.adopt(in.readNBytes(in.readUnsignedByte()));
            return new Ticket(suite, d, initiator, responder, connection, oldSpi, ppk, untilNs, proofEndsNs);
        } catch (IOException e) {
            throw new IllegalStateException("we have sealed something else", e);
        }
    }

    private static Identity readIdentity(DataInputStream in) throws IOException {
        IdType type = new IdType(in.readUnsignedByte());
        return new Identity(type, Bytes.copyOf(in.readNBytes(in.readUnsignedShort())));
    }
}
