package io.gapura.ike.sa;

import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.NotifyType;

/**
 * What the peer has said in IKE_SA_INIT that it can do.
 *
 * @param fragments IKE messages in several datagrams, RFC 7383
 * @param childless IKE_AUTH without a child SA, RFC 6023
 */
record Announced(boolean fragments, boolean childless) {
    static final Announced NOTHING = new Announced(false, false);

    static Announced in(IkeMessage message) {
        return new Announced(message.notifies(NotifyType.IKEV2_FRAGMENTATION_SUPPORTED),
                message.notifies(NotifyType.CHILDLESS_IKEV2_SUPPORTED));
    }
}
