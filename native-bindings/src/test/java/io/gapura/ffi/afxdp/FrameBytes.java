package io.gapura.ffi.afxdp;

import java.nio.ByteBuffer;

/** Writes a frame for the filter's tests, field by field from a sound ESP packet. */
public final class FrameBytes {
    public static final long PORT_MAC = 0x02_00_00_00_00_01L;

    private final ByteBuffer frame = ByteBuffer.allocate(128);
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

    public static FrameBytes to(int destination) {
        FrameBytes frame = new FrameBytes();
        frame.destination = destination;
        return frame;
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
        frame.put((byte) (version << 4 | 5 + optionWords)).put((byte) 0).putShort((short) 100).putShort((short) 0);
        frame.putShort((short) fragment).put((byte) 64).put((byte) protocol).putShort((short) 0);
        frame.putInt(0x0a00000a).putInt(destination);
        frame.position(frame.position() + Math.max(0, optionWords) * 4);
        for (int word : payload) {
            frame.putInt(word);
        }
        byte[] bytes = new byte[length];
        frame.get(0, bytes);
        return bytes;
    }
}
