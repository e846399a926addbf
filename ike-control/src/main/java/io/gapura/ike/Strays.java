package io.gapura.ike;

import io.gapura.ike.Transport.Datagram;
import io.gapura.ike.crypto.IkeSpis;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeHeader;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.NotifyPayload;
import io.gapura.ike.sa.Environment;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages of IKE SAs that we do not have, or no longer: a request may be answered in clear, RFC 7296 §2.21.4, with the
 * token that the IKE SA would have had, RFC 6290 §4.5.
 *
 * <p>Of an IKE SA that we have, nobody ever hears the token in clear: if either SPI is ours, whatever role the message
 * claims, there is no answer. Control thread.
 */
final class Strays {
    private static final int ANSWERS_PER_SECOND = 10;
    /** The shortest encrypted request: header, encrypted payload with an explicit IV, no text, an ICV of 16. */
    private static final int SHORTEST_REQUEST_BYTES = 57;

    private final Environment environment;
    private final IkeSas sas;
    private final RateLimit answers;

    Strays(Environment environment, IkeSas sas) {
        this.environment = environment;
        this.sas = sas;
        this.answers = new RateLimit(ANSWERS_PER_SECOND, environment.random().nextInt());
    }

    /** Answers it or not; counts it. */
    void onDatagram(Datagram datagram, IkeHeader header, long nowNs) {
        environment.dropped(IkeDrop.UNKNOWN_SPI);
        boolean answerable = !header.response() && !header.exchange().equals(ExchangeType.IKE_SA_INIT)
                && header.initiatorSpi() != 0 && header.responderSpi() != 0
                && !sas.has(header.initiatorSpi()) && !sas.has(header.responderSpi());
        if (answerable && answers.permits(Origins.of(datagram.remote().getAddress()), nowNs)) {
            answer(datagram, header);
        }
    }

    /**
     * Never longer than the request, but for one case: the shortest request of all is 3 bytes shorter than an answer with
     * a token, and it is just the one by which a peer asks whether we live.
     */
    private void answer(Datagram datagram, IkeHeader request) {
        List<Payload> payloads = new ArrayList<>(List.of(new NotifyPayload(NotifyType.INVALID_IKE_SPI)));
        Bytes token = environment.settings().crashTokens().token(
                new IkeSpis(request.initiatorSpi(), request.responderSpi()), datagram.remote().getAddress());
        int requestBytes = datagram.content().length();
        boolean tells = !token.isEmpty() && requestBytes >= SHORTEST_REQUEST_BYTES;
        if (tells) {
            payloads.add(NotifyPayload.ofIkeSa(NotifyType.QCD_TOKEN, token));
        }
        Bytes answer = new IkeMessage(request.answer(), payloads).encode();
        if (tells || answer.length() <= requestBytes) {
            environment.send(new Datagram(datagram.local(), datagram.remote(), datagram.natPort(), answer));
        }
    }
}
