package io.gapura.ike.sa;

import io.gapura.ike.DataPlane;
import io.gapura.ike.IkeDrop;
import io.gapura.ike.IkeSettings;
import io.gapura.ike.Outside;
import io.gapura.ike.Transport.Datagram;
import io.gapura.ike.auth.Revocations;
import io.gapura.ike.config.Child;
import io.gapura.ike.config.Connection;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.List;

/** The world around an IKE SA. */
public interface Environment {
    IkeSettings settings();

    DataPlane dataPlane();

    SecureRandom random();

    Outside outside();

    /** What all IKE SAs know of revoked certificates. */
    Revocations revocations();

    /** Those that we have given to peers. */
    Tickets tickets();

    /** Those that peers have given to us. */
    KeptTickets keptTickets();

    /** All that is configured, in order. */
    List<Connection> connections();

    void send(Datagram datagram);

    void dropped(IkeDrop reason);

    /** An SPI that no IKE SA of ours has. */
    long newIkeSpi();

    /** From now on datagrams with its SPI go to this IKE SA. */
    void adopt(IkeSa sa);

    /** Whether there is no other IKE SA with the same peer, RFC 7296 §2.4. */
    boolean isFirstContact(IkeSa sa);

    /** Whether there is no other with the same peer now that it has proved who it is. */
    boolean isOnlyContact(IkeSa sa);

    void onEstablished(IkeSa sa, long nowNs);

    void onClosed(IkeSa sa, Closure closure, long nowNs);

    /** A peer that may have one of these connections is not let in. Not told of all when there are many. */
    void onTurnedAway(List<Connection> fitting, InetAddress peer, String reason, long nowNs);

    /** A child was closed, other than together with its IKE SA. */
    void onChildClosed(IkeSa sa, ChildSa child, Closure closure, long nowNs);

    /** A child that we asked for did not come up; the IKE SA stays. */
    void onChildRefused(IkeSa sa, Child child, String reason, long nowNs);

    /** Whether the policy for several IKE SAs with the peer, who has proved who it is, admits this one. */
    boolean mayStay(IkeSa sa, boolean initialContact);

    /** It stays: what becomes of older ones. {@code initialContact}: the peer knows of no other, RFC 7296 §2.4. */
    void onProven(IkeSa sa, boolean initialContact, long nowNs);

    /** The peer has come back by a ticket: its older IKE SA, by our SPI, is gone without a word, RFC 5723 §4.3.3. */
    void onResumed(IkeSa sa, long oldSpi, long nowNs);

    /** Packets may still be under way to {@code spi}: it is retired a little later. */
    void retireInboundLater(int spi, long nowNs);
}
