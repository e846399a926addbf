package io.gapura.engine.spd;

/**
 * What selectors must have in common to share a hash table: how much of each field they look at. A range of
 * ports that is neither one port nor all looks at none here; the candidates in a bucket are checked in full.
 */
record Shape(int localBits, int remoteBits, boolean oneProtocol, boolean oneLocalPort, boolean oneRemotePort) {

    static Shape of(Prefix local, Prefix remote, Selector selector) {
        return new Shape(local.bits(), remote.bits(), selector.protocol() != Selector.ANY_PROTOCOL,
                selector.localPorts().isSingle(), selector.remotePorts().isSingle());
    }
}
