package io.gapura.ike.crypto;

import io.gapura.ike.message.Role;
import io.gapura.ike.message.Secret;

/** SK_d, SK_ai, SK_ar, SK_ei, SK_er, SK_pi, SK_pr: RFC 7296 §2.14. */
public record IkeKeys(Secret d, Secret ai, Secret ar, Secret ei, Secret er, Secret pi, Secret pr)
        implements
            AutoCloseable {
    /** SK_pi or SK_pr: what this side's AUTH payload is made with. */
    public Secret p(Role role) {
        return role == Role.INITIATOR ? pi : pr;
    }

    Secret a(Role sender) {
        return sender == Role.INITIATOR ? ai : ar;
    }

    Secret e(Role sender) {
        return sender == Role.INITIATOR ? ei : er;
    }

    @Override
    public void close() {
        d.close();
        ai.close();
        ar.close();
        ei.close();
        er.close();
        pi.close();
        pr.close();
    }
}
