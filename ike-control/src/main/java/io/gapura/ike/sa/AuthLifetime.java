package io.gapura.ike.sa;

import io.gapura.ike.config.Connection;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload.NotifyPayload;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How long a responder takes the initiator's proof for good, RFC 4478 §3: in seconds, 32 bits. */
final class AuthLifetime {
    private static final int VALUE_BYTES = 4;

    private AuthLifetime() {
    }

    /** What to tell an initiator, if anything. */
    static List<NotifyPayload> of(Connection connection) {
        Duration reauth = connection.options().times().reauth();
        return reauth.isZero()
                ? List.of()
                : List.of(new NotifyPayload(NotifyType.AUTH_LIFETIME, Bytes.ofInt((int) reauth.toSeconds())));
    }

    static Optional<Duration> read(IkeMessage message) {
        NotifyPayload lifetime = message.notification(NotifyType.AUTH_LIFETIME);
        return lifetime == null || lifetime.value().length() != VALUE_BYTES
                ? Optional.empty()
                : Optional.of(Duration.ofSeconds(Integer.toUnsignedLong(lifetime.value().intAt(0))));
    }
}
