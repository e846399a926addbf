package io.gapura.ike;

import io.gapura.ike.Inbox.Arrived;
import io.gapura.ike.Transport.Datagram;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeHeader;
import io.gapura.ike.message.MalformedMessage;
import io.gapura.ike.message.Role;
import io.gapura.ike.sa.Environment;
import io.gapura.ike.sa.IkeSa;

/**
 * The way of a datagram to the IKE SA that its header names: it waits in the {@link Inbox} for its turn, and
 * {@link Newcomers} have a door of their own. Control thread.
 */
final class Reception {
    /** Per cycle, since each costs a key exchange: so long established IKE SAs wait at most. */
    private static final int OPENING_PER_CYCLE = 16;
    private static final int WORK_FOR_NEWCOMERS_PER_CYCLE = 16 * Newcomers.DEAR;

    private final Environment environment;
    private final IkeSas sas;
    private final Newcomers newcomers;
    private final TimerRounds timers;
    private final Strays strays;
    private final Inbox inbox = new Inbox();

    Reception(Environment environment, IkeSas sas, Newcomers newcomers, TimerRounds timers) {
        this.environment = environment;
        this.sas = sas;
        this.newcomers = newcomers;
        this.timers = timers;
        this.strays = new Strays(environment, sas);
    }

    /** It has arrived. */
    void onDatagram(Datagram datagram, long nowNs) {
        if (datagram.content().equals(Datagram.KEEPALIVE)) {
            return;
        }
        IkeHeader header;
        try {
            header = IkeHeader.decode(datagram.content());
        } catch (MalformedMessage fault) {
            boolean version = fault.isUnsupportedVersion();
            environment.dropped(version ? IkeDrop.WRONG_VERSION : IkeDrop.NOT_IKE);
            if (version) {
                newcomers.refuseVersion(datagram, nowNs);
            }
            return;
        }
        boolean fromInitiator = header.sender() == Role.INITIATOR;
        if (isOpening(header.exchange()) && fromInitiator && !header.response() && header.responderSpi() == 0) {
            onNewcomer(datagram, header);
            return;
        }
        IkeSa sa = sas.bySpi(fromInitiator ? header.responderSpi() : header.initiatorSpi());
        if (sa == null || !sa.isAddressedBy(header)) {
            strays.onDatagram(datagram, header, nowNs);
        } else {
            queue(new Arrived(datagram, header, sa));
        }
    }

    /** Whether an IKE SA begins with it. */
    private static boolean isOpening(ExchangeType exchange) {
        return exchange.equals(ExchangeType.IKE_SA_INIT) || exchange.equals(ExchangeType.IKE_SESSION_RESUME);
    }

    private void onNewcomer(Datagram datagram, IkeHeader header) {
        if (sas.has(header.initiatorSpi())) {
            environment.dropped(IkeDrop.REFLECTED);
        } else {
            queue(new Arrived(datagram, header, null));
        }
    }

    private void queue(Arrived arrived) {
        if (!inbox.add(arrived)) {
            environment.dropped(IkeDrop.OVERLOADED);
        }
    }

    /** Works off what waits, the most important first; how much it was. */
    int workOff(long nowNs) {
        int work = 0;
        for (Arrived arrived = inbox.nextOfEstablished(); arrived != null; arrived = inbox.nextOfEstablished()) {
            deliver(arrived, nowNs);
            work++;
        }
        for (int dear = 0; dear < OPENING_PER_CYCLE; dear++, work++) {
            Arrived arrived = inbox.nextOfOpening();
            if (arrived == null) {
                break;
            }
            deliver(arrived, nowNs);
        }
        for (int cost = 0; cost < WORK_FOR_NEWCOMERS_PER_CYCLE; work++) {
            Arrived arrived = inbox.nextNewcomer();
            if (arrived == null) {
                break;
            }
            cost += newcomers.onRequest(arrived.datagram(), arrived.header(), nowNs);
        }
        return work;
    }

    private void deliver(Arrived arrived, long nowNs) {
        IkeSa sa = arrived.sa();
        if (sa == null || !sas.has(sa)) {
            environment.dropped(IkeDrop.UNKNOWN_SPI);
            return;
        }
        sa.onDatagram(arrived.datagram(), arrived.header(), nowNs);
        timers.touched(sa);
    }
}
