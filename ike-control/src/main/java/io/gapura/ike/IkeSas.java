package io.gapura.ike;

import io.gapura.ike.auth.Identity;
import io.gapura.ike.sa.ChildSa;
import io.gapura.ike.sa.IkeSa;
import io.gapura.ike.sa.IkeState;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** All IKE SAs, by our SPI, by the name of their connection, and by who is at the other end. Control thread. */
final class IkeSas {
    private final Map<Long, IkeSa> bySpi = new LinkedHashMap<>();
    private final Map<String, Set<IkeSa>> byConnection = new HashMap<>();
    private final Map<Identity, Set<IkeSa>> byPeer = new HashMap<>();

    void add(IkeSa sa) {
        bySpi.put(sa.ownSpi(), sa);
        if (sa.state() == IkeState.ESTABLISHED) {
            nameOf(sa);
        }
    }

    /** It is known by now which connection it belongs to, and to whom it leads. */
    void nameOf(IkeSa sa) {
        byConnection.computeIfAbsent(sa.connection().name(), _ -> new LinkedHashSet<>()).add(sa);
        byPeer.computeIfAbsent(sa.remoteId(), _ -> new LinkedHashSet<>()).add(sa);
    }

    void remove(IkeSa sa) {
        bySpi.remove(sa.ownSpi(), sa);
        byConnection.computeIfPresent(sa.connection().name(),
                (_, sas) -> sas.remove(sa) && sas.isEmpty() ? null : sas);
        byPeer.computeIfPresent(sa.remoteId(), (_, sas) -> sas.remove(sa) && sas.isEmpty() ? null : sas);
    }

    @Nullable
    IkeSa bySpi(long ownSpi) {
        return bySpi.get(ownSpi);
    }

    boolean has(long ownSpi) {
        return bySpi.containsKey(ownSpi);
    }

    boolean has(IkeSa sa) {
        return bySpi.get(sa.ownSpi()) == sa;
    }

    boolean isEmpty() {
        return bySpi.isEmpty();
    }

    Collection<IkeSa> all() {
        return bySpi.values();
    }

    /** The same, to be added to and removed from meanwhile. */
    List<IkeSa> snapshot() {
        return List.copyOf(bySpi.values());
    }

    List<IkeSa> established(String connection) {
        return byConnection.getOrDefault(connection, Set.of()).stream()
                .filter(sa -> sa.state() == IkeState.ESTABLISHED).toList();
    }

    /** Whether we are setting one up. */
    boolean isConnecting(String connection) {
        return bySpi.values().stream().anyMatch(sa -> sa.connection().name().equals(connection) && sa.isComingUp());
    }

    /** The latest with a peer at this address. */
    Optional<IkeSa> establishedWith(InetAddress remote) {
        return bySpi.values().stream().filter(sa -> sa.state() == IkeState.ESTABLISHED)
                .filter(sa -> sa.remote().getAddress().equals(remote)).reduce((_, later) -> later);
    }

    /** Those that lead to this peer and were ever established. */
    List<IkeSa> withPeer(Identity peer) {
        return List.copyOf(byPeer.getOrDefault(peer, Set.of()));
    }

    /** Does it with each IKE SA of a connection, established or not; how many. */
    int each(String connection, Consumer<IkeSa> action) {
        List<IkeSa> concerned = snapshot().stream().filter(sa -> sa.connection().name().equals(connection)).toList();
        concerned.forEach(action);
        return concerned.size();
    }

    /** Does it with each child SA that is in use and wanted; how many. */
    int eachChild(Predicate<ChildSa> wanted, BiConsumer<IkeSa, ChildSa> action) {
        int concerned = 0;
        for (IkeSa sa : snapshot()) {
            for (ChildSa child : sa.children()) {
                if (child.state() == ChildSa.State.INSTALLED && wanted.test(child)) {
                    action.accept(sa, child);
                    concerned++;
                }
            }
        }
        return concerned;
    }
}
