package io.gapura.gateway.process;

import io.gapura.gateway.config.Origins;
import io.gapura.gateway.vici.ViciMessage;
import io.gapura.ike.IkeAgent;
import io.gapura.ike.IkeSaStatus;
import io.gapura.ike.IkeSaStatus.ChildStatus;
import io.gapura.ike.Trouble;
import io.gapura.ike.auth.Authentication;
import io.gapura.ike.auth.CertificateTrust;
import io.gapura.ike.auth.Certificates;
import io.gapura.ike.auth.PreSharedKey;
import io.gapura.ike.auth.PublicKeyTrust;
import io.gapura.ike.auth.SigningKey;
import io.gapura.ike.auth.SigningKeys;
import io.gapura.ike.config.Child;
import io.gapura.ike.config.Connection;
import io.gapura.ike.config.IkeTimes;
import io.gapura.ike.config.Ppk;
import io.gapura.ike.config.StartAction;
import io.gapura.ike.crypto.CryptoAudit;
import io.gapura.ike.crypto.Proposals;
import io.gapura.ike.message.Proposal;
import io.gapura.ike.sa.IkeState;
import io.gapura.ike.sa.TrafficSelectors;
import io.gapura.text.Suggestion;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Tells of a connection what the gateway would do with it and what it does: addresses, proofs, proposals in order, children,
 * SAs; and what keeps it from being up. Each step with its line of the configuration. Control thread.
 */
final class ConnectionExplanation {
    private final Connection connection;
    private final Origins origins;
    private final IkeAgent ike;
    private final long nowNs;
    private final String path;
    private final List<IkeSaStatus> sas;
    private final ViciMessage.Builder steps = ViciMessage.builder();
    private int count;

    private ConnectionExplanation(Connection connection, Origins origins, IkeAgent ike, long nowNs) {
        this.connection = connection;
        this.origins = origins;
        this.ike = ike;
        this.nowNs = nowNs;
        this.path = "connections." + connection.name();
        this.sas = ike.status(nowNs).stream().filter(sa -> sa.connection().equals(connection.name())).toList();
    }

    /** The answer to {@code explain-conn} about the connection that {@code ike} names. */
    static ViciMessage of(ViciMessage request, Origins origins, IkeAgent agent, long nowNs) {
        String name = request.text("ike", "");
        List<String> known = agent.connections().stream().map(Connection::name).toList();
        return agent.connections().stream().filter(each -> each.name().equals(name)).findFirst()
                .map(found -> new ConnectionExplanation(found, origins, agent, nowNs).tell())
                .orElseGet(() -> ViciMessage.builder().put("success", false).put("found", false)
                        .put("errmsg", "there is no connection '%s'; %s".formatted(name,
                                known.isEmpty() ? "none is configured" : Suggestion.of(name, known)))
                        .build());
    }

    private ViciMessage tell() {
        tellAddresses();
        tellIdentities();
        tellProposals("ike", connection.proposals(), path, "proposals");
        tellTimes();
        connection.children().forEach(this::tellChild);
        sas.forEach(this::tellSa);
        String state = state();
        if (!isUp()) {
            tellWhyDown();
        }
        missing().forEach(this::tellWhyMissing);
        return ViciMessage.builder().put("success", true).put("connection", connection.name()).put("state", state)
                .put("steps", steps).build();
    }

    // ---- what is configured

    private void tellAddresses() {
        InetAddress remote = connection.remoteAddress();
        String local = connection.localAddress().getHostAddress();
        boolean usual = connection.remotePort() == Connection.DEFAULT_PORT;
        configured("addresses", remote == null
                ? "waits at %s for whoever proves to be %s; only the peer can begin".formatted(local,
                        connection.remoteId())
                : "%s to %s%s".formatted(local, remote.getHostAddress(),
                        usual ? "" : ", port " + connection.remotePort()),
                path, "remote_addrs");
    }

    private void tellIdentities() {
        Authentication auth = connection.auth();
        configured("local", "%s, by %s".formatted(auth.local().id(), words(auth.local())), path, "local");
        configured("remote", "%s, by %s".formatted(auth.remote().id(), words(auth.remote())), path, "remote");
        Ppk ppk = connection.options().ppk();
        if (ppk != null) {
            configured("ppk", "post-quantum pre-shared key %s, %s".formatted(ppk.id(),
                    ppk.required() ? "without which there is no tunnel" : "if the peer has it too"), path, "ppk_id");
        }
    }

    private static String words(Authentication.Local local) {
        return switch (local.credential()) {
            case PreSharedKey _ -> "a pre-shared key";
            case SigningKeys keys -> keys.keys().stream().map(ConnectionExplanation::words)
                    .collect(Collectors.joining(" or "));
        };
    }

    private static String words(SigningKey key) {
        String algorithm = key.publicKey().getAlgorithm();
        return key.chain().isEmpty()
                ? "a raw public key (" + algorithm + ")"
                : "the certificate of %s (%s)".formatted(Certificates.words(key.chain().getFirst()), algorithm);
    }

    private static String words(Authentication.Remote remote) {
        return switch (remote.trust()) {
            case PreSharedKey _ -> "a pre-shared key";
            case PublicKeyTrust trust -> "one of %d raw public keys".formatted(trust.keys().size());
            case CertificateTrust trust -> {
                String pinned = trust.pinned().isEmpty() ? "" : "its own certificate";
                String below = trust.anchors().isEmpty()
                        ? ""
                        : "a certificate under " + trust.anchors().stream().map(Certificates::words)
                                .collect(Collectors.joining(", "));
                yield "%s%s%s; revocation: %s".formatted(pinned, pinned.isEmpty() || below.isEmpty() ? "" : " or ",
                        below, trust.rules().policy().name().toLowerCase(Locale.ROOT));
            }
        };
    }

    private void tellProposals(String protocol, List<Proposal> proposals, String section, String key) {
        int number = 0;
        for (Proposal proposal : proposals) {
            String text = Proposals.describe(List.of(proposal));
            configured("%s %d".formatted(protocol, ++number), text + marks(protocol, proposal), section, key);
        }
    }

    /** Post-quantum, classical, weak; a child's keys come from its IKE SA's. */
    private static String marks(String protocol, Proposal proposal) {
        List<String> weak = CryptoAudit.findings(List.of(proposal), true);
        String strength = protocol.equals("ike")
                ? Proposals.isPostQuantum(proposal)
                        ? ": post-quantum, with peers that know RFC 9370"
                        : ": classical"
                : "";
        return strength + (weak.isEmpty()
                ? ""
                : (strength.isEmpty() ? ": weak: " : "; weak: ")
                        + String.join("; ", weak));
    }

    private void tellTimes() {
        IkeTimes times = connection.options().times();
        Duration silence = connection.options().dpdDelay();
        configured("times", "%s; %s; %s".formatted(
                times.rekey().isZero() ? "never rekeyed" : "rekeyed every " + words(times.rekey()),
                times.reauth().isZero() ? "never reauthenticated" : "reauthenticated every " + words(times.reauth()),
                silence.isZero()
                        ? "the peer is never asked whether it lives"
                        : "asked whether it lives after "
                                + words(silence) + " of silence"),
                path, "rekey_time");
    }

    private void tellChild(Child child) {
        String section = path + ".children." + child.name();
        String start = switch (child.startAction()) {
            case NONE -> "set up by the peer or by command";
            case START -> "set up at the start";
            case TRAP -> "set up when there is a packet for it";
        };
        step("child " + child.name(), "%s === %s, %s of %s; %s".formatted(TrafficSelectors.words(child.localTs()),
                TrafficSelectors.words(child.remoteTs()), child.mode().name().toLowerCase(Locale.ROOT),
                child.isAh() ? "AH" : "ESP", start), origins.of(section));
        tellProposals(child.isAh() ? "ah" : "esp", child.espProposals(), section,
                child.isAh() ? "ah_proposals" : "esp_proposals");
    }

    // ---- what there is

    private void tellSa(IkeSaStatus sa) {
        String age = words(Duration.ofNanos(sa.ageNs()));
        String whose = sa.initiator() ? "begun by us" : "begun by the peer";
        step("ike sa", switch (sa.state()) {
            case CONNECTING -> "no answer to IKE_SA_INIT of %s ago from %s yet".formatted(age,
                    sa.remote().getAddress().getHostAddress());
            case HALF_OPEN -> "the peer began it %s ago, and has yet to prove who it is".formatted(age);
            case AUTHENTICATING -> "waits for the peer's proof since %s".formatted(age);
            case CHECKING -> "a proof is being made or looked at since %s".formatted(age);
            case ESTABLISHED -> "up for %s with %s at %s, %s, %s; %s%s".formatted(age, sa.remoteId(),
                    sa.remote().getAddress().getHostAddress(), whose, sa.suite(), rekeyed(sa.rekeyInNs()), nats(sa));
            case REKEYED -> "replaced, until the peer deletes it";
            case DELETING, CLOSED -> "being deleted";
        }, "");
        sa.children().forEach(this::tellChildSa);
    }

    private static String nats(IkeSaStatus sa) {
        return (sa.behindNat() ? "; we are behind a NAT" : "")
                + (sa.peerBehindNat() ? "; the peer is behind a NAT" : "");
    }

    private void tellChildSa(ChildStatus child) {
        step("child sa", "%s %s, SPIs 0x%08x in, 0x%08x out, %s, %s === %s; %s".formatted(child.name(),
                child.state().name().toLowerCase(Locale.ROOT), child.spiIn(), child.spiOut(), child.suite(),
                child.localTs(), child.remoteTs(), rekeyed(child.rekeyInNs())), "");
    }

    private static String rekeyed(long inNs) {
        return inNs == 0 ? "not to be rekeyed" : "rekeyed in " + words(Duration.ofNanos(inNs));
    }

    private boolean isUp() {
        return sas.stream().anyMatch(sa -> sa.state() == IkeState.ESTABLISHED);
    }

    /** Children that have no SA, while the IKE SA is up. */
    private List<Child> missing() {
        return isUp()
                ? connection.children().stream().filter(child -> Outcome.children(sas)
                        .noneMatch(sa -> sa.name().equals(child.name()))).toList()
                : List.of();
    }

    private String state() {
        if (isUp()) {
            return missing().isEmpty() ? "up" : "up, but not all children";
        }
        return sas.stream().anyMatch(sa -> sa.state() != IkeState.DELETING) ? "coming up" : "down";
    }

    // ---- why it is not up

    private void tellWhyDown() {
        Trouble trouble = ike.trouble(connection.name(), "");
        if (trouble != null) {
            tell(trouble);
        }
        step("next", next(), "");
    }

    private void tellWhyMissing(Child child) {
        Trouble trouble = ike.trouble(connection.name(), child.name());
        if (trouble != null) {
            tell(trouble);
        } else {
            step("missing", "child %s: gapura initiate --child %s sets it up".formatted(child.name(), child.name()),
                    origins.of(path + ".children." + child.name()));
        }
    }

    private void tell(Trouble trouble) {
        step("trouble", "%s ago%s: %s".formatted(words(Duration.ofNanos(nowNs - trouble.atNs())),
                trouble.times() > 1 ? ", " + trouble.times() + " times in a row" : "", trouble.reason()), "");
        step("remedy", Remedy.of(trouble.reason()), "");
    }

    private String next() {
        OptionalLong inNs = ike.triedAgainInNs(connection.name(), nowNs);
        if (inNs.isPresent()) {
            return "tried again in " + words(Duration.ofNanos(inNs.getAsLong()));
        }
        if (!state().equals("down")) {
            return "waits for the peer";
        }
        if (connection.remoteAddress() == null) {
            return "waits for the peer, who has to begin";
        }
        boolean trap = connection.children().stream().anyMatch(each -> each.startAction() == StartAction.TRAP);
        return (trap ? "waits for a packet, for the peer or for a command: " : "waits for the peer or for a command: ")
                + "gapura initiate --ike " + connection.name();
    }

    /** {@code 3h50m}, {@code 12s}. */
    private static String words(Duration duration) {
        return Duration.ofSeconds(duration.toSeconds()).toString().substring("PT".length()).toLowerCase(Locale.ROOT);
    }

    /** What stands under a key of a section, or where the section stands if the key is left out. */
    private void configured(String what, String says, String section, String key) {
        String line = origins.of(section + "." + key);
        boolean written = !line.isEmpty();
        step(what, says + (written ? "" : ", by default"), written ? line : origins.of(section));
    }

    private void step(String what, String says, String where) {
        steps.put(Integer.toString(++count),
                ViciMessage.builder().put("step", what).put("says", says).put("where", where));
    }
}
