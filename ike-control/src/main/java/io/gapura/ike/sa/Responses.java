package io.gapura.ike.sa;

import io.gapura.ike.Transport.Datagram;
import java.util.List;

/** The requests of the peer in one IKE SA: their message ids, and the last answer in case it got lost (RFC 7296 §2.1). */
final class Responses {
    private final IkeSa sa;
    private int expectedMessageId;
    private List<Datagram> last = List.of();

    Responses(IkeSa sa, int expectedMessageId) {
        this.sa = sa;
        this.expectedMessageId = expectedMessageId;
    }

    boolean isExpected(int messageId) {
        return messageId == expectedMessageId;
    }

    /** The request that we have answered last. */
    boolean isRepeated(int messageId) {
        return messageId == expectedMessageId - 1 && !last.isEmpty();
    }

    void sendAgain() {
        last.forEach(sa.environment()::send);
    }

    void send(List<Datagram> response) {
        expectedMessageId++;
        last = response;
        last.forEach(sa.environment()::send);
    }
}
