package io.gapura.ike.config;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * How an IKE SA deals with its peer beyond what must be.
 *
 * @param unique          what becomes of older IKE SAs with the same peer
 * @param childless       whether it begins without a child SA, RFC 6023
 * @param followRedirects whether we go where a gateway sends us, RFC 5685
 * @param resumption      whether an interrupted session is resumed by a ticket, RFC 5723, as client and as gateway
 * @param redirectTo      where peers that come are sent, or null: they are let in
 */
public record Habits(Unique unique, Childless childless, boolean followRedirects, boolean resumption,
        @Nullable InetAddress redirectTo) {
    public static final Habits DEFAULT = new Habits(Unique.NO, Childless.ALLOW, true, false, null);

    public Habits withUnique(Unique newUnique) {
        return new Habits(newUnique, childless, followRedirects, resumption, redirectTo);
    }

    public Habits withChildless(Childless newChildless) {
        return new Habits(unique, newChildless, followRedirects, resumption, redirectTo);
    }

    public Habits withRedirects(boolean follow, @Nullable InetAddress gateway) {
        return new Habits(unique, childless, follow, resumption, gateway);
    }

    public Habits withResumption(boolean resume) {
        return new Habits(unique, childless, followRedirects, resume, redirectTo);
    }
}
