package io.gapura.ike.crypto;

import io.gapura.ike.message.Role;
import io.gapura.ike.message.Secret;

/** Key and salt of both directions of a child SA; the initiator is the exchange's, RFC 7296 §2.17. */
public record ChildKeys(Secret fromInitiator, Secret fromResponder) implements AutoCloseable {
    /** What this side sends with. */
    public Secret outbound(Role self) {
        return self == Role.INITIATOR ? fromInitiator : fromResponder;
    }

    /** What this side receives with. */
    public Secret inbound(Role self) {
        return outbound(self.opposite());
    }

    @Override
    public void close() {
        fromInitiator.close();
        fromResponder.close();
    }
}
