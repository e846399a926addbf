package io.gapura.ike;

import io.gapura.ike.Transport.Datagram;
import io.gapura.ike.auth.Revocations;
import io.gapura.ike.config.Child;
import io.gapura.ike.config.Connection;
import io.gapura.ike.config.DpdAction;
import io.gapura.ike.config.StartAction;
import io.gapura.ike.sa.ChildSa;
import io.gapura.ike.sa.Closure;
import io.gapura.ike.sa.Environment;
import io.gapura.ike.sa.IkeSa;
import io.gapura.ike.sa.KeptTickets;
import io.gapura.ike.sa.SessionKeys;
import io.gapura.ike.sa.Tickets;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * IKE's duty cycle: datagrams in, timers, datagrams out; and the operator's commands. Owns all IKE SAs.
 *
 * <p>Everything happens on one thread, the control thread, and at the time that the caller says it is.
 */
public final class IkeAgent {
    private static final int DATAGRAMS_PER_CYCLE = 256;
    private static final int INITIATED_PER_CYCLE = 16;
    private static final long TIMER_RESOLUTION_NS = Duration.ofMillis(10).toNanos();
    /** ESP may overtake or fall behind IKE by as much. */
    private static final long INBOUND_GRACE_NS = Duration.ofSeconds(5).toNanos();

    private final IkeSettings settings;
    private final DataPlane dataPlane;
    private final Transport transport;
    private final SecureRandom random;
    private final Outside outside;
    private final Revocations revocations = new Revocations();
    private final IkeListener listener;
    private final World world = new World();
    private final IkeSas sas = new IkeSas();
    private final Tickets tickets;
    private final KeptTickets keptTickets = new KeptTickets();
    private final TimerRounds timers = new TimerRounds();
    private final Deque<Start> starts = new ArrayDeque<>();
    private final Map<IkeDrop, Long> drops = new EnumMap<>(IkeDrop.class);
    private final Reconnects reconnects = new Reconnects();
    private final Troubles troubles = new Troubles();
    private final Deque<Retirement> retirements = new ArrayDeque<>();
    private final Newcomers newcomers;
    private final Reception reception;

    private List<Connection> connections = List.of();
    private long nowNs;
    private long nextTimersNs;
    private boolean shuttingDown;

    /** An SPI that packets may still be under way to. */
    private record Retirement(int spi, long atNs) {}

    /** An IKE SA that is to be set up as soon as there is time. */
    private record Start(Connection connection, List<Child> children) {}

    public IkeAgent(IkeSettings settings, DataPlane dataPlane, Transport transport, SecureRandom random,
            IkeListener listener, long nowNs) {
        this(settings, dataPlane, transport, random, Outside.ALONE, listener, nowNs);
    }

    /** An agent that is not alone. */
    public IkeAgent(IkeSettings settings, DataPlane dataPlane, Transport transport, SecureRandom random,
            Outside outside, IkeListener listener, long nowNs) {
        this.settings = settings;
        this.dataPlane = dataPlane;
        this.transport = transport;
        this.random = random;
        this.outside = outside;
        this.listener = listener;
        this.nowNs = nowNs;
        this.nextTimersNs = nowNs;
        this.tickets = new Tickets(random, settings.ticketLifetime(), nowNs);
        this.newcomers = new Newcomers(world, nowNs);
        this.reception = new Reception(world, sas, newcomers, timers);
    }

    /**
     * Takes these connections for its own from now on, and starts the children that want it. IKE SAs of connections that
     * are as they were go on; those of connections that were changed or are there no longer are deleted.
     */
    public Reloaded load(List<Connection> loaded, long timeNs) {
        nowNs = timeNs;
        Reloaded reloaded = Reloaded.of(connections, loaded);
        connections = List.copyOf(loaded);
        newcomers.load(connections);
        troubles.retain(connections);
        reloaded.gone().forEach(this::giveUp);
        connections.stream().filter(reloaded::isFresh).forEach(this::start);
        return reloaded;
    }

    private void giveUp(String connection) {
        starts.removeIf(start -> start.connection.name().equals(connection));
        keptTickets.forget(connection);
        terminateIke(connection, nowNs);
    }

    private void start(Connection connection) {
        List<Child> wanted = connection.children().stream()
                .filter(child -> child.startAction() == StartAction.START).toList();
        if (!wanted.isEmpty() && connection.remoteAddress() != null) {
            starts.add(new Start(connection, wanted));
        }
    }

    /** One duty cycle; how much there was to do. */
    public int doWork(long timeNs) {
        nowNs = timeNs;
        int work = transport.receive(datagram -> reception.onDatagram(datagram, timeNs), DATAGRAMS_PER_CYCLE);
        work += reception.workOff(nowNs);
        work += initiateSome();
        work += outside.errands().finish(nowNs);
        if (nowNs - nextTimersNs >= 0) {
            nextTimersNs = nowNs + TIMER_RESOLUTION_NS;
            work += onTimers();
        }
        dataPlane.publish(nowNs);
        return work;
    }

    private int initiateSome() {
        int initiated = 0;
        while (initiated < INITIATED_PER_CYCLE && !starts.isEmpty()) {
            Start start = starts.remove();
            if (sas.established(start.connection.name()).isEmpty()) {
                IkeSa.initiate(world, start.connection, start.children, nowNs);
                initiated++;
            }
        }
        return initiated;
    }

    private int onTimers() {
        timers.tick(sas.all(), nowNs);
        newcomers.onTimer(nowNs);
        while (!retirements.isEmpty() && nowNs - retirements.peek().atNs >= 0) {
            dataPlane.retireInbound(retirements.remove().spi);
        }
        List<Reconnects.Due> due = shuttingDown ? List.of() : reconnects.due(connections, nowNs);
        due.forEach(again -> starts.add(new Start(again.connection(), again.children())));
        return due.size();
    }

    // ---- commands: each tells how many SAs it concerns

    /** Sets a child up, and its IKE SA if there is none; all children of the connection if {@code child} is null. */
    public int initiate(String connection, @Nullable String child, long timeNs) {
        nowNs = timeNs;
        int concerned = 0;
        for (Connection candidate : connections) {
            if (!connection.isEmpty() && !candidate.name().equals(connection)) {
                continue;
            }
            List<Child> wanted = candidate.children().stream()
                    .filter(each -> child == null || each.name().equals(child)).toList();
            if (!wanted.isEmpty()) {
                initiate(candidate, wanted);
                concerned += wanted.size();
            }
        }
        return concerned;
    }

    private void initiate(Connection connection, List<Child> wanted) {
        List<IkeSa> existing = sas.established(connection.name());
        if (!existing.isEmpty()) {
            wanted.forEach(child -> existing.getFirst().addChild(child, nowNs));
        } else if (connection.remoteAddress() != null) {
            IkeSa.initiate(world, connection, wanted, nowNs);
        } else {
            listener.onFailed(connection.name(), wanted.getFirst().name(),
                    "connection " + connection.name() + " has no remote_addrs: only the peer can begin");
        }
    }

    public int terminateIke(String connection, long timeNs) {
        nowNs = timeNs;
        reconnects.forget(connection);
        return sas.each(connection, sa -> {
            sa.delete(nowNs);
            timers.touched(sa);
        });
    }

    public int rekeyIke(String connection, long timeNs) {
        nowNs = timeNs;
        List<IkeSa> existing = sas.established(connection);
        existing.forEach(sa -> {
            sa.rekey(nowNs);
            timers.touched(sa);
        });
        return existing.size();
    }

    /**
     * Has both sides prove again who they are, in a new IKE SA, RFC 7296 §2.8.3; how many IKE SAs that concerns: only those
     * that we have begun.
     */
    public int reauthenticateIke(String connection, long timeNs) {
        nowNs = timeNs;
        List<IkeSa> begun = sas.established(connection).stream().filter(sa -> sa.reauthenticate(nowNs)).toList();
        begun.forEach(timers::touched);
        return begun.size();
    }

    /** Sends the peers of a connection to another gateway, RFC 5685; those that can be sent. */
    public int redirect(String connection, InetAddress gateway, long timeNs) {
        nowNs = timeNs;
        return (int) sas.established(connection).stream().filter(sa -> sa.redirect(gateway, nowNs)).count();
    }

    public int terminateChild(String child, long timeNs) {
        nowNs = timeNs;
        return eachChild(each -> each.name().equals(child), (sa, each) -> sa.delete(each, nowNs));
    }

    public int rekeyChild(String child, long timeNs) {
        nowNs = timeNs;
        return eachChild(each -> each.name().equals(child), (sa, each) -> sa.rekey(each, nowNs));
    }

    /** The SA by which this tunnel sends with the peer's {@code spi} should be replaced soon. */
    public void onSoftLimit(int tunnel, int spi, long timeNs) {
        nowNs = timeNs;
        eachChild(child -> child.tunnel() == tunnel && child.spiOut() == spi, (sa, child) -> sa.rekey(child, nowNs));
    }

    /** It can carry nothing more. */
    public void onHardLimit(int tunnel, int spi, long timeNs) {
        nowNs = timeNs;
        eachChild(child -> child.tunnel() == tunnel && child.spiOut() == spi, (sa, child) -> sa.delete(child, nowNs));
    }

    /** A packet wants a child that is not up: sets it up, unless that is under way. */
    public void onAcquire(String connection, String child, long timeNs) {
        nowNs = timeNs;
        boolean underWay = shuttingDown || reconnects.isWaiting(connection) || sas.isConnecting(connection)
                || starts.stream().anyMatch(start -> start.connection.name().equals(connection));
        if (!underWay) {
            connections.stream().filter(each -> each.name().equals(connection)).findFirst().ifPresent(found -> {
                Child wanted = found.child(child);
                if (wanted != null) {
                    initiate(found, List.of(wanted));
                }
            });
        }
    }

    /** ESP with an SPI that we do not have has come from this address. */
    public void onUnknownSpi(int spi, InetAddress from, long timeNs) {
        nowNs = timeNs;
        sas.establishedWith(from).ifPresent(sa -> {
            sa.onUnknownSpi(spi, nowNs);
            timers.touched(sa);
        });
    }

    private int eachChild(Predicate<ChildSa> wanted, BiConsumer<IkeSa, ChildSa> action) {
        return sas.eachChild(wanted, (sa, child) -> {
            action.accept(sa, child);
            timers.touched(sa);
        });
    }

    /** Deletes all IKE SAs at their peers: go on with {@link #doWork} until {@link #isIdle}, or no longer than you like. */
    public void shutdown(long timeNs) {
        nowNs = timeNs;
        shuttingDown = true;
        reconnects.clear();
        starts.clear();
        sas.snapshot().forEach(sa -> {
            sa.delete(nowNs);
            timers.touched(sa);
        });
    }

    public boolean isIdle() {
        return sas.isEmpty();
    }

    // ---- what there is

    public List<IkeSaStatus> status(long timeNs) {
        return sas.all().stream().map(sa -> IkeSaStatus.of(sa, timeNs)).toList();
    }

    /** Shows the keys that IKE messages are protected by. */
    public void showKeys(IkeKeyReader reader) {
        sas.all().forEach(sa -> SessionKeys.show(sa, reader));
    }

    public List<Connection> connections() {
        return connections;
    }

    /** Why a connection is not up, as far as that is known; or a child of it, if {@code child} is not empty. */
    public @Nullable Trouble trouble(String connection, String child) {
        return troubles.of(connection, child);
    }

    /** How long until a connection is tried again, if that is planned. */
    public OptionalLong triedAgainInNs(String connection, long timeNs) {
        return reconnects.dueInNs(connection, timeNs);
    }

    /** What is known of revoked certificates. */
    public Revocations revocations() {
        return revocations;
    }

    /** Datagrams that led to nothing, for this reason. */
    public long dropped(IkeDrop reason) {
        return drops.getOrDefault(reason, 0L);
    }

    public int halfOpenCount() {
        return newcomers.halfOpenCount();
    }

    /** What IKE SAs ask for, done. */
    private final class World implements Environment {
        @Override
        public IkeSettings settings() {
            return settings;
        }

        @Override
        public DataPlane dataPlane() {
            return dataPlane;
        }

        @Override
        public SecureRandom random() {
            return random;
        }

        @Override
        public Outside outside() {
            return outside;
        }

        @Override
        public Revocations revocations() {
            return revocations;
        }

        @Override
        public Tickets tickets() {
            return tickets;
        }

        @Override
        public KeptTickets keptTickets() {
            return keptTickets;
        }

        @Override
        public List<Connection> connections() {
            return connections;
        }

        @Override
        public void send(Datagram datagram) {
            dataPlane.publish(nowNs); // what the peer is told of must be there before its packets are
            transport.send(datagram);
        }

        @Override
        public void dropped(IkeDrop reason) {
            drops.merge(reason, 1L, Long::sum);
        }

        @Override
        public long newIkeSpi() {
            long spi;
            do {
                spi = random.nextLong();
            } while (spi == 0 || sas.has(spi));
            return spi;
        }

        @Override
        public void adopt(IkeSa sa) {
            sas.add(sa);
            timers.touched(sa);
        }

        @Override
        public boolean isFirstContact(IkeSa sa) {
            return sas.established(sa.connection().name()).isEmpty();
        }

        @Override
        public boolean isOnlyContact(IkeSa sa) {
            return Uniqueness.others(sa, sas.withPeer(sa.remoteId())).isEmpty();
        }

        @Override
        public void onEstablished(IkeSa sa, long timeNs) {
            newcomers.leave(sa);
            sas.nameOf(sa);
            reconnects.onEstablished(sa);
            troubles.over(sa.connection().name());
            Uniqueness.meet(sa, sas.withPeer(sa.remoteId()), timeNs);
            listener.onIkeUp(IkeSaStatus.of(sa, timeNs));
        }

        @Override
        public void onClosed(IkeSa sa, Closure closure, long timeNs) {
            newcomers.leave(sa);
            sas.remove(sa);
            timers.closed(sa);
            boolean over = closure == Closure.BY_US || closure == Closure.BY_PEER || closure == Closure.FAILED;
            if (over && sas.established(sa.connection().name()).isEmpty()) {
                keptTickets.forget(sa.connection().name());
            }
            if (!shuttingDown) {
                reconnects.onClosed(sa, closure, timeNs);
            }
            noteTrouble(sa, closure, timeNs);
            if (closure == Closure.FAILED) {
                listener.onFailed(sa.connection().name(), "", sa.lastWarning());
            }
            if (closure != Closure.REPLACED) {
                listener.onIkeDown(IkeSaStatus.of(sa, timeNs), words(closure));
            }
        }

        /** Unless there is another IKE SA, so that nothing is missing. */
        private void noteTrouble(IkeSa sa, Closure closure, long timeNs) {
            String connection = sa.connection().name();
            if (closure != Closure.REPLACED && sas.established(connection).isEmpty()) {
                boolean told = closure == Closure.FAILED || closure == Closure.PEER_SILENT;
                troubles.note(connection, "", told ? sa.lastWarning() : words(closure), timeNs);
            }
        }

        @Override
        public void onTurnedAway(List<Connection> fitting, InetAddress peer, String reason, long timeNs) {
            fitting.stream().map(Connection::name).filter(name -> sas.established(name).isEmpty())
                    .forEach(name -> troubles
                            .note(name, "", "%s is refused: %s".formatted(peer.getHostAddress(), reason), timeNs));
        }

        @Override
        public void onChildClosed(IkeSa sa, ChildSa child, Closure closure, long timeNs) {
            if (closure == Closure.BY_PEER && child.config().closeAction() == DpdAction.RESTART) {
                sa.addChild(child.config(), timeNs);
            }
        }

        @Override
        public void onChildRefused(IkeSa sa, Child child, String reason, long timeNs) {
            troubles.note(sa.connection().name(), child.name(), reason, timeNs);
            listener.onFailed(sa.connection().name(), child.name(), reason);
        }

        @Override
        public boolean mayStay(IkeSa sa, boolean initialContact) {
            return Uniqueness.mayStay(sa, initialContact, sas.withPeer(sa.remoteId()));
        }

        @Override
        public void onProven(IkeSa sa, boolean initialContact, long timeNs) {
            Uniqueness.enforce(sa, initialContact, sas.withPeer(sa.remoteId()), timeNs);
        }

        @Override
        public void onResumed(IkeSa sa, long oldSpi, long timeNs) {
            IkeSa old = sas.bySpi(oldSpi);
            if (old != null && old != sa) {
                old.close(Closure.REPLACED, timeNs);
            }
        }

        @Override
        public void retireInboundLater(int spi, long timeNs) {
            retirements.add(new Retirement(spi, timeNs + INBOUND_GRACE_NS));
        }
    }

    private static String words(Closure closure) {
        return switch (closure) {
            case BY_US -> "closed here";
            case BY_PEER -> "closed by the peer";
            case PEER_SILENT -> "the peer does not answer";
            case LOST_BY_PEER -> "the peer has started anew";
            case FAILED -> "failed";
            case EXPIRED -> "not renewed in time";
            case REPLACED -> "replaced";
        };
    }
}
