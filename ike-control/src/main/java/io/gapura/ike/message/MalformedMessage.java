package io.gapura.ike.message;

import org.jspecify.annotations.Nullable;

/** The peer's fault: what is wrong and where. Cheap to throw: it has no stack trace. */
public final class MalformedMessage extends Exception {
    private static final long serialVersionUID = 1;

    private final transient @Nullable NotifyType answer;
    private final transient Bytes answerValue;

    private MalformedMessage(String message, @Nullable NotifyType answer, Bytes answerValue) {
        super(message, null, false, false);
        this.answer = answer;
        this.answerValue = answerValue;
    }

    public static MalformedMessage syntax(String what) {
        return new MalformedMessage(what, NotifyType.INVALID_SYNTAX, Bytes.EMPTY);
    }

    static MalformedMessage unsupportedCriticalPayload(PayloadType type) {
        return new MalformedMessage("critical " + type + " is unknown here", NotifyType.UNSUPPORTED_CRITICAL_PAYLOAD,
                Bytes.of(type.number()));
    }

    /** IKEv1 gets no answer; what is newer than IKEv2 learns our version, RFC 7296 §2.5. */
    static MalformedMessage unsupportedVersion(int major) {
        return new MalformedMessage("IKE version " + major, major > 2 ? NotifyType.INVALID_MAJOR_VERSION : null,
                Bytes.EMPTY);
    }

    /** What RFC 7296 §2.21 would have us answer, where it lets us answer; null: nothing in any case. */
    public @Nullable NotifyType answer() {
        return answer;
    }

    /** The notification's data. */
    public Bytes answerValue() {
        return answerValue;
    }

    public boolean isUnsupportedVersion() {
        return NotifyType.INVALID_MAJOR_VERSION.equals(answer);
    }
}
