package io.gapura.engine.port;

import io.gapura.engine.wire.EspHeader;
import io.gapura.engine.wire.EthernetHeader;
import io.gapura.engine.wire.IcmpHeader;
import io.gapura.engine.wire.Ipv4Header;
import io.gapura.engine.wire.Ipv6Header;
import io.gapura.engine.wire.UdpHeader;
import io.gapura.ffi.Memory;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Which received frames are the kernel's, where there is no XDP program to decide it before: the same rules.
 *
 * <p>On every port the kernel takes: frames to other Ethernet addresses than the port's, what is not plain IP, headers
 * cut short, multicast, and IPv6 to addresses that count on one link only; on a port of a VLAN what has not its tag. Of the rest:
 *
 * <pre>
 *   destination                  protected port    unprotected port
 *   ───────────────────────────  ────────────────  ─────────────────────────────────────────────────
 *   one of the port's addresses  kernel            ESP, AH, ESP in UDP, what ICMP says of packets
 *                                                  that are too big: engine; the rest: kernel
 *   another of this host's       kernel            IKE: kernel; the rest: engine, for its policy
 *   not this host's              engine            engine, for its policy
 * </pre>
 *
 * ESP in UDP starts with an SPI, IKE on the same port with four zero bytes, RFC 3948 §2. A fragment of UDP is not
 * looked into, nor what is behind more extension headers than {@link Ipv6Header#MOST_EXTENSIONS}. Asked by workers' threads, told by the control thread.
 */
final class KernelShare {
    private static final int IPV4_AND_5_WORDS = 0x45;
    private static final int IPV4_AND_15_WORDS = 0x4f;
    private static final int MULTICAST_TOP_NIBBLE = 0xe;
    private static final int VERSION_6 = 6;
    private static final int IPV6_MULTICAST = 0xff;
    private static final int IPV6_LINK_LOCAL = 0xfe80 >>> 6;
    private static final int AH = 51;
    private static final int IKE_PORT = 500;
    private static final int MARKER_BYTES = 4;

    private final PortRole role;
    /** The upper 48 of 64 bits, as a frame starts with it. */
    private final long mac;
    private final int vlan;
    private final int tagBytes;
    private final AtomicReference<LocalAddresses> local = new AtomicReference<>(LocalAddresses.EMPTY);

    /**
     * @param mac  the port's Ethernet address in the low 48 bits
     * @param vlan whose frames are the port's, or {@link VlanTag#NONE}
     */
    KernelShare(PortRole role, long mac, int vlan) {
        this.role = role;
        this.mac = mac << 16;
        this.vlan = vlan;
        this.tagBytes = VlanTag.bytes(vlan);
    }

    /** Control thread. */
    void follow(LocalAddresses addresses) {
        local.setRelease(addresses); // pairs with local()
    }

    /** For the frames of one batch. */
    LocalAddresses local() {
        return local.getAcquire(); // pairs with follow()
    }

    /** Whether a frame of {@code bytes} bytes is the kernel's. */
    boolean takes(long frame, int bytes, LocalAddresses addresses) {
        if (bytes < tagBytes + EthernetHeader.BYTES + Ipv4Header.BYTES || (Memory.longAt(frame) ^ mac) >>> 16 != 0
                || (vlan != VlanTag.NONE && !VlanTag.isOf(frame, vlan))) {
            return true;
        }
        int type = EthernetHeader.type(frame + tagBytes);
        long ip = frame + tagBytes + EthernetHeader.BYTES;
        if (type == EthernetHeader.TYPE_IPV6) {
            return takesIpv6(ip, frame + bytes, addresses);
        }
        if (type != EthernetHeader.TYPE_IPV4 || !isIpv4(ip)) {
            return true;
        }
        int destination = Ipv4Header.destination(ip);
        int kind = addresses.kind(destination);
        if (destination >>> 28 >= MULTICAST_TOP_NIBBLE) {
            return true;
        }
        return kind != LocalAddresses.NONE && (role == PortRole.PROTECTED
                || (!isTooBig(ip, frame + bytes)
                        && isKernelsOwn(Ipv4Header.protocol(ip), Ipv4Header.isFragment(ip),
                                ip + Ipv4Header.headerBytes(ip), frame + bytes, kind)));
    }

    private boolean takesIpv6(long ip, long end, LocalAddresses addresses) {
        if (end - ip < Ipv6Header.BYTES || Memory.byteAt(ip) >>> 4 != VERSION_6) {
            return true;
        }
        long high = Ipv6Header.destinationHigh(ip);
        if (high >>> 56 == IPV6_MULTICAST || high >>> 54 == IPV6_LINK_LOCAL) {
            return true;
        }
        int kind = addresses.kind(high, Ipv6Header.destinationLow(ip));
        if (kind == LocalAddresses.NONE || role == PortRole.PROTECTED) {
            return kind != LocalAddresses.NONE;
        }
        int chain = Ipv6Header.chain(ip, (int) (end - ip));
        if (chain >= 0 && isTooBigV6(ip, chain, end)) {
            return false;
        }
        return chain < 0
                ? kind == LocalAddresses.PORTS
                : isKernelsOwn(Ipv6Header.protocol(chain), Ipv6Header.isFragment(chain),
                        ip + Ipv6Header.headerBytes(chain), end, kind);
    }

    /** Of ICMP: the engine learns from it what its ways take, and the kernel from the engine. */
    private static boolean isTooBig(long ip, long end) {
        long icmp = ip + Ipv4Header.headerBytes(ip);
        return Ipv4Header.protocol(ip) == Ipv4Header.ICMP && !Ipv4Header.isFragment(ip)
                && icmp + IcmpHeader.BYTES <= end && IcmpHeader.isFragmentationNeeded(icmp);
    }

    private static boolean isTooBigV6(long ip, int chain, long end) {
        long icmp = ip + Ipv6Header.headerBytes(chain);
        return Ipv6Header.protocol(chain) == Ipv6Header.ICMPV6 && !Ipv6Header.isFragment(chain)
                && icmp + IcmpHeader.BYTES <= end && IcmpHeader.type(icmp) == IcmpHeader.PACKET_TOO_BIG_V6;
    }

    private static boolean isIpv4(long ip) {
        int versionAndWords = Memory.byteAt(ip);
        return versionAndWords >= IPV4_AND_5_WORDS && versionAndWords <= IPV4_AND_15_WORDS;
    }

    /** Of what is for this host and came to an unprotected port. */
    private static boolean isKernelsOwn(int protocol, boolean fragment, long udp, long end, int kind) {
        if (protocol == Ipv4Header.ESP || protocol == AH) {
            return false;
        }
        if (protocol == Ipv4Header.UDP && !fragment && udp + UdpHeader.BYTES <= end) {
            int port = UdpHeader.destinationPort(udp);
            if (port == IKE_PORT) {
                return true;
            }
            if (port == UdpHeader.NAT_TRAVERSAL_PORT) {
                return !isEspInUdp(udp, end);
            }
        }
        return kind == LocalAddresses.PORTS;
    }

    private static boolean isEspInUdp(long udp, long end) {
        long payload = udp + UdpHeader.BYTES;
        return UdpHeader.length(udp) > UdpHeader.BYTES + MARKER_BYTES && payload + MARKER_BYTES <= end
                && EspHeader.spi(payload) != 0;
    }
}
