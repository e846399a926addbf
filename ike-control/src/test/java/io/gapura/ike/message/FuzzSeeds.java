package io.gapura.ike.message;

import io.gapura.ike.message.Payload.AuthPayload;
import io.gapura.ike.message.Payload.DeletePayload;
import io.gapura.ike.message.Payload.EncryptedFragmentPayload;
import io.gapura.ike.message.Payload.IdPayload;
import io.gapura.ike.message.Payload.KePayload;
import io.gapura.ike.message.Payload.NoncePayload;
import io.gapura.ike.message.Payload.NotifyPayload;
import io.gapura.ike.message.Payload.SaPayload;
import io.gapura.ike.message.Payload.TsPayload;
import io.gapura.ike.message.Payload.VendorIdPayload;
import java.util.List;
import java.util.random.RandomGenerator;

/** Well-formed messages with every payload, and ways to spoil them. */
public final class FuzzSeeds {
    private static final IkeHeader HEADER = new IkeHeader(1, 2, ExchangeType.IKE_AUTH, Role.INITIATOR, false, 1);

    private FuzzSeeds() {
    }

    public static List<Bytes> messages() {
        return List.of(init().encode(), auth().encode(), informational().encode(), new IkeMessage(HEADER, List.of(
                new EncryptedFragmentPayload(PayloadType.AUTH, 1, 2, Bytes.zeros(60)))).encode());
    }

    /** Payload chains as they stand within an encrypted payload, all beginning with IDi. */
    public static List<IkeMessage> inner() {
        return List.of(auth(), informational());
    }

    private static IkeMessage init() {
        return new IkeMessage(HEADER, List.of(new SaPayload(List.of(proposal(1), proposal(2))),
                new KePayload(31, Bytes.zeros(32)), new NoncePayload(Bytes.zeros(32)),
                new NotifyPayload(NotifyType.NAT_DETECTION_SOURCE_IP, Bytes.zeros(20)),
                new VendorIdPayload(Bytes.zeros(16))));
    }

    private static IkeMessage auth() {
        TrafficSelector selector = TrafficSelector.ofAddresses(Bytes.of(10, 0, 0, 0), Bytes.of(10, 0, 0, 255));
        return new IkeMessage(HEADER, List.of(new IdPayload(Role.INITIATOR, IdType.FQDN, Bytes.ofUtf8("a.example")),
                new AuthPayload(AuthMethod.SHARED_KEY, Bytes.zeros(32)),
                new SaPayload(proposal(1).withSpi(Bytes.zeros(8))), new TsPayload(Role.INITIATOR, List.of(selector)),
                new TsPayload(Role.RESPONDER, List.of(selector, selector))));
    }

    private static IkeMessage informational() {
        return new IkeMessage(HEADER, List.of(DeletePayload.child(Protocol.ESP, 77), DeletePayload.ikeSa(),
                new NotifyPayload(Protocol.ESP, Bytes.ofInt(5), NotifyType.REKEY_SA, Bytes.EMPTY)));
    }

    private static Proposal proposal(int number) {
        return new Proposal(number, Protocol.IKE, Bytes.EMPTY,
                List.of(new Transform(TransformType.ENCRYPTION, 20, 256), Transform.of(TransformType.PRF, 6),
                        Transform.of(TransformType.KEY_EXCHANGE, 31)));
    }

    /** A message with some bytes changed, cut off or added; half of the time its length is made right again. */
    public static Bytes mangled(Bytes message, RandomGenerator random) {
        byte[] changed = spoiled(message, random).toArray();
        if (changed.length >= IkeHeader.BYTES && random.nextBoolean()) {
            Bytes length = Bytes.ofInt(changed.length);
            length.copyTo(changed, 24);
        }
        return Bytes.copyOf(changed);
    }

    public static Bytes spoiled(Bytes original, RandomGenerator random) {
        byte[] changed = original.toArray();
        for (int changes = random.nextInt(4); changes > 0 && changed.length > 0; changes--) {
            changed[random.nextInt(changed.length)] = (byte) random.nextInt();
        }
        return switch (random.nextInt(4)) {
            case 0 -> Bytes.copyOf(changed).slice(0, random.nextInt(changed.length + 1));
            case 1 -> Bytes.concat(Bytes.copyOf(changed), Bytes.zeros(random.nextInt(20)));
            default -> Bytes.copyOf(changed);
        };
    }
}
