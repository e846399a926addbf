package io.gapura.ike.sa;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload.NotifyPayload;

/** What we answer instead of what the peer asked for. Without stack trace: it is the peer's fault, or choice. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    private final transient NotifyPayload answer;
    private final String explanation;

    Refusal(NotifyType type, String explanation) {
        this(type, Bytes.EMPTY, explanation);
    }

    Refusal(NotifyType type, Bytes value, String explanation) {
        super(explanation, null, false, false);
        this.explanation = explanation;
        this.answer = new NotifyPayload(type, value);
    }

    /** For the log: what was offered, what was wanted. */
    String explanation() {
        return explanation;
    }

    NotifyPayload answer() {
        return answer;
    }
}
