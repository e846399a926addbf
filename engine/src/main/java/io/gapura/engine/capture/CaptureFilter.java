package io.gapura.engine.capture;

import io.gapura.engine.packet.DropReason;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Which packets a capture is about: those for which all its conditions hold, be it as they came or as they left. Without
 * conditions all. Immutable.
 */
public final class CaptureFilter {
    /** All packets. */
    public static final CaptureFilter ALL = new CaptureFilter(List.of(), EnumSet.noneOf(DropReason.class));

    /** Which end of a packet an address or port is. */
    public enum End {
        SOURCE,
        DESTINATION,
        EITHER
    }

    /** Something about a packet that holds or not. */
    public sealed interface Condition {
    }

    /** The address at one end, of which the first {@code prefixBits} of 128 count; IPv4 is in the last 32. */
    public record Address(End end, int version, long high, long low, int prefixBits) implements Condition {
        private boolean contains(long otherHigh, long otherLow) {
            long highMask = prefixBits >= 64 ? -1L : prefixBits == 0 ? 0 : -1L << (64 - prefixBits);
            long lowMask = prefixBits <= 64 ? 0 : -1L << (128 - prefixBits);
            return ((high ^ otherHigh) & highMask) == 0 && ((low ^ otherLow) & lowMask) == 0;
        }
    }

    /** The port at one end. */
    public record Port(End end, int port) implements Condition {}

    /** What IP carries, by number. */
    public record Protocol(int number) implements Condition {}

    /** The SPI of ESP, in UDP too. */
    public record Spi(int spi) implements Condition {}

    private final Condition[] conditions;
    private final boolean[] reasons = new boolean[DropReason.all().size()];
    private final boolean reasonMatters;

    /** @param reasons for which packets were dropped; none of them for whatever became of them */
    public CaptureFilter(List<Condition> conditions, Set<DropReason> reasons) {
        this.conditions = conditions.toArray(Condition[]::new);
        this.reasonMatters = !reasons.isEmpty();
        reasons.forEach(reason -> this.reasons[reason.ordinal()] = true);
    }

    /** Whether it is about dropped packets only. */
    boolean wantsReason() {
        return reasonMatters;
    }

    /** Whether a packet that was dropped for it is wanted. */
    boolean admits(DropReason reason) {
        return !reasonMatters || reasons[reason.ordinal()];
    }

    boolean admits(Sight packet) {
        for (Condition condition : conditions) {
            if (!holds(condition, packet)) {
                return false;
            }
        }
        return true;
    }

    private static boolean holds(Condition condition, Sight packet) {
        if (condition instanceof Address address) {
            return packet.version == address.version() && holds(address, packet);
        }
        if (condition instanceof Port port) {
            return (port.end() != End.DESTINATION && packet.sourcePort == port.port())
                    || (port.end() != End.SOURCE && packet.destinationPort == port.port());
        }
        return condition instanceof Protocol protocol
                ? packet.protocol == protocol.number()
                : condition instanceof Spi spi && packet.spi == spi.spi();
    }

    private static boolean holds(Address address, Sight packet) {
        return (address.end() != End.DESTINATION && address.contains(packet.sourceHigh, packet.sourceLow))
                || (address.end() != End.SOURCE && address.contains(packet.destinationHigh, packet.destinationLow));
    }
}
