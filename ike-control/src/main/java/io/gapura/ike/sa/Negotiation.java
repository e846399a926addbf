package io.gapura.ike.sa;

import io.gapura.ike.config.Child;
import io.gapura.ike.crypto.EspSuite;
import io.gapura.ike.crypto.ProposalSelection;
import io.gapura.ike.crypto.Proposals;
import io.gapura.ike.crypto.Selection;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.KePayload;
import io.gapura.ike.message.Payload.NotifyPayload;
import io.gapura.ike.message.Payload.SaPayload;
import io.gapura.ike.message.Payload.TsPayload;
import io.gapura.ike.message.PayloadType;
import io.gapura.ike.message.Proposal;
import io.gapura.ike.message.TrafficSelector;
import io.gapura.ike.message.Transform;
import io.gapura.ike.message.TransformType;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The choices of a responder, RFC 7296 §2.7 and §2.9. */
final class Negotiation {
    private static final int SPI_BYTES = 4;

    private Negotiation() {
    }

    /**
     * The proposal to accept. One that goes with the KE payload at hand is preferred to asking for another group,
     * unless only the other one would withstand quantum computers.
     *
     * @throws Refusal NO_PROPOSAL_CHOSEN, or INVALID_KE_PAYLOAD with the group that we want
     */
    static Proposal choose(List<Proposal> offered, List<Proposal> wanted, @Nullable KePayload ke) throws Refusal {
        int group = ke == null ? 0 : ke.group();
        List<Proposal> withGroup = offered.stream().map(offer -> onlyGroup(offer, group)).toList();
        Selection best = ProposalSelection.choose(offered, wanted);
        boolean postQuantum = best instanceof Selection.Chosen(var proposal) && Proposals.isPostQuantum(proposal);
        if (ke != null && ProposalSelection.choose(withGroup, wanted) instanceof Selection.Chosen(var proposal)
                && Proposals.isPostQuantum(proposal) == postQuantum) {
            return proposal;
        }
        return switch (best) {
            case Selection.Refused refused -> throw new Refusal(NotifyType.NO_PROPOSAL_CHOSEN, refused.explanation());
            case Selection.Chosen(var proposal) -> {
                List<Transform> methods = proposal.transforms(TransformType.KEY_EXCHANGE);
                if (!methods.isEmpty()) {
                    throw new Refusal(NotifyType.INVALID_KE_PAYLOAD, Bytes.ofShort(methods.getFirst().id()),
                            "key exchange by group " + group + ", wanted " + methods.getFirst().id());
                }
                yield proposal;
            }
        };
    }

    private static Proposal onlyGroup(Proposal proposal, int group) {
        List<Transform> rest = proposal.transforms().stream()
                .filter(transform -> !transform.type().equals(TransformType.KEY_EXCHANGE) || transform.id() == group)
                .toList();
        return new Proposal(proposal.number(), proposal.protocol(), proposal.spi(), rest);
    }

    /** A child that the peer may have, and the answer to its offer. */
    record ChildChoice(Child config, Proposal proposal, List<TrafficSelector> local, List<TrafficSelector> remote,
            boolean transport) {
        Agreement agreement(int spiIn) {
            return new Agreement(config, EspSuite.of(proposal), spiIn, proposal.spi().intAt(0), local, remote,
                    transport, 0);
        }

        /** [N(USE_TRANSPORT_MODE)]. */
        List<Payload> notifications() {
            return transport ? List.of(new NotifyPayload(NotifyType.USE_TRANSPORT_MODE)) : List.of();
        }
    }

    /** What the peer wants to send and to receive. */
    private record Wish(List<TrafficSelector> initiator, List<TrafficSelector> responder, boolean transport) {}

    /**
     * The first of our children that has traffic in common with what the peer wants, and an algorithm too; one that
     * takes the first selectors on offer is preferred. If the peer asks for transport mode, one in transport mode if
     * there is any.
     *
     * @param children      to choose from, in order
     * @param inFirstExchange in IKE_AUTH, where children have no key exchange of their own
     * @throws Refusal TS_UNACCEPTABLE, NO_PROPOSAL_CHOSEN, INVALID_KE_PAYLOAD or INVALID_SYNTAX
     */
    static ChildChoice choose(IkeSa sa, IkeMessage request, List<Child> children, boolean inFirstExchange)
            throws Refusal {
        TsPayload initiator = request.find(TsPayload.class, PayloadType.TS_INITIATOR);
        TsPayload responder = request.find(TsPayload.class, PayloadType.TS_RESPONDER);
        if (request.find(SaPayload.class) == null || initiator == null || responder == null) {
            throw new Refusal(NotifyType.INVALID_SYNTAX, "a child SA without SA, TSi or TSr");
        }
        Wish tunnel = new Wish(initiator.selectors(), responder.selectors(), false);
        List<Child> willing = children.stream().filter(TransportMode::isWanted).toList();
        if (TransportMode.isIn(request) && !willing.isEmpty()) {
            try {
                return choose(sa, request, willing, new Wish(
                        TransportMode.remote(initiator.selectors(), sa.path()),
                        TransportMode.local(responder.selectors(), sa.path()), true), inFirstExchange);
            } catch (Refusal refusal) {
                sa.log("no transport mode: %s".formatted(refusal.explanation()));
            }
        }
        return choose(sa, request, children, tunnel, inFirstExchange);
    }

    private static ChildChoice choose(IkeSa sa, IkeMessage request, List<Child> children, Wish wish,
            boolean inFirstExchange) throws Refusal {
        List<Proposal> offered = Objects.requireNonNull(request.find(SaPayload.class)).proposals().stream()
                .filter(offer -> offer.spi().length() == SPI_BYTES).toList();
        Refusal last = new Refusal(NotifyType.TS_UNACCEPTABLE, "offered %s === %s, wanted %s".formatted(
                TrafficSelectors.words(wish.initiator), TrafficSelectors.words(wish.responder), words(children)));
        for (Child child : inOrder(children, wish.initiator, wish.responder)) {
            List<TrafficSelector> remote = Narrowing.common(wish.initiator, child.remoteTs());
            List<TrafficSelector> local = Narrowing.common(wish.responder, child.localTs());
            boolean possible = wish.transport
                    ? TransportMode.isOfBothEnds(local, remote, sa.path())
                    : !remote.isEmpty() && !local.isEmpty();
            if (possible) {
                try {
                    List<Proposal> wanted = inFirstExchange
                            ? Proposals.withoutKeyExchange(child.espProposals())
                            : child.espProposals();
                    refuseAhBehindNat(sa, child);
                    KePayload ke = inFirstExchange ? null : request.find(KePayload.class);
                    Child agreed = request.notifies(NotifyType.ESP_TFC_PADDING_NOT_SUPPORTED)
                            ? child.unpadded()
                            : child;
                    return new ChildChoice(agreed, choose(offered, wanted, ke), local, remote, wish.transport);
                } catch (Refusal refusal) {
                    last = refusal;
                }
            }
        }
        throw last;
    }

    /** AH authenticates the addresses that a NAT changes, RFC 3715 §2.1, and there is no AH in UDP. */
    private static void refuseAhBehindNat(IkeSa sa, Child child) throws Refusal {
        if (sa.path().isNatPort() && child.isAh()) {
            throw new Refusal(NotifyType.NO_PROPOSAL_CHOSEN, TransportMode.NO_AH_BEHIND_NAT);
        }
    }

    /** RFC 7296 §2.9: those first that take what the peer wants most, the first selectors that it names. */
    private static List<Child> inOrder(List<Child> children, List<TrafficSelector> initiator,
            List<TrafficSelector> responder) {
        Predicate<Child> takesFirst = child -> Narrowing.takesFirst(initiator, child.remoteTs())
                && Narrowing.takesFirst(responder, child.localTs());
        return Stream.concat(children.stream().filter(takesFirst), children.stream().filter(takesFirst.negate()))
                .toList();
    }

    private static String words(List<Child> children) {
        StringBuilder words = new StringBuilder();
        for (Child child : children) {
            words.append(words.isEmpty() ? "" : ", or ").append(TrafficSelectors.words(child.remoteTs()))
                    .append(" === ").append(TrafficSelectors.words(child.localTs()));
        }
        return words.isEmpty() ? "nothing" : words.toString();
    }
}
