package io.gapura.gateway.process;

import io.gapura.gateway.vici.ViciCaller;
import io.gapura.gateway.vici.ViciCommands;
import io.gapura.gateway.vici.ViciMessage;
import io.gapura.ike.IkeAgent;
import io.gapura.ike.IkeSaStatus;
import io.gapura.ike.config.Child;
import io.gapura.ike.config.Connection;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What can be asked by the control socket, answered by the control thread. */
final class Commands implements ViciCommands {
    private static final long DEFAULT_TIMEOUT_MS = 30_000;
    private static final String NAMED_NOTHING = "name a connection (ike) or a child";

    private final ControlLoop loop;
    private final IkeAgent ike;
    private final SaReport report;
    private final Reload reload;
    private final Map<String, Inquiry> inquiries;
    private final Statistics statistics;

    /**
     * The commands of one gateway.
     *
     * @param inquiries what answers at once, by command
     */
    Commands(ControlLoop loop, IkeAgent ike, SaReport report, Reload reload, Map<String, Inquiry> inquiries) {
        this.loop = loop;
        this.ike = ike;
        this.report = report;
        this.reload = reload;
        this.inquiries = Map.copyOf(inquiries);
        this.statistics = new Statistics();
    }

    /** A command that needs nothing but to be answered, on the control thread. Fails with a message that says why. */
    interface Inquiry {
        ViciMessage answer(ViciMessage request, ViciCaller caller);
    }

    @Override
    public Set<String> events() {
        return Set.of("list-sa", "list-conn", "list-cert", "list-authority", "ike-updown", "control-log", "log");
    }

    @Override
    public @Nullable CompletableFuture<Answer> call(String command, ViciMessage request, ViciCaller caller) {
        return switch (command) {
            case "version" -> answer(statistics::version);
            case "stats" -> answer(() -> statistics.of(ike.status(loop.nowNs()), ike.halfOpenCount()));
            case "audit-crypto" -> answer(() -> CryptoReport.of(ike.status(loop.nowNs()), ike.connections()));
            case "list-sas" -> loop.call(() -> new Answer(listed(request), ViciMessage.EMPTY));
            case "list-conns" -> loop.call(
                    () -> new Answer(ConnectionReport.listConns(ike.connections()), ViciMessage.EMPTY));
            case "list-certs" -> loop.call(() -> new Answer(
                    CertificateReport.listCerts(ike.connections(), ike.revocations()), ViciMessage.EMPTY));
            case "flush-certs" -> answer(() -> {
                ike.revocations().forget();
                return ViciMessage.success();
            });
            case "list-authorities" -> loop.call(() -> new Answer(
                    CertificateReport.listAuthorities(ike.connections()), ViciMessage.EMPTY));
            case "get-conns" -> answer(() -> ViciMessage.builder()
                    .put("conns", ike.connections().stream().map(Connection::name).toList()).build());
            case "initiate" -> outcome(request, this::initiate);
            case "terminate" -> outcome(request, this::terminate);
            case "rekey" -> outcome(request, this::rekey);
            case "reload" -> reload.run().thenApply(Answer::of);
            case "redirect" -> answer(() -> redirect(request));
            default -> {
                Inquiry inquiry = inquiries.get(command);
                yield inquiry == null ? null : answer(() -> inquiry.answer(request, caller));
            }
        };
    }

    private CompletableFuture<Answer> answer(Supplier<ViciMessage> response) {
        return loop.call(() -> Answer.of(response.get()));
    }

    /** Only those of the connection that {@code ike} names, if it does. */
    private List<Event> listed(ViciMessage request) {
        String connection = request.text("ike");
        return report.listSas(ike.status(loop.nowNs()).stream()
                .filter(sa -> connection == null || sa.connection().equals(connection)).toList());
    }

    // ---- commands that take time: begun, then watched until the SAs are as they should be

    private CompletableFuture<Answer> outcome(ViciMessage request, BiFunction<ViciMessage, Long, Outcome> begin) {
        return loop.call(() -> {
            long timeoutMs = Long.parseLong(request.text("timeout", Long.toString(DEFAULT_TIMEOUT_MS)));
            Outcome outcome = begin.apply(request, loop.nowNs() + TimeUnit.MILLISECONDS.toNanos(timeoutMs));
            loop.await(outcome);
            return outcome;
        }).thenCompose(Outcome::answer).thenApply(Answer::of);
    }

    private Outcome initiate(ViciMessage request, long deadlineNs) {
        String connection = request.text("ike", "");
        String child = request.text("child");
        if (connection.isEmpty() && child == null) {
            return Outcome.refused(NAMED_NOTHING);
        }
        Set<String> names = ike.connections().stream().filter(each -> isNamed(each, connection))
                .flatMap(each -> each.children().stream()).map(Child::name)
                .filter(name -> child == null || child.equals(name)).collect(Collectors.toSet());
        Set<String> owners = ike.connections().stream().filter(each -> isNamed(each, connection))
                .map(Connection::name).collect(Collectors.toSet());
        List<IkeSaStatus> before = ike.status(loop.nowNs());
        Outcome outcome = new Outcome(Outcome.newChildren(names, Outcome.spis(before, _ -> true)), owners::contains,
                names.size(), deadlineNs);
        loop.await(outcome); // before it begins, because it may fail at once
        int concerned = ike.initiate(connection, child, loop.nowNs());
        return concerned == 0 ? Outcome.notFound(what(request) + " is not configured") : outcome;
    }

    private static boolean isNamed(Connection connection, String name) {
        return name.isEmpty() || connection.name().equals(name);
    }

    private Outcome terminate(ViciMessage request, long deadlineNs) {
        List<IkeSaStatus> before = ike.status(loop.nowNs());
        String child = request.text("child");
        String connection = request.text("ike");
        if (child != null) {
            Set<Integer> spis = Outcome.spis(before, each -> each.name().equals(child));
            int concerned = ike.terminateChild(child, loop.nowNs());
            return watch(request, concerned, Outcome.noChildren(spis), null, deadlineNs);
        }
        if (connection == null) {
            return Outcome.refused(NAMED_NOTHING);
        }
        Set<Long> spis = Outcome.ownSpis(before, connection);
        int concerned = ike.terminateIke(connection, loop.nowNs());
        return watch(request, concerned, Outcome.noIkeSa(spis), null, deadlineNs);
    }

    private Outcome rekey(ViciMessage request, long deadlineNs) {
        List<IkeSaStatus> before = ike.status(loop.nowNs());
        String child = request.text("child");
        String connection = request.text("ike");
        if (child != null) {
            Set<Integer> spis = Outcome.spis(before, each -> each.name().equals(child));
            int concerned = ike.rekeyChild(child, loop.nowNs());
            return watch(request, concerned,
                    Outcome.newChildren(Set.of(child), spis).and(Outcome.noChildren(spis)), _ -> true, deadlineNs);
        }
        if (connection == null) {
            return Outcome.refused(NAMED_NOTHING);
        }
        Set<Long> spis = Outcome.ownSpis(before, connection);
        boolean reauth = request.text("reauth", "no").equals("yes");
        int concerned = reauth
                ? ike.reauthenticateIke(connection, loop.nowNs())
                : ike.rekeyIke(connection, loop.nowNs());
        if (reauth && concerned == 0 && !spis.isEmpty()) {
            return Outcome.refused("the peer has begun the IKE SA: reauthentication is its to begin");
        }
        return watch(request, concerned, Outcome.newIkeSa(connection, spis), connection::equals, deadlineNs);
    }

    private static Outcome watch(ViciMessage request, int concerned, Predicate<List<IkeSaStatus>> reached,
            @Nullable Predicate<String> owner, long deadlineNs) {
        return concerned == 0
                ? Outcome.notFound(what(request) + " has no SA")
                : new Outcome(reached, owner, concerned, deadlineNs);
    }

    /** RFC 5685: it is the peers that go; {@code ike-updown} tells when they have. */
    private ViciMessage redirect(ViciMessage request) {
        String connection = request.text("ike");
        String gateway = request.text("gateway");
        if (connection == null || gateway == null) {
            return ViciMessage.failure("name a connection by ike, and the gateway to send its peers to");
        }
        try {
            int sent = ike.redirect(connection, InetAddress.ofLiteral(gateway), loop.nowNs());
            return sent == 0
                    ? ViciMessage.failure("connection " + connection + " has no peer that can be sent elsewhere")
                    : ViciMessage.builder().put("success", true).put("matches", sent).build();
        } catch (IllegalArgumentException _) {
            return ViciMessage.failure("'" + gateway + "' is no IP address");
        }
    }

    private static String what(ViciMessage request) {
        String child = request.text("child");
        return child == null ? "connection " + request.text("ike", "?") : "child " + child;
    }
}
