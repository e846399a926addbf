package io.gapura.ffi.afxdp;

import static io.gapura.ffi.bpf.BpfAssembler.Condition.ANY_BIT_OF;
import static io.gapura.ffi.bpf.BpfAssembler.Condition.AT_LEAST;
import static io.gapura.ffi.bpf.BpfAssembler.Condition.AT_MOST;
import static io.gapura.ffi.bpf.BpfAssembler.Condition.EQUAL;
import static io.gapura.ffi.bpf.BpfAssembler.Condition.GREATER;
import static io.gapura.ffi.bpf.BpfAssembler.Condition.LESS;
import static io.gapura.ffi.bpf.BpfAssembler.Condition.NOT_EQUAL;
import static io.gapura.ffi.bpf.BpfAssembler.Register.R0;
import static io.gapura.ffi.bpf.BpfAssembler.Register.R1;
import static io.gapura.ffi.bpf.BpfAssembler.Register.R10;
import static io.gapura.ffi.bpf.BpfAssembler.Register.R2;
import static io.gapura.ffi.bpf.BpfAssembler.Register.R3;
import static io.gapura.ffi.bpf.BpfAssembler.Register.R4;
import static io.gapura.ffi.bpf.BpfAssembler.Register.R5;
import static io.gapura.ffi.bpf.BpfAssembler.Register.R6;
import static io.gapura.ffi.bpf.BpfAssembler.Register.R7;
import static io.gapura.ffi.bpf.BpfAssembler.Register.R8;
import static io.gapura.ffi.bpf.BpfAssembler.Register.R9;
import static io.gapura.ffi.bpf.BpfAssembler.Width.BYTE;
import static io.gapura.ffi.bpf.BpfAssembler.Width.INT;
import static io.gapura.ffi.bpf.BpfAssembler.Width.LONG;
import static io.gapura.ffi.bpf.BpfAssembler.Width.SHORT;

import io.gapura.ffi.bpf.BpfAssembler;
import io.gapura.ffi.bpf.BpfAssembler.Register;
import io.gapura.ffi.bpf.BpfHelper;
import io.gapura.ffi.bpf.BpfMap;
import io.gapura.ffi.bpf.XdpAction;

/**
 * Writes the program that decides, for each received frame, whether the engine or the kernel takes it.
 *
 * <p>On every port the kernel takes: frames to other Ethernet addresses than the port's, broadcast and
 * multicast among them; what is not plain IP (ARP, VLAN-tagged frames); headers cut short; multicast; and IPv6 to
 * addresses that count on one link only, such as neighbours ask from. A port of a VLAN is one of frames with that tag alone
 * (IEEE 802.1Q, whatever their priority); what has none, another or a second one is the kernel's. Of the rest:
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
 * ESP and AH are taken whole, with all their fragments. ESP in UDP is UDP to port 4500 with a payload longer
 * than four bytes that starts with a non-zero SPI; IKE on that port starts with zeros, and a NAT keep-alive is
 * one byte, RFC 3948 §2. A fragment of UDP, be it the first, is not looked into: IKE may be fragmented. Of IPv6's
 * extension headers six are looked through: behind more, or behind one that is cut short, is none of these.
 */
final class PortFilter {
    /** Values of the map of local addresses. */
    static final int PORTS_ADDRESS = 1;
    static final int HOSTS_ADDRESS = 2;

    private static final int ETHERTYPE_IPV4 = 0x0800;
    private static final int ETHERTYPE_IPV6 = 0x86dd;
    private static final int ETHERTYPE_VLAN = 0x8100;
    private static final int VLAN_ID = 0xfff;
    private static final int TAG_BYTES = 4;
    private static final int ETHERNET_BYTES = 14;
    private static final int TYPE = 12;
    private static final int IPV4_BYTES = 20;
    private static final int IPV4_LENGTH_AND_VERSION = 0;
    private static final int IPV4_FRAGMENT = 6;
    private static final int MORE_FRAGMENTS_OR_OFFSET = 0x3fff;
    private static final int IPV4_PROTOCOL = 9;
    private static final int IPV4_DESTINATION = 16;
    private static final int MULTICAST_TOP_NIBBLE = 0xe;
    private static final int IPV6_BYTES = 40;
    private static final int IPV6_NEXT_HEADER = 6;
    private static final int IPV6_DESTINATION = 24;
    private static final int IPV6_MULTICAST = 0xff;
    private static final int IPV6_LINK_LOCAL = 0xfe80 >>> 6;
    private static final int MOST_EXTENSIONS = 6;
    private static final int EXTENSION_BYTES = 8;
    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int DESTINATION_OPTIONS = 60;
    /** Offset, and whether more follow; two bits between are reserved. */
    private static final int MORE_OR_OFFSET_V6 = 0xfff9;
    private static final int OFFSET_V6 = 0xfff8;
    /** An IPv4 address as a key, behind eight zero bytes, in network order. */
    private static final int IPV4_MAPPED = 0xffff;
    /** On the stack: the key. */
    private static final int KEY = -16;
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;
    private static final int ICMP_BYTES = 8;
    /** Type 3, code 4. */
    private static final int FRAGMENTATION_NEEDED = 0x0304;
    private static final int PACKET_TOO_BIG = 2;
    private static final int UDP = 17;
    private static final int ESP = 50;
    private static final int AH = 51;
    private static final int UDP_BYTES = 8;
    private static final int UDP_DESTINATION_PORT = 2;
    private static final int UDP_LENGTH = 4;
    private static final int IKE_PORT = 500;
    private static final int NAT_TRAVERSAL_PORT = 4500;
    private static final int MARKER_BYTES = 4;

    /** {@code struct xdp_md { u32 data, data_end, data_meta, ingress_ifindex, rx_queue_index; }}. */
    private static final int CONTEXT_DATA = 0;
    private static final int CONTEXT_DATA_END = 4;
    private static final int CONTEXT_QUEUE = 16;

    /** Registers that survive the map lookup. */
    private static final Register FRAME = R6;
    private static final Register END = R7;
    private static final Register HEADER = R8;
    private static final Register CONTEXT = R9;

    private static final String KERNEL = "kernel";
    private static final String ENGINE = "engine";
    private static final String OTHER = "other";
    private static final String IPV6 = "ipv6";
    private static final String UDP_HEADER = "udp";
    private static final String ICMP_HEADER = "icmp";
    private static final String ICMPV6_HEADER = "icmpv6";

    private final BpfAssembler code = new BpfAssembler();
    private final int vlan;
    /** What is in front of the type of what the frame carries, beyond the addresses. */
    private final int tagBytes;
    private final BpfMap localAddresses;
    private final BpfMap sockets;

    private PortFilter(int vlan, BpfMap localAddresses, BpfMap sockets) {
        this.vlan = vlan;
        this.tagBytes = vlan == XdpProgram.UNTAGGED ? 0 : TAG_BYTES;
        this.localAddresses = localAddresses;
        this.sockets = sockets;
    }

    /**
     * @param mac  the port's Ethernet address in the low 48 bits
     * @param vlan or {@link XdpProgram#UNTAGGED}
     */
    static long[] forProtectedPort(long mac, int vlan, BpfMap localAddresses, BpfMap sockets) {
        PortFilter filter = new PortFilter(vlan, localAddresses, sockets);
        filter.leaveToKernelUnlessTo(mac);
        filter.leaveToKernelUnlessIpv4();
        filter.lookUpIpv4();
        filter.code.jumpIf(R0, NOT_EQUAL, 0, KERNEL).jump(ENGINE).label(IPV6);
        filter.leaveToKernelUnlessIpv6();
        filter.lookUpIpv6();
        filter.code.jumpIf(R0, NOT_EQUAL, 0, KERNEL).jump(ENGINE);
        return filter.finish();
    }

    /** As {@link #forProtectedPort}. */
    static long[] forUnprotectedPort(long mac, int vlan, BpfMap localAddresses, BpfMap sockets) {
        PortFilter filter = new PortFilter(vlan, localAddresses, sockets);
        filter.leaveToKernelUnlessTo(mac);
        filter.leaveToKernelUnlessIpv4();
        filter.lookUpIpv4();
        filter.code.jumpIf(R0, EQUAL, 0, ENGINE).load(INT, R5, R0, 0); // R5 = whose address it is
        filter.code.load(BYTE, R3, HEADER, IPV4_PROTOCOL).jumpIf(R3, EQUAL, ICMP, ICMP_HEADER);
        filter.takeEspAndAh();
        filter.moveBehindIpv4Header();
        filter.code.jump(UDP_HEADER).label(IPV6);
        filter.leaveToKernelUnlessIpv6();
        filter.lookUpIpv6();
        filter.code.jumpIf(R0, EQUAL, 0, ENGINE).load(INT, R5, R0, 0);
        filter.moveBehindExtensionHeaders();
        filter.code.jumpIf(R3, EQUAL, ICMPV6, ICMPV6_HEADER);
        filter.takeEspAndAh();
        filter.code.jumpIf(R4, NOT_EQUAL, 0, OTHER).label(UDP_HEADER);
        filter.judgeUdp();
        filter.judgeIcmp();
        filter.code.label(OTHER).jumpIf(R5, EQUAL, PORTS_ADDRESS, KERNEL).jump(ENGINE);
        return filter.finish();
    }

    private void leaveToKernelUnlessTo(long mac) {
        code.move(CONTEXT, R1).load(INT, FRAME, CONTEXT, CONTEXT_DATA).load(INT, END, CONTEXT, CONTEXT_DATA_END);
        code.move(HEADER, FRAME).add(HEADER, ETHERNET_BYTES + tagBytes);
        require(HEADER, IPV4_BYTES, KERNEL);
        code.loadBigEndian(LONG, R2, FRAME, 0).shiftRight(R2, 16).moveLong(R3, mac).jumpIf(R2, NOT_EQUAL, R3, KERNEL);
        if (vlan != XdpProgram.UNTAGGED) {
            code.loadBigEndian(SHORT, R2, FRAME, TYPE).jumpIf(R2, NOT_EQUAL, ETHERTYPE_VLAN, KERNEL);
            code.loadBigEndian(SHORT, R2, FRAME, TYPE + 2).and(R2, VLAN_ID).jumpIf(R2, NOT_EQUAL, vlan, KERNEL);
        }
    }

    /** What may be IPv6 goes on there. */
    private void leaveToKernelUnlessIpv4() {
        code.loadBigEndian(SHORT, R2, FRAME, TYPE + tagBytes).jumpIf(R2, EQUAL, ETHERTYPE_IPV6, IPV6).jumpIf(R2,
                NOT_EQUAL,
                ETHERTYPE_IPV4, KERNEL);
        code.load(BYTE, R2, HEADER, IPV4_LENGTH_AND_VERSION).jumpIf(R2, LESS, 0x45, KERNEL).jumpIf(R2, GREATER, 0x4f,
                KERNEL);
        code.load(BYTE, R2, HEADER, IPV4_DESTINATION).shiftRight(R2, 4).jumpIf(R2, AT_LEAST, MULTICAST_TOP_NIBBLE,
                KERNEL);
    }

    private void leaveToKernelUnlessIpv6() {
        require(HEADER, IPV6_BYTES, KERNEL);
        code.load(BYTE, R2, HEADER, 0).shiftRight(R2, 4).jumpIf(R2, NOT_EQUAL, 6, KERNEL);
        code.load(BYTE, R2, HEADER, IPV6_DESTINATION).jumpIf(R2, EQUAL, IPV6_MULTICAST, KERNEL);
        code.loadBigEndian(SHORT, R2, HEADER, IPV6_DESTINATION).shiftRight(R2, 6).jumpIf(R2, EQUAL, IPV6_LINK_LOCAL,
                KERNEL);
    }

    /** Leaves for {@code label} unless {@code bytes} bytes from {@code start} on lie within the frame. */
    private void require(Register start, int bytes, String label) {
        code.move(R2, start).add(R2, bytes).jumpIf(R2, GREATER, END, label);
    }

    /** R0 = pointer to the kind of local address, or null. */
    private void lookUpIpv4() {
        code.move(R2, 0).store(LONG, R10, KEY, R2).move(R2, IPV4_MAPPED).storeBigEndian(INT, R10, KEY + 8, R2);
        code.load(INT, R2, HEADER, IPV4_DESTINATION).store(INT, R10, KEY + 12, R2);
        lookUp();
    }

    /** Likewise. */
    private void lookUpIpv6() {
        code.load(LONG, R2, HEADER, IPV6_DESTINATION).store(LONG, R10, KEY, R2);
        code.load(LONG, R2, HEADER, IPV6_DESTINATION + 8).store(LONG, R10, KEY + 8, R2);
        lookUp();
    }

    private void lookUp() {
        code.move(R2, R10).add(R2, KEY).moveMap(R1, localAddresses).call(BpfHelper.MAP_LOOKUP_ELEM);
    }

    /** R3 is the protocol; goes on if it is UDP. */
    private void takeEspAndAh() {
        code.jumpIf(R3, EQUAL, ESP, ENGINE).jumpIf(R3, EQUAL, AH, ENGINE).jumpIf(R3, NOT_EQUAL, UDP, OTHER);
    }

    private void moveBehindIpv4Header() {
        code.loadBigEndian(SHORT, R3, HEADER, IPV4_FRAGMENT).jumpIf(R3, ANY_BIT_OF, MORE_FRAGMENTS_OR_OFFSET, OTHER);
        code.load(BYTE, R2, HEADER, IPV4_LENGTH_AND_VERSION).and(R2, 0xf).shiftLeft(R2, 2).add(HEADER, R2);
    }

    /** HEADER = what follows, R3 = its protocol, R4 = what says that it is a fragment, or 0. */
    private void moveBehindExtensionHeaders() {
        code.load(BYTE, R3, HEADER, IPV6_NEXT_HEADER).add(HEADER, IPV6_BYTES).move(R4, 0);
        for (int count = 0; count < MOST_EXTENSIONS; count++) {
            String options = "options" + count;
            String fragment = "fragment" + count;
            String next = "next" + count;
            if (count == 0) {
                code.jumpIf(R3, EQUAL, HOP_BY_HOP, options);
            }
            code.jumpIf(R3, EQUAL, DESTINATION_OPTIONS, options).jumpIf(R3, EQUAL, ROUTING, options);
            code.jumpIf(R3, EQUAL, FRAGMENT, fragment).jump("chained");
            code.label(options);
            require(HEADER, EXTENSION_BYTES, OTHER);
            code.load(BYTE, R3, HEADER, 0).load(BYTE, R2, HEADER, 1).add(R2, 1).shiftLeft(R2, 3).add(HEADER, R2);
            require(HEADER, 0, OTHER);
            code.jump(next);
            code.label(fragment);
            require(HEADER, EXTENSION_BYTES, OTHER);
            code.load(BYTE, R3, HEADER, 0).loadBigEndian(SHORT, R2, HEADER, 2).add(HEADER, EXTENSION_BYTES);
            code.move(R0, R2).and(R2, MORE_OR_OFFSET_V6).add(R4, R2).and(R0, OFFSET_V6).jumpIf(R0, NOT_EQUAL, 0,
                    "chained");
            code.label(next);
        }
        code.label("chained");
    }

    private void judgeUdp() {
        require(HEADER, UDP_BYTES, OTHER);
        code.loadBigEndian(SHORT, R3, HEADER, UDP_DESTINATION_PORT).jumpIf(R3, EQUAL, IKE_PORT, KERNEL).jumpIf(R3,
                NOT_EQUAL, NAT_TRAVERSAL_PORT, OTHER);
        code.loadBigEndian(SHORT, R3, HEADER, UDP_LENGTH).jumpIf(R3, AT_MOST, UDP_BYTES + MARKER_BYTES, KERNEL);
        require(HEADER, UDP_BYTES + MARKER_BYTES, KERNEL);
        code.load(INT, R3, HEADER, UDP_BYTES).jumpIf(R3, NOT_EQUAL, 0, ENGINE).jump(KERNEL);
    }

    /** The engine learns from "fragmentation needed" and "packet too big" what its ways take, and the kernel from the engine. */
    private void judgeIcmp() {
        code.label(ICMP_HEADER);
        moveBehindIpv4Header();
        require(HEADER, ICMP_BYTES, OTHER);
        code.loadBigEndian(SHORT, R3, HEADER, 0).jumpIf(R3, EQUAL, FRAGMENTATION_NEEDED, ENGINE).jump(OTHER);
        code.label(ICMPV6_HEADER).jumpIf(R4, NOT_EQUAL, 0, OTHER);
        require(HEADER, ICMP_BYTES, OTHER);
        code.load(BYTE, R3, HEADER, 0).jumpIf(R3, EQUAL, PACKET_TOO_BIG, ENGINE);
    }

    /** A queue without a socket drops what is the engine's: the kernel might forward it in clear text. */
    private long[] finish() {
        code.label(ENGINE).load(INT, R2, CONTEXT, CONTEXT_QUEUE).moveMap(R1, sockets);
        code.move(R3, XdpAction.DROP.ordinal()).call(BpfHelper.REDIRECT_MAP).exit();
        code.label(KERNEL).move(R0, XdpAction.PASS.ordinal()).exit();
        return code.assemble();
    }
}
