package io.gapura.ffi.afxdp;

import io.gapura.ffi.IpAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a frame for the filter's tests, field by field from a sound ESP packet. */
public final class FrameBytes {
    public static final long PORT_MAC = 0x02_00_00_00_00_01L;

    private final ByteBuffer frame = ByteBuffer.allocate(512);
    private long mac = PORT_MAC;
    private int vlan = -1;
    private int etherType = 0x0800;
    private int version = 4;
    private int optionWords;
    private int fragment;
    private int protocol = 50;
    private int destination;
    private int length = 128;
    private int[] payload = new int[0];
    private @Nullable IpAddress destination6;
    /** Next header and bytes of each extension header, in order. */
    private final List<byte[]> extensions = new ArrayList<>();
    private final List<Integer> extensionTypes = new ArrayList<>();

    public static FrameBytes to(int destination) {
        FrameBytes frame = new FrameBytes();
        frame.destination = destination;
        return frame;
    }

    /** In IPv6. */
    public static FrameBytes to6(IpAddress destination) {
        FrameBytes frame = new FrameBytes().etherType(0x86dd).version(6);
        frame.destination6 = destination;
        return frame;
    }

    /** Adds an IPv6 extension header of this type in front of what is protected; its first byte will be the next header's. */
    public FrameBytes extension(int type, byte[] bytes) {
        extensionTypes.add(type);
        extensions.add(bytes.clone());
        return this;
    }

    public FrameBytes mac(long value) {
        mac = value;
        return this;
    }

    public FrameBytes vlan(int value) {
        vlan = value;
        return this;
    }

    public FrameBytes etherType(int value) {
        etherType = value;
        return this;
    }

    public FrameBytes version(int value) {
        version = value;
        return this;
    }

    /** 32-bit words of IPv4 options; minus one makes a header that is too short. */
    public FrameBytes optionWords(int value) {
        optionWords = value;
        return this;
    }

    /** Flags and offset, the 16 bits in the header. */
    public FrameBytes fragment(int value) {
        fragment = value;
        return this;
    }

    public FrameBytes protocol(int value) {
        protocol = value;
        return this;
    }

    /** A UDP header, {@code udpLength} being its length field, and the first four bytes behind it. */
    public FrameBytes udp(int port, int udpLength, int marker) {
        protocol = 17;
        payload = new int[] {4500 << 16 | port, udpLength << 16, marker};
        return this;
    }

    /** An ICMP or ICMPv6 header of this type and code. */
    public FrameBytes icmp(int number, int type, int code) {
        protocol = number;
        payload = new int[] {type << 24 | code << 16, 0, 0};
        return this;
    }

    /** Cuts the frame short. */
    public FrameBytes length(int bytes) {
        length = bytes;
        return this;
    }

    public byte[] bytes() {
        frame.putShort((short) (mac >>> 32)).putInt((int) mac).put(new byte[6]);
        if (vlan >= 0) {
            frame.putShort((short) 0x8100).putShort((short) vlan);
        }
        frame.putShort((short) etherType);
        if (destination6 == null) {
            putIpv4();
        } else {
            putIpv6(destination6);
        }
        for (int word : payload) {
            frame.putInt(word);
        }
        byte[] bytes = new byte[length];
        frame.get(0, bytes);
        return bytes;
    }

    private void putIpv6(IpAddress to) {
        frame.putInt(version << 28).putShort((short) 100).put((byte) nextHeader(0)).put((byte) 64);
        frame.put(IpAddress.of("2001:db8:a::a").toBytes()).put(to.toMappedBytes());
        for (int index = 0; index < extensions.size(); index++) {
            byte[] extension = extensions.get(index);
            extension[0] = (byte) nextHeader(index + 1);
            frame.put(extension);
        }
    }

    private int nextHeader(int index) {
        return index < extensionTypes.size() ? extensionTypes.get(index) : protocol;
    }

    private void putIpv4() {
        frame.put((byte) (version << 4 | 5 + optionWords)).put((byte) 0).putShort((short) 100).putShort((short) 0);
        frame.putShort((short) fragment).put((byte) 64).put((byte) protocol).putShort((short) 0);
        frame.putInt(0x0a00000a).putInt(destination);
        frame.position(frame.position() + Math.max(0, optionWords) * 4);
    }
}
