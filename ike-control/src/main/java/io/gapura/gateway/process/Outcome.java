package io.gapura.gateway.process;

import io.gapura.gateway.vici.ViciMessage;
import io.gapura.ike.IkeSaStatus;
import io.gapura.ike.IkeSaStatus.ChildStatus;
import io.gapura.ike.sa.ChildSa;
import io.gapura.ike.sa.IkeState;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A command that was begun and is not over: it waits until the SAs are as they should be. Control thread. */
final class Outcome {
    private final CompletableFuture<ViciMessage> answer = new CompletableFuture<>();
    private final Predicate<List<IkeSaStatus>> reached;
    private final @Nullable Predicate<String> ownConnection;
    private final int matches;
    private final long deadlineNs;

    /**
     * A wait.
     *
     * @param ownConnection whose failures end it; null for none
     */
    Outcome(Predicate<List<IkeSaStatus>> reached, @Nullable Predicate<String> ownConnection, int matches,
            long deadlineNs) {
        this.reached = reached;
        this.ownConnection = ownConnection;
        this.matches = matches;
        this.deadlineNs = deadlineNs;
    }

    /** One that was over before it began: what was named does not exist. */
    static Outcome notFound(String reason) {
        return over(ViciMessage.builder().put("success", false).put("matches", 0).put("found", false)
                .put("errmsg", reason).build());
    }

    static Outcome refused(String reason) {
        return over(ViciMessage.failure(reason));
    }

    private static Outcome over(ViciMessage response) {
        Outcome outcome = new Outcome(_ -> false, null, 0, 0);
        outcome.answer.complete(response);
        return outcome;
    }

    CompletableFuture<ViciMessage> answer() {
        return answer;
    }

    boolean isOver() {
        return answer.isDone();
    }

    void look(List<IkeSaStatus> sas, long nowNs) {
        if (reached.test(sas)) {
            answer.complete(ViciMessage.builder().put("success", true).put("matches", matches).build());
        } else if (nowNs - deadlineNs >= 0) {
            answer.complete(ViciMessage.failure("not finished in the time allowed"));
        }
    }

    void onFailed(String connection, String reason) {
        if (ownConnection != null && ownConnection.test(connection)) {
            answer.complete(ViciMessage.failure(reason));
        }
    }

    // ---- what may be waited for

    /** One more installed child of each of these names than those with these SPIs. */
    static Predicate<List<IkeSaStatus>> newChildren(Set<String> names, Set<Integer> oldSpis) {
        return sas -> names.stream().allMatch(name -> children(sas).anyMatch(child -> child.name().equals(name)
                && child.state() == ChildSa.State.INSTALLED && !oldSpis.contains(child.spiIn())));
    }

    /** None of these children is in use any more. */
    static Predicate<List<IkeSaStatus>> noChildren(Set<Integer> spis) {
        return sas -> children(sas).noneMatch(child -> spis.contains(child.spiIn())
                && (child.state() == ChildSa.State.INSTALLED || child.state() == ChildSa.State.DELETING));
    }

    /** Another IKE SA of the connection than those with these SPIs. */
    static Predicate<List<IkeSaStatus>> newIkeSa(String connection, Set<Long> oldSpis) {
        return sas -> sas.stream().anyMatch(sa -> sa.connection().equals(connection)
                && sa.state() == IkeState.ESTABLISHED && !oldSpis.contains(ownSpi(sa)))
                && sas.stream().noneMatch(sa -> sa.state() == IkeState.ESTABLISHED && oldSpis.contains(ownSpi(sa)));
    }

    static Predicate<List<IkeSaStatus>> noIkeSa(Set<Long> spis) {
        return sas -> sas.stream().noneMatch(sa -> spis.contains(ownSpi(sa)));
    }

    static Stream<ChildStatus> children(List<IkeSaStatus> sas) {
        return sas.stream().flatMap(sa -> sa.children().stream());
    }

    static Set<Integer> spis(List<IkeSaStatus> sas, Predicate<ChildStatus> which) {
        return children(sas).filter(child -> child.state() == ChildSa.State.INSTALLED).filter(which)
                .map(ChildStatus::spiIn).collect(Collectors.toSet());
    }

    static Set<Long> ownSpis(List<IkeSaStatus> sas, String connection) {
        return sas.stream().filter(sa -> sa.connection().equals(connection)).map(Outcome::ownSpi)
                .collect(Collectors.toSet());
    }

    static long ownSpi(IkeSaStatus sa) {
        return sa.initiator() ? sa.initiatorSpi() : sa.responderSpi();
    }
}
