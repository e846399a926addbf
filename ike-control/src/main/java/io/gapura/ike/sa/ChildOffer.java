package io.gapura.ike.sa;

import io.gapura.ike.config.Child;
import io.gapura.ike.crypto.EspSuite;
import io.gapura.ike.crypto.KeyExchange;
import io.gapura.ike.crypto.KeyExchangeMethod;
import io.gapura.ike.crypto.ProposalSelection;
import io.gapura.ike.crypto.Proposals;
import io.gapura.ike.crypto.Selection;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.MalformedMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.KePayload;
import io.gapura.ike.message.Payload.NotifyPayload;
import io.gapura.ike.message.Payload.SaPayload;
import io.gapura.ike.message.Payload.TsPayload;
import io.gapura.ike.message.PayloadType;
import io.gapura.ike.message.Proposal;
import io.gapura.ike.message.Role;
import io.gapura.ike.message.Secret;
import io.gapura.ike.message.TrafficSelector;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A child SA as we offer it, in IKE_AUTH or CREATE_CHILD_SA: an SPI is reserved for it until it is decided. */
final class ChildOffer {
    private static final int SPI_BYTES = 4;

    private final IkeSa sa;
    private final Child config;
    private final List<Proposal> proposals;
    private final int spi;
    private final @Nullable KeyExchange keyExchange;
    private final int lane;
    private boolean decided;

    private ChildOffer(IkeSa sa, Child config, List<Proposal> proposals, @Nullable KeyExchange keyExchange, int lane) {
        this.sa = sa;
        this.config = config;
        this.spi = sa.environment().dataPlane().allocateSpi();
        this.proposals = Proposals.withSpi(proposals, Bytes.ofInt(spi));
        this.keyExchange = keyExchange;
        this.lane = lane;
    }

    /** For IKE_AUTH: its keys come from the IKE SA's own exchange. */
    static ChildOffer first(IkeSa sa, Child config) {
        return new ChildOffer(sa, config, Proposals.withoutKeyExchange(config.espProposals()), null, 0);
    }

    /** With a key exchange of its own if the configuration says so; {@code wanted} is the group that the peer asked for. */
    static ChildOffer later(IkeSa sa, Child config, @Nullable KeyExchangeMethod wanted, int lane) {
        List<KeyExchangeMethod> methods = Proposals.keyExchangeMethods(config.espProposals());
        KeyExchangeMethod method = wanted != null ? wanted : methods.isEmpty() ? null : methods.getFirst();
        return new ChildOffer(sa, config, config.espProposals(),
                method == null ? null : KeyExchange.generate(method, sa.environment().random()), lane);
    }

    /** SA, [KE,] TSi, TSr, [N(USE_TRANSPORT_MODE),] [N(SA_RESOURCE_INFO)]. */
    List<Payload> payloads() {
        List<Payload> payloads = new ArrayList<>();
        payloads.add(new SaPayload(proposals));
        if (keyExchange != null) {
            payloads.add(new KePayload(keyExchange.method().group(), keyExchange.publicValue()));
        }
        payloads.add(new TsPayload(Role.INITIATOR, config.localTs()));
        payloads.add(new TsPayload(Role.RESPONDER, config.remoteTs()));
        if (TransportMode.isWanted(config)) {
            payloads.add(new NotifyPayload(NotifyType.USE_TRANSPORT_MODE));
        }
        if (config.isPerCpu()) {
            payloads.add(Lanes.info(lane));
        }
        return payloads;
    }

    /** What the peer made of it. */
    record Accepted(Agreement agreement, @Nullable Secret shared) {}

    /** @throws Refusal the peer's, or ours if its answer is not within what we offered; the SPI is free again */
    Accepted read(IkeMessage response) throws Refusal {
        try {
            return accepted(response);
        } catch (MalformedMessage bad) {
            withdraw();
            throw new Refusal(NotifyType.INVALID_SYNTAX, "key exchange: " + bad.getMessage());
        } catch (Refusal refusal) {
            withdraw();
            throw refusal;
        } finally {
            if (keyExchange != null) {
                keyExchange.close();
            }
        }
    }

    private Accepted accepted(IkeMessage response) throws Refusal, MalformedMessage {
        NotifyPayload error = response.error();
        if (error != null) {
            throw new Refusal(error.notifyType(), error.value(), explain(error.notifyType()));
        }
        SaPayload answer = response.find(SaPayload.class);
        TsPayload initiator = response.find(TsPayload.class, PayloadType.TS_INITIATOR);
        TsPayload responder = response.find(TsPayload.class, PayloadType.TS_RESPONDER);
        if (answer == null || initiator == null || responder == null) {
            throw new Refusal(NotifyType.INVALID_SYNTAX, "an answer without SA, TSi or TSr");
        }
        Proposal chosen = chosen(answer);
        boolean transport = transport(response);
        List<TrafficSelector> local = transport
                ? TransportMode.local(initiator.selectors(), sa.path())
                : initiator.selectors();
        List<TrafficSelector> remote = transport
                ? TransportMode.remote(responder.selectors(), sa.path())
                : responder.selectors();
        boolean within = Narrowing.isWithin(local, config.localTs()) && Narrowing.isWithin(remote, config.remoteTs())
                && (!transport || TransportMode.isOfBothEnds(local, remote, sa.path()));
        if (!within) {
            throw new Refusal(NotifyType.TS_UNACCEPTABLE, "the peer answers with other traffic than we offered: "
                    + TrafficSelectors.words(initiator.selectors()) + " === "
                    + TrafficSelectors.words(responder.selectors()));
        }
        EspSuite suite = EspSuite.of(chosen);
        Child agreed = response.notifies(NotifyType.ESP_TFC_PADDING_NOT_SUPPORTED) ? config.unpadded() : config;
        Agreement agreement = new Agreement(agreed, suite, spi, chosen.spi().intAt(0), local, remote, transport, lane);
        return new Accepted(agreement, shared(suite, response));
    }

    private boolean transport(IkeMessage response) throws Refusal {
        boolean answered = TransportMode.isIn(response);
        if (answered && !TransportMode.isWanted(config)) {
            throw new Refusal(NotifyType.INVALID_SYNTAX, "transport mode, for which we did not ask");
        }
        if (!answered && TransportMode.isWanted(config)) {
            sa.log("child %s: the peer wants tunnel mode instead of transport mode".formatted(config.name()));
        }
        return answered;
    }

    private Proposal chosen(SaPayload answer) throws Refusal {
        if (config.isAh() && sa.path().isNatPort()) {
            throw new Refusal(NotifyType.NO_PROPOSAL_CHOSEN, TransportMode.NO_AH_BEHIND_NAT);
        }
        return switch (ProposalSelection.verify(answer.proposals(), proposals)) {
            case Selection.Refused refused -> throw new Refusal(NotifyType.NO_PROPOSAL_CHOSEN, refused.explanation());
            case Selection.Chosen(var proposal) when proposal.spi().length() != SPI_BYTES ->
                throw new Refusal(NotifyType.INVALID_SYNTAX, "an SPI of " + proposal.spi().length() + " bytes");
            case Selection.Chosen(var proposal) -> proposal;
        };
    }

    private @Nullable Secret shared(EspSuite suite, IkeMessage response) throws Refusal, MalformedMessage {
        KePayload ke = response.find(KePayload.class);
        if (suite.keyExchange() == null) {
            return null;
        }
        if (keyExchange == null || ke == null || ke.group() != keyExchange.method().group()
                || suite.keyExchange() != keyExchange.method()) {
            throw new Refusal(NotifyType.INVALID_SYNTAX, "an answer without the key exchange that it names");
        }
        return keyExchange.agree(ke.publicValue());
    }

    /** Both sides of a refusal, as far as we know them. */
    private String explain(NotifyType error) {
        String offer = error.equals(NotifyType.TS_UNACCEPTABLE)
                ? TrafficSelectors.words(config.localTs()) + " === " + TrafficSelectors.words(config.remoteTs())
                : Proposals.describe(proposals);
        return "the peer answers " + error + " to " + offer;
    }

    /** The SPI is in use from now on. */
    void take() {
        decided = true;
    }

    /** Gives the SPI back, unless that was done or it is in use. */
    void withdraw() {
        if (!decided) {
            decided = true;
            sa.environment().dataPlane().releaseSpi(spi);
        }
    }
}
