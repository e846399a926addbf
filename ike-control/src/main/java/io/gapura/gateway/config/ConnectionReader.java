package io.gapura.gateway.config;

import io.gapura.ike.auth.Authentication;
import io.gapura.ike.auth.Identity;
import io.gapura.ike.config.Child;
import io.gapura.ike.config.Childless;
import io.gapura.ike.config.Connection;
import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.config.Fragmentation;
import io.gapura.ike.config.Habits;
import io.gapura.ike.config.IkeTimes;
import io.gapura.ike.config.Ppk;
import io.gapura.ike.config.Unique;
import io.gapura.ike.crypto.PostQuantum;
import io.gapura.ike.crypto.Proposals;
import io.gapura.ike.message.Proposal;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code connections.<name>}. */
final class ConnectionReader {
    private static final String ANY = "%any";

    /** What reading goes on with when an address is faulty. */
    private static final InetAddress PLACEHOLDER = InetAddress.ofLiteral("0.0.0.0");

    private final KeyRing keys;
    private final AuthenticationReader authentication;
    private final int fragmentBytes;
    private final int replayWindow;
    private final PostQuantum postQuantum;

    /**
     * A reader of all connections of a file.
     *
     * @param keys           to choose each connection's from
     * @param authentication reads who both sides are
     * @param replayWindow of children that do not set their own
     * @param postQuantum  of connections that do not set their own
     */
    ConnectionReader(KeyRing keys, AuthenticationReader authentication, int fragmentBytes, int replayWindow,
            PostQuantum postQuantum) {
        this.keys = keys;
        this.authentication = authentication;
        this.fragmentBytes = fragmentBytes;
        this.replayWindow = replayWindow;
        this.postQuantum = postQuantum;
    }

    Connection read(String name, Section section) throws InvalidConfiguration {
        InetAddress local = section.need("local_addrs", PLACEHOLDER, value -> only(value, ConnectionReader::address));
        Optional<InetAddress> remote = section.need("remote_addrs", Optional.of(PLACEHOLDER),
                value -> only(value, ConnectionReader::addressOrAny));
        int port = section.read("remote_port", Connection.DEFAULT_PORT, value -> value.integer(1, 65_535));
        PostQuantum wish = section.read("post_quantum", postQuantum, value -> value.choice(PostQuantum.class));
        List<Proposal> proposals = section.read("proposals", Proposals.ike(List.of(), wish),
                value -> proposals(value, texts -> Proposals.ike(texts, wish)));
        IkeOptions options = options(section).withPpk(ppk(section));
        ChildReader childReader = new ChildReader(local, remote.orElse(null), replayWindow);
        List<Child> children = section.readSection("children", all -> all.readAll(childReader::read));
        if (options.forceEncapsulation() && children.stream().anyMatch(Child::isAh)) {
            throw section.fault("encap",
                    "AH cannot go in UDP; leave out encap, or write esp_proposals for its children");
        }
        Authentication auth = authentication.read(section, local, remote);
        return section.checked(() -> new Connection(name, local, remote.orElse(null), port,
                auth, proposals, children, options));
    }

    private IkeOptions options(Section section) throws InvalidConfiguration {
        IkeOptions defaults = IkeOptions.DEFAULT;
        IkeTimes times = times(section);
        Duration dpdDelay = section.read("dpd_delay", defaults.dpdDelay(), Value::duration);
        Fragmentation fragmentation = section.read("fragmentation", defaults.fragmentation(),
                value -> value.choice(Fragmentation.class));
        boolean encap = section.read("encap", defaults.forceEncapsulation(), Value::yesOrNo);
        Habits habits = new Habits(
                section.read("unique", Habits.DEFAULT.unique(), value -> value.choice(Unique.class)),
                section.read("childless", Habits.DEFAULT.childless(), value -> value.choice(Childless.class)),
                section.read("follow_redirects", Habits.DEFAULT.followRedirects(), Value::yesOrNo),
                section.read("resumption", Habits.DEFAULT.resumption(), Value::yesOrNo),
                section.<Optional<InetAddress>>read("redirect_to", Optional.empty(),
                        value -> Optional.of(address(value))).orElse(null));
        return new IkeOptions(times, dpdDelay, fragmentation, fragmentBytes, encap, null, habits);
    }

    private static IkeTimes times(Section section) throws InvalidConfiguration {
        Duration rekey = section.read("rekey_time", IkeTimes.DEFAULT.rekey(), Value::duration);
        Duration reauth = section.read("reauth_time", IkeTimes.DEFAULT.reauth(), Value::duration);
        Duration over = section.read("over_time", IkeTimes.tenthOf(rekey, reauth), Value::duration);
        Duration rand = section.read("rand_time", over, Value::duration);
        boolean makeFirst = section.read("make_before_break", true, Value::yesOrNo);
        return section.checked(() -> new IkeTimes(rekey, reauth, over, rand, makeFirst));
    }

    /** {@code ppk_id} and {@code ppk_required}: the key is among the secrets whose names begin with ppk, as in swanctl. */
    private @Nullable Ppk ppk(Section section) throws InvalidConfiguration {
        boolean required = section.read("ppk_required", false, Value::yesOrNo);
        boolean early = section.read("ppk_early", true, Value::yesOrNo);
        Optional<Identity> id = section.read("ppk_id", Optional.empty(),
                value -> Optional.of(value.parse(Identity::parse)));
        if (id.isEmpty()) {
            if (required) {
                throw section.fault("ppk_required", "needs a ppk_id beside it");
            }
            return null;
        }
        for (SharedKey key : keys.shared()) {
            if (key.isPpk() && key.ids().contains(id.get())) {
                return new Ppk(id.get(), key.secret(), required, early);
            }
        }
        if (keys.complete()) {
            throw section.fault("ppk_id", "there is no key for '%s'; add under 'secrets': ppk-x: { id: [\"%s\"], "
                    .formatted(id.get(), id.get()) + "secret_file: … }");
        }
        return new Ppk(id.get(), SharedKey.NO_SECRET, required, early);
    }

    static List<Proposal> proposals(Value value, ProposalParser parser) throws InvalidConfiguration {
        List<String> texts = value.list(Value::text).stream().flatMap(text -> List.of(text.split(",")).stream())
                .map(String::strip).toList();
        return value.checked(() -> parser.parse(texts));
    }

    /** {@link Proposals#ike}, {@link Proposals#esp} or {@link Proposals#ah}. */
    interface ProposalParser {
        List<Proposal> parse(List<String> texts);
    }

    private static <T> T only(Value value, Value.Reader<T> element) throws InvalidConfiguration {
        List<T> list = value.list(element);
        if (list.size() != 1) {
            throw value.fault("must be one address: make a connection for each of " + list.size());
        }
        return list.getFirst();
    }

    private static Optional<InetAddress> addressOrAny(Value value) throws InvalidConfiguration {
        return value.text().equals(ANY) ? Optional.empty() : Optional.of(address(value));
    }

    private static InetAddress address(Value value) throws InvalidConfiguration {
        String text = value.text();
        InetAddress address = literal(text);
        if (address == null) {
            throw value.fault("'" + text + "' is no IP address; names are not looked up");
        }
        return address;
    }

    private static @Nullable InetAddress literal(String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
