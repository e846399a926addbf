package io.gapura.ike.sa;

import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.NotifyType;

/**
 * What the peer has said in IKE_SA_INIT that it can do.
 *
 * @param fragments IKE messages in several datagrams, RFC 7383
 * @param redirect  to be sent elsewhere, RFC 5685
 * @param childless IKE_AUTH without a child SA, RFC 6023
 */
record Announced(boolean fragments, boolean redirect, boolean childless) {
    static final Announced NOTHING = new Announced(false, false, false);

    static Announced in(IkeMessage message) {
        boolean redirect = message.notifies(NotifyType.REDIRECT_SUPPORTED)
                || message.notifies(NotifyType.REDIRECTED_FROM);
        return new Announced(message.notifies(NotifyType.IKEV2_FRAGMENTATION_SUPPORTED), redirect,
                message.notifies(NotifyType.CHILDLESS_IKEV2_SUPPORTED));
    }
}
