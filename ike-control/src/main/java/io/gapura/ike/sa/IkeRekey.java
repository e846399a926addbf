package io.gapura.ike.sa;

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
import io.gapura.ike.message.Secret;
import java.util.List;
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
 * <p>If both begin at once: as for children, §2.8.2.
 *
 * <p>The PRF stays what it was if both sides allow that: strongSwan derives the new SA's keys by the old SA's PRF,
 * §2.18 by the new one's.
 */
final class IkeRekey implements Exchange {
    private static final int SPI_BYTES = 8;

    private final IkeSa sa;
    private final long ownSpi;
    private final Bytes nonce;
    private final KeyExchange keyExchange;
    private @Nullable Rival rival;

    /** The IKE SA that the peer has made meanwhile. */
    private record Rival(IkeSa heir, Nonces nonces) {}

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
        return sa.state() == IkeState.ESTABLISHED;
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
            IkeSa heir = heir(response, nonces, nowNs);
            settle(heir, nonces, nowNs);
        } catch (Refusal refusal) {
            onRefusal(refusal, nowNs);
        } catch (MalformedMessage bad) {
            sa.warn("the IKE SA is not rekeyed: %s".formatted(bad.getMessage()));
        }
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

    private IkeSa heir(IkeMessage response, Nonces nonces, long nowNs) throws Refusal, MalformedMessage {
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
        return heir(sa, suite, keyExchange.agree(ke.publicValue()), nonces,
                new IkeSpis(ownSpi, chosen.spi().longAt(0)), Role.INITIATOR, nowNs);
    }

    private static IkeSa heir(IkeSa sa, IkeSuite suite, Secret shared, Nonces nonces, IkeSpis spis, Role self,
            long nowNs) {
        try (shared) {
            Session old = sa.session();
            IkeKeys keys = KeySchedule.rekeyed(old.suite().prf(), old.keys().d(), suite, shared, nonces, spis);
            return sa.heir(self, spis, Session.of(suite, keys, self, sa.environment().random()), nowNs);
        }
    }

    private void settle(IkeSa heir, Nonces nonces, long nowNs) {
        Rival other = rival;
        if (other != null && ChildRekey.lowest(nonces).compareTo(ChildRekey.lowest(other.nonces)) < 0) {
            sa.log("both sides rekeyed the IKE SA at once: the peer's stays");
            sa.replacedBy(other.heir, nowNs);
            heir.deleteAs(Closure.REPLACED, nowNs);
        } else {
            sa.replacedBy(heir, nowNs);
            sa.deleteAs(Closure.REPLACED, nowNs);
        }
    }

    private void onRefusal(Refusal refusal, long nowNs) {
        NotifyPayload error = refusal.answer();
        boolean otherGroup = error.notifyType().equals(NotifyType.INVALID_KE_PAYLOAD) && error.value().length() == 2;
        KeyExchangeMethod method = otherGroup ? KeyExchangeMethod.ofGroup(error.value().shortAt(0)) : null;
        if (rival != null) {
            sa.replacedBy(rival.heir, nowNs);
        } else if (method != null && method != keyExchange.method()
                && Proposals.keyExchangeMethods(ownProposals(sa)).contains(method)) {
            sa.requests().add(new IkeRekey(sa, method), nowNs);
        } else {
            sa.warn("the IKE SA is not rekeyed, trying again soon: %s".formatted(refusal.explanation()));
            sa.rekeySoon(nowNs);
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
        List<Proposal> offered = offer.proposals().stream()
                .filter(proposal -> proposal.spi().length() == SPI_BYTES).toList();
        Proposal chosen = Negotiation.choose(offered, wanted(sa, offered), ke);
        IkeSuite suite = IkeSuite.of(chosen);
        Nonces nonces = new Nonces(peerNonce(request), SaInit.nonce(sa.environment().random()));
        IkeSpis spis = new IkeSpis(chosen.spi().longAt(0), sa.environment().newIkeSpi());
        sa.log("the peer rekeys the IKE SA");
        try (KeyExchange keyExchange = KeyExchange.generate(suite.keyExchange(), sa.environment().random())) {
            IkeSa heir = heir(sa, suite, keyExchange.agree(ke.publicValue()), nonces, spis, Role.RESPONDER, nowNs);
            List<Payload> answer = List.of(new SaPayload(chosen.withSpi(Bytes.ofLong(spis.responder()))),
                    new NoncePayload(nonces.responder()),
                    new KePayload(suite.keyExchange().group(), keyExchange.publicValue()));
            sa.respond(request.header(), answer);
            if (own instanceof IkeRekey mine) {
                mine.rival = new Rival(heir, nonces);
            } else {
                sa.replacedBy(heir, nowNs);
            }
        } catch (MalformedMessage bad) {
            throw new Refusal(NotifyType.INVALID_SYNTAX, "key exchange: " + bad.getMessage());
        }
    }

    private static List<Proposal> wanted(IkeSa sa, List<Proposal> offered) {
        List<Proposal> own = ownProposals(sa);
        boolean agrees = ProposalSelection.choose(offered, own) instanceof Selection.Chosen;
        return agrees ? own : sa.connection().proposals();
    }
}
