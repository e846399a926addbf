package io.gapura.ike.sa;

import io.gapura.ike.auth.Identity;
import io.gapura.ike.crypto.IkeSuite;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Secret;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tickets that we have been given, RFC 5723 §6: the latest of each connection. Each is used once. Control thread. */
public final class KeptTickets {
    private final Map<String, Kept> byConnection = new HashMap<>();

    /**
     * A ticket, and what we have to know ourselves to use it.
     *
     * @param sealed     what nobody but the peer can read
     * @param peer       who the peer has proved to be
     * @param reauthAtNs when both must prove again who they are, whatever is resumed meanwhile
     */
    record Kept(Bytes sealed, InetAddress gateway, IkeSuite suite, Secret d, Identity peer, boolean ppk, long untilNs,
            long reauthAtNs) {}

    void keep(String connection, Kept ticket) {
        Kept older = byConnection.put(connection, ticket);
        if (older != null) {
            older.d.close();
        }
    }

    /** Takes the connection's ticket out; null if there is none that is still good there. The caller wipes it. */
    @Nullable
    Kept take(String connection, InetAddress gateway, long nowNs) {
        Kept ticket = byConnection.remove(connection);
        if (ticket == null || (nowNs - ticket.untilNs < 0 && ticket.gateway.equals(gateway))) {
            return ticket;
        }
        ticket.d.close();
        return null;
    }

    /** The IKE SA has ended on purpose, or the connection is another one. */
    public void forget(String connection) {
        Kept ticket = byConnection.remove(connection);
        if (ticket != null) {
            ticket.d.close();
        }
    }
}
