package io.gapura.ike.sa;

import io.gapura.ike.Transport.Datagram;
import io.gapura.ike.auth.Abilities;
import io.gapura.ike.auth.Identity;
import io.gapura.ike.config.Child;
import io.gapura.ike.config.Connection;
import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.config.Fragmentation;
import io.gapura.ike.crypto.IkeSpis;
import io.gapura.ike.crypto.IkeSuite;
import io.gapura.ike.crypto.MessageProtection;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeHeader;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Role;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An IKE SA: its keys and addresses, the exchanges in it, and its children.
 *
 * <p>It knows no socket and no clock: datagrams and the time come in by {@link #onDatagram} and
 * {@link #onTimer}, what it wants done goes out by its {@link Environment}. Control thread.
 */
public final class IkeSa {
    /** Forced fragments: small enough to cut every IKE_AUTH, large enough for 64 of them to carry anything. */
    private static final int FORCED_FRAGMENT_BYTES = 200;
    private static final Logger LOG = LoggerFactory.getLogger(IkeSa.class);

    private final Environment environment;
    private final Role role;
    private final Requests requests = new Requests(this);
    private final Responses responses;
    private final Intake intake;
    private final FollowUps followUps = new FollowUps(this);
    private final Keying keying = new Keying(this);
    private final Succession succession = new Succession(this);
    private final CrashDetection crashDetection = new CrashDetection(this);
    private final IkeTimers timers;
    private final List<ChildSa> children = new ArrayList<>();
    private final long bornNs;
    private final InetAddress openedFrom;
    private final Path path;
    private final Lineage lineage;

    private Connection connection;
    private IkeSpis spis;
    private Announced announced = Announced.NOTHING;
    private Abilities abilities = Abilities.NONE;
    private Identity remoteId = Identity.ANY;
    private IkeState state;
    private long establishedNs;
    private String lastWarning = "";

    IkeSa(Environment environment, Connection connection, Role role, IkeSpis spis, Path path, IkeState state,
            Lineage lineage, long nowNs) {
        this.environment = environment;
        this.connection = connection;
        this.role = role;
        this.spis = spis;
        this.path = path;
        this.lineage = lineage;
        this.openedFrom = path.remoteAddress();
        this.state = state;
        this.responses = new Responses(this, 0);
        this.intake = new Intake(this, responses);
        this.bornNs = nowNs;
        this.timers = new IkeTimers(this, nowNs);
    }

    /** Begins to connect; {@code wanted} children come with it. */
    public static IkeSa initiate(Environment environment, Connection connection, List<Child> wanted, long nowNs) {
        return initiate(environment, connection, wanted, new Lineage(true, null), nowNs);
    }

    static IkeSa initiate(Environment environment, Connection connection, List<Child> wanted, Lineage lineage,
            long nowNs) {
        InetSocketAddress local = new InetSocketAddress(connection.localAddress(), Connection.DEFAULT_PORT);
        InetSocketAddress remote = new InetSocketAddress(Objects.requireNonNull(connection.remoteAddress()),
                connection.remotePort());
        Path path = new Path(new Datagram(local, remote, false, Bytes.EMPTY));
        IkeSa sa = new IkeSa(environment, connection, Role.INITIATOR, new IkeSpis(environment.newIkeSpi(), 0), path,
                IkeState.CONNECTING, lineage, nowNs);
        environment.adopt(sa);
        sa.log("initiating IKE SA %016x from %s to %s".formatted(sa.spis.initiator(), local.getHostString(),
                remote.getHostString()));
        sa.requests.add(SessionResume.orInit(sa, wanted, nowNs), nowNs);
        return sa;
    }

    // ---- what comes in

    /** A datagram with our SPI. */
    public void onDatagram(Datagram datagram, IkeHeader header, long nowNs) {
        intake.onDatagram(datagram, header, nowNs);
    }

    void heard(long nowNs) {
        timers.heard(nowNs);
    }

    // ---- what goes out

    IkeHeader requestHeader(ExchangeType type, int messageId) {
        return new IkeHeader(spis.initiator(), spis.responder(), type, role, false, messageId);
    }

    void respond(IkeHeader request, List<Payload> payloads) {
        respond(new IkeMessage(request.answer(), payloads));
    }

    void respond(IkeMessage response) {
        responses.send(datagrams(response));
    }

    /**
     * The peer has sent the request that this began with once more, with a cookie. It takes our answer for one to that,
     * and proves itself by it, RFC 7296 §2.15.
     */
    public void reopen(Bytes request) {
        if (state == IkeState.HALF_OPEN) {
            keying.reopen(request);
        }
    }

    /** The answer to IKE_SA_INIT once more, as long as it is the last one. */
    public void repeatResponse() {
        if (state == IkeState.HALF_OPEN) {
            responses.sendAgain();
        }
    }

    List<Datagram> datagrams(IkeMessage message) {
        LOG.debug("{}: sending {}", name(), message);
        List<Bytes> contents = keying.isKeyed()
                ? session().protection().seal(message, fragmentBytes(message))
                : List.of(message.encode());
        return contents.stream().map(path::datagram).toList();
    }

    private int fragmentBytes(IkeMessage message) {
        IkeOptions options = connection.options();
        if (!announced.fragments() || options.fragmentation() == Fragmentation.NO || message.payloads().isEmpty()) {
            return MessageProtection.UNFRAGMENTED;
        }
        int bytes = options.fragmentBytes() - path.overheadBytes();
        return options.fragmentation() == Fragmentation.FORCE ? Math.min(bytes, FORCED_FRAGMENT_BYTES) : bytes;
    }

    void sendKeepalive() {
        environment.send(path.keepalive());
    }

    // ---- commands

    /** Adds a child, unless there is one of this name. */
    public void addChild(Child child, long nowNs) {
        if (requests.has(exchange -> exchange instanceof CreateChildSa create && create.isFor(child))) {
            return;
        }
        requests.add(new CreateChildSa(this, child, 0), nowNs);
    }

    /** Sends the peer to another gateway, RFC 5685 §5; whether it can be sent. */
    public boolean redirect(InetAddress gateway, long nowNs) {
        boolean possible = state == IkeState.ESTABLISHED && !lineage.isOurs() && announced.redirect();
        if (possible) {
            requests.add(new Redirection.Away(this, gateway), nowNs);
        }
        return possible;
    }

    public void rekey(long nowNs) {
        if (state == IkeState.ESTABLISHED && !followUps.concern(this) && !requests.has(IkeRekey.class::isInstance)) {
            requests.add(new IkeRekey(this), nowNs);
        }
    }

    /** Begins its reauthentication, whether it is due or not; whether that is ours to begin. */
    public boolean reauthenticate(long nowNs) {
        boolean possible = state == IkeState.ESTABLISHED && lineage.isOurs();
        if (possible) {
            Reauthentication.begin(this, nowNs);
        }
        return possible;
    }

    /** The peer sends ESP with an SPI that we do not have. */
    public void onUnknownSpi(int spi, long nowNs) {
        crashDetection.onUnknownSpi(spi, nowNs);
    }

    public void rekey(ChildSa child, long nowNs) {
        if (child.state() == ChildSa.State.INSTALLED && !isRekeying(child)) {
            requests.add(new ChildRekey(this, child), nowNs);
        }
    }

    private boolean isRekeying(ChildSa child) {
        return followUps.concern(child)
                || requests.has(exchange -> exchange instanceof ChildRekey rekey && rekey.old() == child);
    }

    public void delete(ChildSa child, long nowNs) {
        if (child.state() == ChildSa.State.DELETING) {
            return;
        }
        if (latest() != this) {
            latest().delete(child, nowNs);
            return;
        }
        child.deleting();
        requests.add(new Informational.DeleteChild(this, child), nowNs);
    }

    /** Deletes the IKE SA and its children, telling the peer if it knows of it. */
    public void delete(long nowNs) {
        lineage.end();
        deleteAs(Closure.BY_US, nowNs);
    }

    /** As {@link #delete(long)}, but there is another with the same peer. */
    public void replace(long nowNs) {
        deleteAs(Closure.REPLACED, nowNs);
    }

    /** Likewise, if by this time neither of the two has gone. */
    public void replaceLater(long timeNs) {
        timers.replaceLater(timeNs);
    }

    /** There is another with the same peer: if both sides have begun at once, one of the two goes. */
    public void meets(IkeSa other, long nowNs) {
        Crossing.settle(this, other, nowNs);
    }

    void deleteAs(Closure closure, long nowNs) {
        switch (state) {
            case ESTABLISHED, REKEYED -> {
                moveTo(IkeState.DELETING);
                children.forEach(ChildSa::stopSending);
                requests.takeWaiting();
                requests.add(new Informational.DeleteIke(this, closure), nowNs);
            }
            case AUTHENTICATING, CHECKING -> {
                if (lineage.isOurs() && (state == IkeState.CHECKING || requests.has(IkeAuth.class::isInstance))) {
                    lineage.unwanted(closure);
                } else {
                    close(closure, nowNs);
                }
            }
            case CONNECTING, HALF_OPEN -> close(closure, nowNs);
            case DELETING, CLOSED -> {
            }
        }
    }

    IkeTimers timers() {
        return timers;
    }

    public void onTimer(long nowNs) {
        if (state != IkeState.CLOSED) {
            requests.onTimer(nowNs);
            followUps.onTimer(nowNs);
            timers.onTimer(nowNs);
        }
    }

    // ---- changes of state

    void moveTo(IkeState next) {
        if (!state.next().contains(next)) {
            throw new IllegalStateException("an IKE SA that is " + state + " cannot become " + next);
        }
        state = next;
    }

    /** Waits, but not for ever, until a proof has been made or looked at. */
    void check(long nowNs) {
        moveTo(IkeState.CHECKING);
        timers.onChecking(nowNs);
    }

    /** Both sides' IKE_SA_INIT are there; a responder's keys come later. */
    void begin(IkeSpis newSpis, @Nullable Session session, Opening opening) {
        spis = newSpis;
        keying.begin(session, opening);
    }

    /** What an IKE_SA_INIT of the peer says about the way here and about the peer. */
    void learn(IkeMessage message, IkeSpis spisInMessage) {
        path.detect(message, spisInMessage, connection.options().forceEncapsulation());
        announced = Announced.in(message);
        if (!path.nats().isEmpty()) {
            log("NAT between us and the peer: %s".formatted(path.nats()));
        }
    }

    void belongsTo(Connection found, Identity peer) {
        connection = found;
        remoteId = peer;
    }

    void establish(long nowNs) {
        moveTo(IkeState.ESTABLISHED);
        establishedNs = nowNs;
        timers.onEstablished(nowNs);
        timers.onAuthenticated(nowNs, lineage.resumed());
        environment.onEstablished(this, nowNs);
    }

    /** Is what {@code old} was, by new keys. */
    void inherit(IkeSa old, Session newSession, long nowNs) {
        keying.inherit(old.keying, newSession);
        establishedNs = nowNs;
        timers.onEstablished(nowNs);
        timers.inherit(old.timers);
        announced = old.announced;
        remoteId = old.remoteId;
    }

    /** The children of the IKE SA that this one replaces. */
    void adopt(List<ChildSa> ofOld) {
        children.addAll(ofOld);
    }

    List<ChildSa> giveUpChildren() {
        List<ChildSa> given = List.copyOf(children);
        children.clear();
        return given;
    }

    void onSilence(Exchange unanswered, long nowNs) {
        if (state != IkeState.CONNECTING || lastWarning.isEmpty()) {
            warn("the peer %s does not answer %s: giving up".formatted(remote().getHostString(), unanswered.type()));
        }
        close(switch (state) {
            case ESTABLISHED -> Closure.PEER_SILENT;
            case DELETING -> successor() == null ? Closure.BY_US : Closure.REPLACED;
            case REKEYED -> Closure.REPLACED;
            case CONNECTING, HALF_OPEN, AUTHENTICATING, CHECKING, CLOSED -> Closure.FAILED;
        }, nowNs);
    }

    void add(ChildSa child) {
        latest().children.add(child);
        log("child SA %s is up: %s, %s === %s".formatted(child, child.suite(),
                TrafficSelectors.words(child.selectors().local()),
                TrafficSelectors.words(child.selectors().remote())));
    }

    void closeChild(ChildSa child, Closure closure, long nowNs) {
        if (latest().children.remove(child)) {
            child.close(nowNs);
            log("child SA %s is closed".formatted(child));
            environment.onChildClosed(this, child, closure, nowNs);
        }
    }

    /** Ends it and its children without a word to the peer. */
    public void close(Closure closure, long nowNs) {
        if (state == IkeState.CLOSED) {
            return;
        }
        moveTo(IkeState.CLOSED);
        Closure given = lineage.unwanted();
        children.forEach(child -> child.close(nowNs));
        requests.takeWaiting();
        requests.abandon();
        followUps.abandonAll();
        intake.close();
        keying.close();
        log("IKE SA %016x/%016x is closed".formatted(spis.initiator(), spis.responder()));
        environment.onClosed(this, given == null ? closure : given, nowNs);
        children.clear();
        lineage.onClosed(nowNs);
    }

    // ---- what others need to know

    Environment environment() {
        return environment;
    }

    Requests requests() {
        return requests;
    }

    Keying keying() {
        return keying;
    }

    Session session() {
        return keying.session();
    }

    Opening opening() {
        return keying.opening();
    }

    CrashDetection crashDetection() {
        return crashDetection;
    }

    Succession succession() {
        return succession;
    }

    Intake intake() {
        return intake;
    }

    FollowUps followUps() {
        return followUps;
    }

    /** What the peer can check, as far as it has said so. */
    Abilities abilities() {
        return abilities;
    }

    void learnAbilities(IkeMessage message) {
        abilities = abilities.and(message);
    }

    @Nullable
    ChildSa childBySpiOut(int spi) {
        return latest().children.stream().filter(child -> child.spiOut() == spi).findFirst().orElse(null);
    }

    boolean has(ChildSa child) {
        return latest().children.contains(child);
    }

    /** The IKE SA that has the children now, after any number of rekeys. */
    IkeSa latest() {
        return succession.latest();
    }

    public Connection connection() {
        return connection;
    }

    /** Ours in the IKE SA, not in an exchange. */
    public Role role() {
        return role;
    }

    public IkeSpis spis() {
        return spis;
    }

    /** Whether both SPIs are ours; the peer's is not known yet while we connect. */
    public boolean isAddressedBy(IkeHeader header) {
        return header.initiatorSpi() == spis.initiator()
                && (header.responderSpi() == spis.responder() || state == IkeState.CONNECTING);
    }

    /** The request that a responder's IKE SA began with, or null. */
    public @Nullable Bytes openingRequest() {
        return role == Role.RESPONDER && keying.hasOpening() ? opening().ofInitiator() : null;
    }

    /** Where it came from. */
    public InetAddress openedFrom() {
        return openedFrom;
    }

    public long ownSpi() {
        return role == Role.INITIATOR ? spis.initiator() : spis.responder();
    }

    Lineage lineage() {
        return lineage;
    }

    /** Children that are to be tried again if the IKE SA fails. */
    public List<Child> insisted() {
        return lineage.insisted();
    }

    /** What the peer has said in IKE_SA_INIT that it can do. */
    Announced announced() {
        return announced;
    }

    Path path() {
        return path;
    }

    public InetSocketAddress local() {
        return path.local();
    }

    public InetSocketAddress remote() {
        return path.remote();
    }

    public boolean isBehindNat() {
        return path.isBehindNat();
    }

    public boolean isPeerBehindNat() {
        return path.isPeerBehindNat();
    }

    /** Whether its keys, or those of what it replaced, come from a post-quantum pre-shared key too. */
    public boolean hasPpk() {
        return keying.hasPpk();
    }

    public Identity remoteId() {
        return remoteId;
    }

    public IkeState state() {
        return state;
    }

    /** Whether it waits for an answer, and its timers need to be looked at often. */
    public boolean isBusy() {
        return state != IkeState.CLOSED && !requests.isIdle();
    }

    /** Whether we have begun it and it is not up yet. */
    public boolean isComingUp() {
        return lineage.isOurs() && switch (state) {
            case CONNECTING, AUTHENTICATING, CHECKING -> true;
            case HALF_OPEN, ESTABLISHED, REKEYED, DELETING, CLOSED -> false;
        };
    }

    boolean isClosed() {
        return state == IkeState.CLOSED;
    }

    public @Nullable IkeSuite suite() {
        return keying.isKeyed() ? session().suite() : null;
    }

    public List<ChildSa> children() {
        return List.copyOf(children);
    }

    /** The IKE SA that has replaced this one, if any. */
    public @Nullable IkeSa successor() {
        return succession.successor();
    }

    public long bornNs() {
        return bornNs;
    }

    public long establishedNs() {
        return establishedNs;
    }

    public long rekeyAtNs() {
        return timers.rekeyAtNs();
    }

    private String name() {
        return connection.name();
    }

    void log(String what) {
        LOG.info("{}: {}", name(), what);
    }

    void warn(String what) {
        lastWarning = what;
        LOG.warn("{}: {}", name(), what);
    }

    /** What went wrong last, in words; empty if nothing did. */
    public String lastWarning() {
        return lastWarning;
    }
}
