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

    /**
     * With a post-quantum pre-shared key mixed in, RFC 8784 §3: SK_d = prf+(PPK, SK_d'), likewise SK_pi and SK_pr.
     * What protects messages is the same as here.
     */
    public IkeKeys with(Prf prf, Secret ppk) {
        return new IkeKeys(prf.expand(ppk, d, d.length()), ai, ar, ei, er, prf.expand(ppk, pi, pi.length()),
                prf.expand(ppk, pr, pr.length()));
    }

    /** Overwrites what {@link #with} has made anew. */
    public void closeMixed() {
        d.close();
        pi.close();
        pr.close();
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
