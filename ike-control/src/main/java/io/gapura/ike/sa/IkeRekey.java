package io.gapura.ike.sa;

import io.gapura.ike.crypto.AdditionalKeyExchange;
import io.gapura.ike.crypto.IkeKeys;
import io.gapura.ike.crypto.IkeSpis;
import io.gapura.ike.crypto.IkeSuite;
import io.gapura.ike.crypto.KeyExchange;
import io.gapura.ike.crypto.KeyExchangeMethod;
import io.gapura.ike.crypto.KeySchedule;
import io.gapura.ike.crypto.Nonces;
import io.gapura.ike.crypto.ProposalSelection;
import io.gapura.ike.crypto.Proposals;
import io.gapura.ike.crypto.Selection;
import io.gapura.ike.crypto.SharedSecrets;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.MalformedMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.KePayload;
import io.gapura.ike.message.Payload.NoncePayload;
import io.gapura.ike.message.Payload.NotifyPayload;
import io.gapura.ike.message.Payload.SaPayload;
import io.gapura.ike.message.Proposal;
import io.gapura.ike.message.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A new IKE SA in place of this one, RFC 7296 §1.3.2 and §2.18; the children move to it.
 *
 * <pre>
 *   HDR, SK {SA, Ni, KEi}  -->
 *                      <--  HDR, SK {SA, Nr, KEr}
 *   HDR, SK {D()}  -->                                the old one goes
 *                      <--  HDR, SK {}
 * </pre>
 *
 * <p>If both begin at once: as for children, §2.8.2. Further key exchanges follow the first: {@link FollowUp}.
 *
 * <p>The PRF stays what it was if both sides allow that: strongSwan derives the new SA's keys by the old SA's PRF,
 * §2.18 by the new one's.
 */
final class IkeRekey implements FollowUp.Origin {
    private static final int SPI_BYTES = 8;

    private final IkeSa sa;
    private final long ownSpi;
    private final Bytes nonce;
    private final KeyExchange keyExchange;
    private @Nullable Accepted accepted;
    private @Nullable Successor rival;

    /** The peer's answer. */
    private record Accepted(IkeSuite suite, IkeSpis spis, Nonces nonces, IkeMessage response) {}

    IkeRekey(IkeSa sa) {
        this(sa, Proposals.keyExchangeMethods(ownProposals(sa)).getFirst());
    }

    private IkeRekey(IkeSa sa, KeyExchangeMethod method) {
        this.sa = sa;
        this.ownSpi = sa.environment().newIkeSpi();
        this.nonce = SaInit.nonce(sa.environment().random());
        this.keyExchange = KeyExchange.generate(method, sa.environment().random());
    }

    @Override
    public ExchangeType type() {
        return ExchangeType.CREATE_CHILD_SA;
    }

    @Override
    public boolean isWanted() {
        return sa.state() == IkeState.ESTABLISHED && !sa.followUps().concern(sa);
    }

    @Override
    public List<Payload> request(long nowNs) {
        sa.log("rekeying the IKE SA");
        return List.of(new SaPayload(proposals()), new NoncePayload(nonce),
                new KePayload(keyExchange.method().group(), keyExchange.publicValue()));
    }

    private List<Proposal> proposals() {
        return Proposals.withSpi(ownProposals(sa), Bytes.ofLong(ownSpi));
    }

    /** With the PRF in use, or all if the configuration allows it no more. */
    private static List<Proposal> ownProposals(IkeSa sa) {
        List<Proposal> samePrf = Proposals.withPrf(sa.connection().proposals(), sa.session().suite().prf());
        return samePrf.isEmpty() ? sa.connection().proposals() : samePrf;
    }

    @Override
    public void onResponse(IkeMessage response, long nowNs) {
        try (keyExchange) {
            Nonces nonces = new Nonces(nonce, peerNonce(response));
            SharedSecrets secrets = read(response, nonces);
            List<AdditionalKeyExchange> additional = Objects.requireNonNull(accepted).suite.additional();
            Successor other = rival;
            if (other != null && other.heir == null && (additional.isEmpty() || !loses(other))) {
                sa.followUps().abandon(other);
                rival = null;
            } else if (other != null && !additional.isEmpty() && loses(other)) {
                secrets.close();
                throw new Refusal(NotifyType.TEMPORARY_FAILURE, "both sides rekeyed it at once: the peer's goes on");
            }
            FollowUp.goOn(sa, this, additional, secrets, response, nowNs);
        } catch (Refusal refusal) {
            onRefused(refusal, nowNs);
        } catch (MalformedMessage bad) {
            onRefused(new Refusal(NotifyType.INVALID_SYNTAX, "key exchange: " + bad.getMessage()), nowNs);
        }
    }

    /** Whether the peer's rekey wins, RFC 7296 §2.8.2. */
    private boolean loses(Successor other) {
        return ChildRekey.lowest(Objects.requireNonNull(accepted).nonces)
                .compareTo(ChildRekey.lowest(other.nonces)) < 0;
    }

    private static Bytes peerNonce(IkeMessage message) throws Refusal {
        NoncePayload peerNonce = message.find(NoncePayload.class);
        if (peerNonce == null) {
            NotifyPayload error = message.error();
            throw error == null
                    ? new Refusal(NotifyType.INVALID_SYNTAX, "no nonce")
                    : new Refusal(error.notifyType(), error.value(), "the peer answers " + error.notifyType());
        }
        return peerNonce.nonce();
    }

    private SharedSecrets read(IkeMessage response, Nonces nonces) throws Refusal, MalformedMessage {
        SaPayload answer = response.find(SaPayload.class);
        KePayload ke = response.find(KePayload.class);
        if (answer == null || ke == null) {
            throw new Refusal(NotifyType.INVALID_SYNTAX, "an answer without SA or KE");
        }
        Proposal chosen = switch (ProposalSelection.verify(answer.proposals(), proposals())) {
            case Selection.Refused refused -> throw new Refusal(NotifyType.NO_PROPOSAL_CHOSEN, refused.explanation());
            case Selection.Chosen(var proposal) -> proposal;
        };
        IkeSuite suite = IkeSuite.of(chosen);
        if (chosen.spi().length() != SPI_BYTES || ke.group() != keyExchange.method().group()
                || suite.keyExchange() != keyExchange.method()) {
            throw new Refusal(NotifyType.INVALID_SYNTAX, "an answer with a wrong SPI or group");
        }
        accepted = new Accepted(suite, new IkeSpis(ownSpi, chosen.spi().longAt(0)), nonces, response);
        return new SharedSecrets().add(keyExchange.agree(ke.publicValue()));
    }

    private static IkeSa heir(IkeSa sa, IkeSuite suite, SharedSecrets secrets, Nonces nonces, IkeSpis spis, Role self,
            long nowNs) {
        Session old = sa.session();
        IkeKeys keys = KeySchedule.rekeyed(old.suite().prf(), old.keys().d(), suite, secrets, nonces, spis);
        return sa.succession().heir(self, spis, Session.of(suite, keys, self, sa.environment().random()), nowNs);
    }

    /** The peer has gone on by its own successor, without having seen our request: that one stays. */
    void yieldToPeer(long nowNs) {
        IkeSa others = rival == null ? null : rival.heir;
        if (others != null) {
            sa.succession().replacedBy(others, nowNs);
        }
    }

    @Override
    public void abandon() {
        keyExchange.close();
    }

    @Override
    public void onAgreed(SharedSecrets secrets, long nowNs) {
        Accepted mine = Objects.requireNonNull(accepted);
        IkeSa heir = heir(sa, mine.suite, secrets, mine.nonces, mine.spis, Role.INITIATOR, nowNs);
        heir.crashDetection().learn(mine.response);
        IkeSa others = rival == null ? null : rival.heir;
        if (sa.successor() != null) {
            heir.deleteAs(Closure.REPLACED, nowNs);
        } else if (rival != null && others != null && loses(rival)) {
            sa.log("both sides rekeyed the IKE SA at once: the peer's stays");
            sa.succession().replacedBy(others, nowNs);
            heir.deleteAs(Closure.REPLACED, nowNs);
        } else {
            sa.succession().replacedBy(heir, nowNs);
            sa.deleteAs(Closure.REPLACED, nowNs);
            heir.crashDetection().announce(nowNs);
            TicketExchange.again(heir, nowNs);
        }
    }

    @Override
    public void onRefused(Refusal refusal, long nowNs) {
        NotifyPayload error = refusal.answer();
        boolean otherGroup = error.notifyType().equals(NotifyType.INVALID_KE_PAYLOAD) && error.value().length() == 2;
        KeyExchangeMethod method = otherGroup ? KeyExchangeMethod.ofGroup(error.value().shortAt(0)) : null;
        IkeSa others = rival == null ? null : rival.heir;
        if (others != null) {
            sa.succession().replacedBy(others, nowNs);
        } else if (method != null && method != keyExchange.method()
                && Proposals.keyExchangeMethods(ownProposals(sa)).contains(method)) {
            sa.requests().add(new IkeRekey(sa, method), nowNs);
        } else {
            sa.warn("the IKE SA is not rekeyed, trying again soon: %s".formatted(refusal.explanation()));
            sa.timers().rekeySoon(nowNs);
        }
    }

    // ---- the other side

    static void respond(IkeSa sa, IkeMessage request, long nowNs) throws Refusal {
        SaPayload offer = request.find(SaPayload.class);
        KePayload ke = request.find(KePayload.class);
        if (offer == null || ke == null) {
            throw new Refusal(NotifyType.INVALID_SYNTAX, "rekeying without SA or KE");
        }
        Exchange own = sa.requests().current();
        if (own instanceof CreateChildSa || own instanceof ChildRekey || own instanceof Informational.DeleteChild) {
            throw new Refusal(NotifyType.TEMPORARY_FAILURE, "we are creating or deleting a child SA");
        }
        if (sa.requests().isFollowingUp()) {
            throw new Refusal(NotifyType.TEMPORARY_FAILURE, "we are rekeying it ourselves");
        }
        List<Proposal> offered = offer.proposals().stream()
                .filter(proposal -> proposal.spi().length() == SPI_BYTES).toList();
        Proposal chosen = Negotiation.choose(offered, wanted(sa, offered), ke);
        IkeSuite suite = IkeSuite.of(chosen);
        Nonces nonces = new Nonces(peerNonce(request), SaInit.nonce(sa.environment().random()));
        IkeSpis spis = new IkeSpis(chosen.spi().longAt(0), sa.environment().newIkeSpi());
        sa.log("the peer rekeys the IKE SA");
        KeyExchange.Answer agreed = SaInit.agree(suite, ke, sa.environment().random());
        List<Payload> answer = new ArrayList<>(List.of(new SaPayload(chosen.withSpi(Bytes.ofLong(spis.responder()))),
                new NoncePayload(nonces.responder()),
                new KePayload(suite.keyExchange().group(), agreed.publicValue())));
        answer.addAll(CrashDetection.token(sa, spis));
        Successor successor = new Successor(sa, suite, nonces, spis);
        if (own instanceof IkeRekey mine) {
            mine.rival = successor;
        }
        sa.followUps().conclude(request, answer, suite.additional(), new SharedSecrets().add(agreed.shared()),
                successor, nowNs);
    }

    private static List<Proposal> wanted(IkeSa sa, List<Proposal> offered) {
        List<Proposal> own = ownProposals(sa);
        boolean agrees = ProposalSelection.choose(offered, own) instanceof Selection.Chosen;
        return agrees ? own : sa.connection().proposals();
    }

    /** What the peer makes of the IKE SA. */
    private static final class Successor implements FollowUps.Goal {
        private final IkeSa sa;
        private final IkeSuite suite;
        private final Nonces nonces;
        private final IkeSpis spis;
        private @Nullable IkeSa heir;

        Successor(IkeSa sa, IkeSuite suite, Nonces nonces, IkeSpis spis) {
            this.sa = sa;
            this.suite = suite;
            this.nonces = nonces;
            this.spis = spis;
        }

        @Override
        public Object old() {
            return sa;
        }

        @Override
        public void prepare(SharedSecrets secrets, long nowNs) throws Refusal {
            if (sa.state() != IkeState.ESTABLISHED) {
                throw new Refusal(NotifyType.TEMPORARY_FAILURE, "the IKE SA was replaced or deleted");
            }
            heir = heir(sa, suite, secrets, nonces, spis, Role.RESPONDER, nowNs);
        }

        /** If we are rekeying it too, our exchange will tell which of the two remains. */
        @Override
        public void finish(long nowNs) {
            IkeSa fresh = Objects.requireNonNull(heir);
            if (sa.requests().current() instanceof IkeRekey mine && mine.rival == this) {
                fresh.intake().contestedBy(mine);
            } else {
                sa.succession().replacedBy(fresh, nowNs);
            }
        }

        @Override
        public void abandon() {
            // Nothing is reserved for it.
        }
    }
}
