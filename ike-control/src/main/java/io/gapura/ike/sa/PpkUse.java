package io.gapura.ike.sa;

import io.gapura.ike.config.Ppk;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.NotifyPayload;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How both sides have agreed in IKE_SA_INIT to use a post-quantum pre-shared key, if both have one. */
enum PpkUse {
    NONE,
    /** RFC 8784: it protects what comes after IKE_AUTH. */
    IN_AUTH,
    /** RFC 9867: it protects IKE_AUTH too, with the identities in it. */
    IN_INTERMEDIATE;

    /** What an initiator with this key offers. */
    static List<Payload> offer(@Nullable Ppk ppk) {
        NotifyPayload late = new NotifyPayload(NotifyType.USE_PPK);
        return ppk == null
                ? List.of()
                : ppk.early()
                        ? List.of(late, new NotifyPayload(NotifyType.USE_PPK_INT))
                        : List.of(late);
    }

    /** What a responder with this key chooses of an initiator's request, or has chosen in its response: never both. */
    static PpkUse in(IkeMessage message, @Nullable Ppk ours) {
        if (ours == null) {
            return NONE;
        }
        if (ours.early() && message.notifies(NotifyType.USE_PPK_INT)
                && message.notifies(NotifyType.INTERMEDIATE_EXCHANGE_SUPPORTED)) {
            return IN_INTERMEDIATE;
        }
        return message.notifies(NotifyType.USE_PPK) ? IN_AUTH : NONE;
    }

    List<Payload> answer() {
        return switch (this) {
            case NONE -> List.of();
            case IN_AUTH -> List.of(new NotifyPayload(NotifyType.USE_PPK));
            case IN_INTERMEDIATE -> List.of(new NotifyPayload(NotifyType.USE_PPK_INT));
        };
    }
}
