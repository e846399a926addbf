package io.gapura.ike.sa;

import io.gapura.ike.config.Child;
import java.time.Duration;
import java.util.List;

/**
 * Reauthentication, RFC 7296 §2.8.3: in place of an IKE SA whose time has come a new one, in which both prove again
 * who they are; with all the children of the old one.
 *
 * <pre>
 *   make before break                                      break before make
 *   new: IKE_SA_INIT, IKE_AUTH {…, SA, TSi, TSr}  -->      old: INFORMATIONAL {D()}  -->
 *        CREATE_CHILD_SA for further children     -->                           <--  {}
 *        packets go by either                              nothing goes meanwhile
 *   old: INFORMATIONAL {D()}                      -->      new: IKE_SA_INIT, IKE_AUTH, …  -->
 *                                                 <--  {}
 * </pre>
 *
 * <p>Who has begun the IKE SA begins this too. A responder says by AUTH_LIFETIME when it is due (RFC 4478), and ends an
 * IKE SA that has not been reauthenticated by then.
 */
final class Reauthentication {
    private static final long RETRY_NS = Duration.ofSeconds(60).toNanos();

    /** Of the new IKE SA: the old one. */
    private final IkeSa old;

    private Reauthentication(IkeSa old) {
        this.old = old;
    }

    static void begin(IkeSa sa, long nowNs) {
        List<Child> children = configurations(sa);
        if (sa.lineage().isBeingReplaced()) {
            return;
        }
        if (sa.connection().options().times().makeBeforeBreak()) {
            sa.log("reauthenticating: a new IKE SA first");
            IkeSa fresh = IkeSa.initiate(sa.environment(), sa.connection(), children, nowNs);
            fresh.lineage().reauthenticates(new Reauthentication(sa));
            sa.lineage().replacedSoonBy(fresh);
        } else {
            sa.log("reauthenticating: the old IKE SA goes first");
            sa.lineage().afterwards(laterNs -> IkeSa
                    .initiate(sa.environment(), sa.connection(), children, laterNs).lineage().insistOn(children));
            sa.deleteAs(Closure.REPLACED, nowNs);
        }
    }

    /** What its children are made by, each once. */
    static List<Child> configurations(IkeSa sa) {
        return sa.children().stream().map(ChildSa::config).distinct().toList();
    }

    /** The new IKE SA is up and has asked for all that it wants: whether it takes the old one's place. */
    void settle(IkeSa fresh, long nowNs) {
        IkeSa latest = old.latest();
        if (latest.state() != IkeState.ESTABLISHED) {
            return;
        }
        if (configurations(fresh).containsAll(configurations(latest))) {
            latest.succession().giveWay(nowNs);
        } else {
            fresh.warn("not all children of the old IKE SA came up in the new one: the old one stays");
            fresh.deleteAs(Closure.REPLACED, nowNs);
            onFailed(nowNs);
        }
    }

    /** There is no new IKE SA: what the old one carries goes on, and it is tried again. */
    void onFailed(long nowNs) {
        old.latest().timers().reauthenticateAt(nowNs + RETRY_NS);
    }
}
