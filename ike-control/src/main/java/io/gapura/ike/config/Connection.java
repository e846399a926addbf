package io.gapura.ike.config;

import io.gapura.ike.auth.Authentication;
import io.gapura.ike.auth.Identity;
import io.gapura.ike.message.Proposal;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A peer, how it proves who it is, and what it may have: {@code connections.<name>} of the configuration.
 *
 * @param localAddress  ours; the socket's own address for replies
 * @param remoteAddress the peer's, or null for any: then we can only respond
 * @param remotePort    the peer's IKE port, 500 by default
 * @param auth          who both are, and how they prove it
 * @param proposals     for the IKE SA, in order of preference
 */
public record Connection(String name, InetAddress localAddress, @Nullable InetAddress remoteAddress, int remotePort,
        Authentication auth, List<Proposal> proposals, List<Child> children, IkeOptions options) {
    public static final int DEFAULT_PORT = 500;

    public Connection {
        proposals = List.copyOf(proposals);
        children = List.copyOf(children);
        if (remoteAddress != null && remoteAddress.getClass() != localAddress.getClass()) {
            throw new IllegalArgumentException("connection " + name + ": one address is IPv4, the other IPv6");
        }
    }

    public Identity localId() {
        return auth.local().id();
    }

    public Identity remoteId() {
        return auth.remote().id();
    }

    public Connection withProposals(List<Proposal> newProposals) {
        return new Connection(name, localAddress, remoteAddress, remotePort, auth, newProposals, children,
                options);
    }

    /** The same between other addresses. */
    public Connection between(InetAddress local, @Nullable InetAddress remote) {
        return new Connection(name, local, remote, remotePort, auth, proposals, children, options);
    }

    /** The child of this name, or null. */
    public @Nullable Child child(String childName) {
        return children.stream().filter(child -> child.name().equals(childName)).findFirst().orElse(null);
    }

    /** Whether a peer at {@code remote} that came to {@code local} may be this one. */
    public boolean isBetween(InetAddress local, InetAddress remote) {
        return localAddress.equals(local) && (remoteAddress == null || remoteAddress.equals(remote));
    }

    /**
     * The times and habits of an IKE SA.
     *
     * @param dpdDelay zero: never look for dead peers
     * @param ppk      to be mixed into the keys, or null
     */
    public record IkeOptions(IkeTimes times, Duration dpdDelay, Fragmentation fragmentation, int fragmentBytes,
            boolean forceEncapsulation, @Nullable Ppk ppk, Habits habits) {
        /** Fits into the minimum IPv6 MTU, as strongSwan's does. */
        public static final int DEFAULT_FRAGMENT_BYTES = 1280;
        public static final IkeOptions DEFAULT = new IkeOptions(IkeTimes.DEFAULT, Duration.ofSeconds(30),
                Fragmentation.YES, DEFAULT_FRAGMENT_BYTES, false, null, Habits.DEFAULT);

        public IkeOptions withFragmentation(Fragmentation newFragmentation, int bytes) {
            return new IkeOptions(times, dpdDelay, newFragmentation, bytes, forceEncapsulation, ppk, habits);
        }

        public IkeOptions withDpdDelay(Duration delay) {
            return new IkeOptions(times, delay, fragmentation, fragmentBytes, forceEncapsulation, ppk, habits);
        }

        public IkeOptions withRekeyTime(Duration time) {
            return with(IkeTimes.of(time, times.reauth()));
        }

        public IkeOptions with(IkeTimes newTimes) {
            return new IkeOptions(newTimes, dpdDelay, fragmentation, fragmentBytes, forceEncapsulation, ppk, habits);
        }

        public IkeOptions with(Habits newHabits) {
            return new IkeOptions(times, dpdDelay, fragmentation, fragmentBytes, forceEncapsulation, ppk, newHabits);
        }

        public IkeOptions withForcedEncapsulation() {
            return new IkeOptions(times, dpdDelay, fragmentation, fragmentBytes, true, ppk, habits);
        }

        public IkeOptions withPpk(@Nullable Ppk newPpk) {
            return new IkeOptions(times, dpdDelay, fragmentation, fragmentBytes, forceEncapsulation, newPpk, habits);
        }
    }
}
