package io.gapura.ike.sa;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.DeletePayload;
import io.gapura.ike.message.Payload.NotifyPayload;
import io.gapura.ike.message.Protocol;
import java.util.ArrayList;
import java.util.List;

/** INFORMATIONAL, RFC 7296 §1.4: deletions, signs of life, complaints. */
final class Informational {
    private Informational() {
    }

    /** {@code HDR, SK {D(esp or ah, spi)} -->} and the peer's half of the pair in the answer, §1.4.1. */
    static final class DeleteChild implements Exchange {
        private final IkeSa sa;
        private final ChildSa child;

        DeleteChild(IkeSa sa, ChildSa child) {
            this.sa = sa;
            this.child = child;
        }

        ChildSa child() {
            return child;
        }

        @Override
        public ExchangeType type() {
            return ExchangeType.INFORMATIONAL;
        }

        @Override
        public boolean isWanted() {
            return sa.has(child);
        }

        @Override
        public List<Payload> request(long nowNs) {
            return List.of(DeletePayload.child(child.suite().protocol(), child.spiIn()));
        }

        @Override
        public void onResponse(IkeMessage response, long nowNs) {
            sa.closeChild(child, child.isReplaced() ? Closure.REPLACED : Closure.BY_US, nowNs);
        }
    }

    /** {@code HDR, SK {D()} -->}: the IKE SA and all its children. */
    record DeleteIke(IkeSa sa, Closure closure) implements Exchange {
        @Override
        public ExchangeType type() {
            return ExchangeType.INFORMATIONAL;
        }

        @Override
        public List<Payload> request(long nowNs) {
            return List.of(DeletePayload.ikeSa());
        }

        @Override
        public void onResponse(IkeMessage response, long nowNs) {
            sa.close(closure, nowNs);
        }
    }

    /** {@code HDR, SK {N(AUTHENTICATION_FAILED)} -->}: the peer has failed to convince us, §2.21.2. */
    record Complaint(IkeSa sa, NotifyPayload complaint) implements Exchange {
        @Override
        public ExchangeType type() {
            return ExchangeType.INFORMATIONAL;
        }

        @Override
        public List<Payload> request(long nowNs) {
            return List.of(complaint);
        }

        @Override
        public void onResponse(IkeMessage response, long nowNs) {
            sa.close(Closure.FAILED, nowNs);
        }
    }

    /** {@code HDR, SK {} -->}: is anybody there? §2.4. */
    record Liveness() implements Exchange {
        @Override
        public ExchangeType type() {
            return ExchangeType.INFORMATIONAL;
        }

        @Override
        public List<Payload> request(long nowNs) {
            return List.of();
        }

        @Override
        public void onResponse(IkeMessage response, long nowNs) {
            // That it came is all that matters: IkeSa has noted the time.
        }
    }

    // ---- the other side

    static void respond(IkeSa sa, IkeMessage request, long nowNs) {
        List<DeletePayload> deletions = request.all(DeletePayload.class);
        boolean wholeIkeSa = deletesIkeSa(request);
        if (wholeIkeSa || request.notifies(NotifyType.AUTHENTICATION_FAILED)) {
            if (sa.requests().current() instanceof IkeRekey rekey) {
                rekey.yieldToPeer(nowNs);
            }
            sa.children().forEach(ChildSa::sendNoMore);
            sa.respond(request.header(), List.of());
            end(sa, wholeIkeSa, nowNs);
            return;
        }
        if (sa.lineage().isOurs()) {
            AuthLifetime.read(request).ifPresent(lifetime -> sa.timers().limitProof(lifetime, nowNs));
        }
        List<ChildSa> deleted = new ArrayList<>();
        List<Payload> answer = new ArrayList<>(TicketExchange.answer(sa, request, nowNs));
        for (Protocol protocol : List.of(Protocol.ESP, Protocol.AH)) {
            List<Bytes> ownSpis = new ArrayList<>();
            deletions.stream().filter(deletion -> deletion.protocol().equals(protocol))
                    .forEach(deletion -> collect(sa, deletion, deleted, ownSpis));
            if (!ownSpis.isEmpty()) {
                answer.add(new DeletePayload(protocol, ownSpis));
            }
        }
        deleted.forEach(ChildSa::sendNoMore);
        sa.respond(request.header(), answer);
        sa.crashDetection().learn(request);
        sa.crashDetection().onInvalidSpi(request, nowNs);
        Redirection.onRequest(sa, request, nowNs);
        for (ChildSa child : deleted) {
            sa.closeChild(child, child.isReplaced() ? Closure.REPLACED : Closure.BY_PEER, nowNs);
        }
    }

    private static void end(IkeSa sa, boolean deleted, long nowNs) {
        boolean replaced = sa.state() == IkeState.REKEYED;
        sa.log(deleted ? "the peer deletes the IKE SA" : "the peer does not accept who we are");
        sa.close(replaced ? Closure.REPLACED : deleted ? Closure.BY_PEER : Closure.FAILED, nowNs);
    }

    static boolean deletesIkeSa(IkeMessage request) {
        return request.all(DeletePayload.class).stream().anyMatch(deletion -> deletion.protocol().equals(Protocol.IKE));
    }

    /** RFC 7296 §1.4.1: our halves of the pairs, except of those that we have asked to delete ourselves. */
    private static void collect(IkeSa sa, DeletePayload deletion, List<ChildSa> deleted, List<Bytes> ownSpis) {
        for (Bytes spi : deletion.spis()) {
            ChildSa child = spi.length() == Integer.BYTES ? sa.childBySpiOut(spi.intAt(0)) : null;
            child = child != null && child.suite().protocol().equals(deletion.protocol()) ? child : null;
            if (child == null && spi.length() == Integer.BYTES) {
                sa.requests().deletedByPeer(spi.intAt(0));
            }
            if (child != null && !deleted.contains(child)) {
                deleted.add(child);
                if (child.state() != ChildSa.State.DELETING) {
                    ownSpis.add(Bytes.ofInt(child.spiIn()));
                }
            }
        }
    }
}
