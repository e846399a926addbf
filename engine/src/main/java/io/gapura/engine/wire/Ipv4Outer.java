package io.gapura.engine.wire;

import io.gapura.ffi.IpAddress;
import io.gapura.ffi.Memory;

/** In IPv4: the header checksum is computed once, as far as it can be. */
public final class Ipv4Outer extends OuterHeader {
    private final int protocol;
    private final long addresses;
    /** The same as they lie in memory. */
    private final long addressBytes;
    private final int copiedFlags;
    private final int fixedFlags;
    /** The checksum's sum over all words that never change, in 16 bits. */
    private final int sum;

    Ipv4Outer(int protocol, int local, int remote, int ports, OuterDf df, boolean copyDscp) {
        super(IpAddress.ofIpv4(remote), Ipv4Header.BYTES, ports, copyDscp);
        this.protocol = protocol;
        this.addresses = (long) local << 32 | (remote & 0xffff_ffffL);
        this.addressBytes = Memory.inNetworkOrder(addresses);
        this.copiedFlags = df == OuterDf.COPY ? Ipv4Header.DONT_FRAGMENT : 0;
        this.fixedFlags = df == OuterDf.SET ? Ipv4Header.DONT_FRAGMENT : 0;
        this.sum = Checksum.fold(0x4500 + (TIME_TO_LIVE << 8 | protocol) + (addresses >>> 32)
                + (addresses & 0xffff_ffffL));
    }

    @Override
    public long touch() {
        return addresses + sum + ports;
    }

    /** UDP has none here, RFC 3948 §2.1. */
    @Override
    public boolean needsChecksum() {
        return false;
    }

    @Override
    public boolean isBetween(long ip) {
        return IpHeader.isIpv4(ip) && Ipv4Header.addresses(ip) == addresses;
    }

    @Override
    public void write(long at, int totalLength, int identification, long inner) {
        write(at, totalLength, identification, IpHeader.typeOfService(inner), IpHeader.flags(inner));
    }

    /** As the other one, with what it takes from the inner header. */
    public void write(long at, int totalLength, int identification, int innerTypeOfService, int innerFlags) {
        int typeOfService = innerTypeOfService & copiedTypeOfService;
        int flags = (innerFlags & copiedFlags) | fixedFlags;
        int id = identification & 0xffff;
        int total = sum + typeOfService + totalLength + id + flags;
        total = (total >>> 16) + (total & 0xffff);
        int checksum = ~((total >>> 16) + total) & 0xffff;
        Memory.putLong(at, 0x4500_0000_0000_0000L | (long) (typeOfService << 16 | totalLength) << 32
                | ((id << 16 | flags) & 0xffff_ffffL));
        Memory.putInt(at + 8, TIME_TO_LIVE << 24 | protocol << 16 | checksum);
        Memory.putNativeLong(at + 12, addressBytes);
        if (ports != 0) {
            UdpHeader.write(at + Ipv4Header.BYTES, ports, totalLength - Ipv4Header.BYTES);
        }
    }
}
