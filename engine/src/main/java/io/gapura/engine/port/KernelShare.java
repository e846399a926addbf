package io.gapura.engine.port;

import io.gapura.engine.wire.EspHeader;
import io.gapura.engine.wire.EthernetHeader;
import io.gapura.engine.wire.Ipv4Header;
import io.gapura.engine.wire.UdpHeader;
import io.gapura.ffi.Memory;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Which received frames are the kernel's, where there is no XDP program to decide it before: the same rules.
 *
 * <p>On every port the kernel takes: frames to other Ethernet addresses than the port's, what is not plain IPv4,
 * headers cut short, and IPv4 multicast. Of the rest:
 *
 * <pre>
 *   destination                  protected port    unprotected port
 *   ───────────────────────────  ────────────────  ─────────────────────────────────────────────────
 *   one of the port's addresses  kernel            ESP, AH, ESP in UDP: engine; the rest: kernel
 *   another of this host's       kernel            IKE: kernel; the rest: engine, for its policy
 *   not this host's              engine            engine, for its policy
 * </pre>
 *
 * ESP in UDP starts with an SPI, IKE on the same port with four zero bytes, RFC 3948 §2. A fragment of UDP is not
 * looked into. Asked by workers' threads, told by the control thread.
 */
final class KernelShare {
    private static final int IPV4_AND_5_WORDS = 0x45;
    private static final int IPV4_AND_15_WORDS = 0x4f;
    private static final int MULTICAST_TOP_NIBBLE = 0xe;
    private static final int AH = 51;
    private static final int IKE_PORT = 500;
    private static final int MARKER_BYTES = 4;

    private final PortRole role;
    /** The upper 48 of 64 bits, as a frame starts with it. */
    private final long mac;
    private final AtomicReference<LocalAddresses> local = new AtomicReference<>(LocalAddresses.EMPTY);

    /** @param mac the port's Ethernet address in the low 48 bits */
    KernelShare(PortRole role, long mac) {
        this.role = role;
        this.mac = mac << 16;
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
        long ip = frame + EthernetHeader.BYTES;
        if (bytes < EthernetHeader.BYTES + Ipv4Header.BYTES || !isIpv4ToThisPort(frame, ip)) {
            return true;
        }
        int destination = Ipv4Header.destination(ip);
        int kind = addresses.kind(destination);
        if (destination >>> 28 >= MULTICAST_TOP_NIBBLE) {
            return true;
        }
        return kind != LocalAddresses.NONE && (role == PortRole.PROTECTED || isKernelsOwn(ip, frame + bytes, kind));
    }

    private boolean isIpv4ToThisPort(long frame, long ip) {
        int versionAndWords = Memory.byteAt(ip);
        return (Memory.longAt(frame) ^ mac) >>> 16 == 0 && EthernetHeader.type(frame) == EthernetHeader.TYPE_IPV4
                && versionAndWords >= IPV4_AND_5_WORDS && versionAndWords <= IPV4_AND_15_WORDS;
    }

    /** Of what is for this host and came to an unprotected port. */
    private static boolean isKernelsOwn(long ip, long end, int kind) {
        int protocol = Ipv4Header.protocol(ip);
        if (protocol == Ipv4Header.ESP || protocol == AH) {
            return false;
        }
        long udp = ip + Ipv4Header.headerBytes(ip);
        if (protocol == Ipv4Header.UDP && !Ipv4Header.isFragment(ip) && udp + UdpHeader.BYTES <= end) {
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
