package io.gapura.engine;

import io.gapura.engine.sad.OutboundSa;

/**
 * How large packets can be that an outbound SA carries.
 *
 * @param linkMtu  of the next hop on the way to the peer; 0 if there is no way
 * @param pathMtu  what routers farther away have said, or {@link OutboundSa#UNKNOWN_PATH_MTU}
 * @param innerMtu the largest packet inside; larger ones are fragmented, or their senders told
 */
public record SaMtu(int spi, int linkMtu, int pathMtu, int innerMtu) {
    public boolean isPathMtuKnown() {
        return pathMtu != OutboundSa.UNKNOWN_PATH_MTU;
    }
}
