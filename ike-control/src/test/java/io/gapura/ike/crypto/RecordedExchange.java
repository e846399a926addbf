package io.gapura.ike.crypto;

import static java.util.Objects.requireNonNull;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.IkeHeader;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.MalformedMessage;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.NoncePayload;
import io.gapura.ike.message.Payload.SaPayload;
import io.gapura.ike.message.Role;
import io.gapura.ike.message.Secret;
import java.io.InputStream;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What two strongSwan daemons said to each other, and the secrets that they logged: see the folder's README. */
final class RecordedExchange {
    private final JsonNode root;

    private RecordedExchange(JsonNode root) {
        this.root = root;
    }

    static RecordedExchange load(String name) throws Exception {
        try (InputStream in = requireNonNull(RecordedExchange.class.getResourceAsStream("recorded/" + name))) {
            return new RecordedExchange(JsonMapper.shared().readTree(in));
        }
    }

    List<Bytes> datagrams(int message) {
        return root.get("messages").get(message).get("datagrams").valueStream().map(JsonNode::stringValue)
                .map(Bytes::ofHex).toList();
    }

    Bytes datagram(int message) {
        return datagrams(message).getFirst();
    }

    int messages() {
        return root.get("messages").size();
    }

    Role sender(int message) {
        return Role.valueOf(root.get("messages").get(message).get("sender").stringValue().toUpperCase(Locale.ROOT));
    }

    /** {@code IKE_SA_INIT request 0 [ SA KE No … ]} */
    String story(int message) {
        return root.get("messages").get(message).get("strongswan").stringValue();
    }

    List<String> proposal(String field) {
        return List.of(root.get(field).stringValue());
    }

    Secret psk() {
        return Secret.ofUtf8(root.get("psk").stringValue());
    }

    Bytes ike(int sa, String secret) {
        return Bytes.ofHex(root.get("ike").get(sa).path(secret).stringValue(""));
    }

    Bytes child(int sa, String secret) {
        return Bytes.ofHex(root.get("children").get(sa).path(secret).stringValue(""));
    }

    IkeMessage clear(int message) throws MalformedMessage {
        return IkeMessage.decode(datagram(message));
    }

    /** Derived by us from the IKE_SA_INIT exchange and the recorded shared secret. */
    IkeKeys firstKeys() throws MalformedMessage {
        return KeySchedule.initial(suite(clear(1)), Secret.copyOf(ike(0, "shared")), nonces(clear(0), clear(1)),
                spis(clear(1).header()));
    }

    MessageProtection firstProtection(Role self) throws MalformedMessage {
        return new MessageProtection(suite(clear(1)), firstKeys(), self, new SecureRandom());
    }

    static IkeSuite suite(IkeMessage response) {
        return IkeSuite.of(need(response, SaPayload.class).proposals().getFirst());
    }

    static IkeSpis spis(IkeHeader header) {
        return new IkeSpis(header.initiatorSpi(), header.responderSpi());
    }

    static Nonces nonces(IkeMessage request, IkeMessage response) {
        return new Nonces(need(request, NoncePayload.class).nonce(), need(response, NoncePayload.class).nonce());
    }

    static <P extends Payload> P need(IkeMessage message, Class<P> kind) {
        return requireNonNull(message.find(kind));
    }
}
