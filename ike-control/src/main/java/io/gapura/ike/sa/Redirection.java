package io.gapura.ike.sa;

import io.gapura.ike.config.Child;
import io.gapura.ike.config.Connection;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.NotifyPayload;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Redirect, RFC 5685: a gateway sends a client elsewhere.
 *
 * <pre>
 *   HDR, SAi1, KEi, Ni, N(REDIRECT_SUPPORTED)  -->
 *                       <--  HDR, N(REDIRECT)(gateway, Ni)           §3: nothing is kept
 *   to the other: HDR, SAi1, KEi, Ni, N(REDIRECTED_FROM)(first gateway)  -->
 *
 *                       <--  HDR, SK {IDr, AUTH, N(REDIRECT)(gateway)}   §6: in IKE_AUTH
 *                       <--  HDR, SK {N(REDIRECT)(gateway)}              §5: at any time
 *   HDR, SK {}  -->
 * </pre>
 *
 * <p>The first answer is not authentic, but shows our nonce: its sender has seen our request, and who is found at the
 * other address must prove to be whom we want as everybody must.
 */
final class Redirection {
    /** So many in {@link #PERIOD_NS}, RFC 5685 §7. */
    private static final int MOST = 5;
    private static final long PERIOD_NS = Duration.ofMinutes(5).toNanos();
    private static final int IPV4 = 1;
    private static final int IPV6 = 2;
    private static final int HEADER_BYTES = 2;

    private Redirection() {
    }

    /**
     * Where a client has come from.
     *
     * @param redirects how many times it has been sent on since {@code sinceNs}
     */
    record Journey(InetAddress from, int redirects, long sinceNs) {}

    /** Gateway type, length, address; the client's nonce where the answer is in clear. */
    static NotifyPayload to(InetAddress gateway, Bytes nonce) {
        return new NotifyPayload(NotifyType.REDIRECT, Bytes.concat(identity(gateway), nonce));
    }

    private static Bytes identity(InetAddress gateway) {
        Bytes raw = Bytes.copyOf(gateway.getAddress());
        return Bytes.concat(Bytes.of(raw.length() == 4 ? IPV4 : IPV6, raw.length()), raw);
    }

    /** What a client says in IKE_SA_INIT. */
    static NotifyPayload announcement(IkeSa sa) {
        Journey journey = sa.lineage().journey();
        return journey == null
                ? new NotifyPayload(NotifyType.REDIRECT_SUPPORTED)
                : new NotifyPayload(NotifyType.REDIRECTED_FROM, identity(journey.from));
    }

    /** Whether an IKE_SA_INIT's sender may be sent elsewhere: one that was sent here may not. */
    static boolean isPossible(IkeMessage request) {
        return request.notifies(NotifyType.REDIRECT_SUPPORTED) && !request.notifies(NotifyType.REDIRECTED_FROM);
    }

    /** The gateway that a message names, or null: names are not looked up. */
    static @Nullable InetAddress gateway(IkeMessage message, Bytes nonce) {
        NotifyPayload redirect = message.notification(NotifyType.REDIRECT);
        if (redirect == null || redirect.value().length() < HEADER_BYTES) {
            return null;
        }
        Bytes value = redirect.value();
        int type = value.at(0);
        int length = value.at(1);
        boolean isAddress = (type == IPV4 && length == 4) || (type == IPV6 && length == 16);
        if (!isAddress || value.length() != HEADER_BYTES + length + nonce.length()
                || !value.from(HEADER_BYTES + length).equals(nonce)) {
            return null;
        }
        try {
            return InetAddress.getByAddress(value.slice(HEADER_BYTES, HEADER_BYTES + length).toArray());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("the length was looked at", e);
        }
    }

    /** Goes where the gateway says, with these children; whether there is a way. */
    static boolean follow(IkeSa sa, InetAddress gateway, List<Child> children, long nowNs) {
        Journey journey = sa.lineage().journey();
        boolean isLong = journey != null && nowNs - journey.sinceNs < PERIOD_NS;
        int redirects = isLong && journey != null ? journey.redirects + 1 : 1;
        Connection connection = sa.connection();
        if (redirects > MOST || gateway.getClass() != connection.localAddress().getClass()) {
            sa.warn("the peer sends us to %s: %s".formatted(gateway.getHostAddress(),
                    redirects > MOST ? "that is too much" : "there is no way there"));
            return false;
        }
        sa.log("the peer sends us to %s".formatted(gateway.getHostAddress()));
        Journey next = new Journey(sa.path().remoteAddress(), redirects,
                isLong && journey != null ? journey.sinceNs : nowNs);
        IkeSa fresh = IkeSa.initiate(sa.environment(), connection.between(connection.localAddress(), gateway),
                children, new Lineage(true, next), nowNs);
        fresh.lineage().insistOn(children);
        return true;
    }

    /** {@code HDR, SK {N(REDIRECT)(gateway)} -->}: a client has to go; it deletes the IKE SA when it has gone. */
    record Away(IkeSa sa, InetAddress gateway) implements Exchange {
        @Override
        public ExchangeType type() {
            return ExchangeType.INFORMATIONAL;
        }

        @Override
        public List<Payload> request(long nowNs) {
            sa.log("sending the peer to %s".formatted(gateway.getHostAddress()));
            return List.of(to(gateway, Bytes.EMPTY));
        }

        @Override
        public void onResponse(IkeMessage response, long nowNs) {
            // What the client makes of it is its own affair.
        }
    }

    // ---- the other side

    /** As client: goes if the message says so, and gives the old IKE SA up. */
    static void onRequest(IkeSa sa, IkeMessage request, long nowNs) {
        InetAddress gateway = gateway(request, Bytes.EMPTY);
        if (gateway == null || !sa.lineage().isOurs() || sa.state() != IkeState.ESTABLISHED) {
            return;
        }
        List<Child> children = sa.children().stream().map(ChildSa::config).distinct().toList();
        if (follow(sa, gateway, children, nowNs)) {
            sa.deleteAs(Closure.REPLACED, nowNs);
        }
    }
}
