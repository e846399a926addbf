package io.gapura.ffi.netlink;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.gapura.ffi.libc.Errno;
import io.gapura.ffi.libc.ErrnoException;
import io.gapura.ffi.libc.Mapping;
import io.gapura.ffi.libc.NativeSocket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A socket to rtnetlink, subscribed to groups of notifications or to none. One thread. */
final class NetlinkSocket implements AutoCloseable {
    /** The kernel's largest datagram in a dump is 32 KiB. */
    private static final int BUFFER_BYTES = 64 << 10;
    /** Room for some ten thousand notifications before the kernel reports an overrun. */
    private static final int QUEUE_BYTES = 4 << 20;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SOCKADDR_BYTES = 12;
    private static final long ANSWER_PATIENCE_NS = TimeUnit.SECONDS.toNanos(5);
    private static final int MOST_INTERRUPTED_DUMPS = 10;

    private final NativeSocket socket = NativeSocket.open(Netlink.AF_NETLINK, NativeSocket.SOCK_RAW,
            Netlink.NETLINK_ROUTE);
    private final Mapping buffer = Mapping.anonymous(BUFFER_BYTES);
    private int sequence;

    /** @param groups a sum of RTMGRP_… */
    NetlinkSocket(int groups) {
        try (Arena arena = Arena.ofConfined()) {
            // struct sockaddr_nl { u16 family, pad; u32 pid, groups; }
            MemorySegment address = arena.allocate(SOCKADDR_BYTES, 4);
            address.set(JAVA_SHORT, 0, (short) Netlink.AF_NETLINK);
            address.set(JAVA_INT, 8, groups);
            socket.bind("bind(AF_NETLINK, groups " + groups + ")", address);
        }
        enlargeQueue();
    }

    /** Needs CAP_NET_ADMIN; without it there are just more overruns. */
    private void enlargeQueue() {
        try {
            socket.setOption("setsockopt(SO_RCVBUFFORCE)", NativeSocket.SOL_SOCKET, SO_RCVBUFFORCE, QUEUE_BYTES);
        } catch (ErrnoException refused) {
            if (refused.errno() != Errno.EPERM) {
                throw refused;
            }
        }
    }

    /**
     * The next datagram, only until the next call; or null if none waits.
     *
     * @throws ErrnoException ENOBUFS: notifications were lost
     */
    @Nullable
    ByteBuffer receive() {
        long received = socket.receive(buffer.address(), BUFFER_BYTES, NativeSocket.MSG_DONTWAIT);
        if (received == -Errno.EAGAIN) {
            return null;
        }
        if (received < 0) {
            throw new ErrnoException("recvfrom(AF_NETLINK)", (int) -received);
        }
        return buffer.segment().asByteBuffer().order(ByteOrder.nativeOrder()).limit((int) received);
    }

    /**
     * Asks for all objects of a kind, and again if they changed meanwhile so that the answer is torn.
     *
     * @param before runs before each attempt
     */
    void dump(int type, int family, Runnable before, Consumer<NetlinkMessage> each) {
        for (int attempt = 0; attempt < MOST_INTERRUPTED_DUMPS; attempt++) {
            before.run();
            send(type, Netlink.NLM_F_REQUEST | Netlink.NLM_F_DUMP, new byte[] {(byte) family, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                0, 0, 0, 0, 0, 0});
            if (collect(type, each)) {
                return;
            }
        }
        throw new IllegalStateException("netlink dump " + type + " was interrupted by changes each time");
    }

    /** Sends a request, numbered by {@link #sequence}. */
    void send(int type, int flags, byte[] body) {
        ByteBuffer request = ByteBuffer.allocateDirect(NetlinkMessage.HEADER_BYTES + body.length)
                .order(ByteOrder.nativeOrder());
        request.putInt(request.capacity()).putShort((short) type).putShort((short) flags).putInt(++sequence).putInt(0);
        request.put(body);
        MemorySegment bytes = MemorySegment.ofBuffer(request.flip());
        long sent = socket.send(bytes.address(), bytes.byteSize(), 0);
        if (sent < 0) {
            throw new ErrnoException("sendto(AF_NETLINK, type " + type + ")", (int) -sent);
        }
    }

    /** Sends a request and waits for the kernel to have done it; a refusal is reported under {@code call}. */
    void demand(String call, int type, int flags, byte[] body) {
        send(type, flags | Netlink.NLM_F_REQUEST | Netlink.NLM_F_ACK, body);
        int[] errno = {-1};
        long deadlineNs = System.nanoTime() + ANSWER_PATIENCE_NS;
        while (errno[0] < 0) {
            if (!socket.awaitReadable(ANSWER_PATIENCE_NS) && System.nanoTime() - deadlineNs > 0) {
                throw new IllegalStateException("the kernel does not answer " + call);
            }
            ByteBuffer datagram = receive();
            if (datagram != null) {
                NetlinkMessage.forEach(datagram, message -> {
                    if (message.sequence() == sequence && message.type() == Netlink.NLMSG_ERROR) {
                        errno[0] = -message.body().getInt(0);
                    }
                });
            }
        }
        if (errno[0] > 0) {
            throw new ErrnoException(call, errno[0]);
        }
    }

    /** Forgets what has come, and that something was lost. */
    void discard() {
        long received;
        do {
            received = socket.receive(buffer.address(), BUFFER_BYTES, NativeSocket.MSG_DONTWAIT);
        } while (received >= 0 || received == -Errno.ENOBUFS);
    }

    /** Reads an answer to its end; false if it was interrupted. */
    private boolean collect(int type, Consumer<NetlinkMessage> each) {
        Answer answer = new Answer(sequence, each);
        long deadlineNs = System.nanoTime() + ANSWER_PATIENCE_NS;
        while (!answer.complete) {
            if (!socket.awaitReadable(ANSWER_PATIENCE_NS) && System.nanoTime() - deadlineNs > 0) {
                throw new IllegalStateException("the kernel does not answer netlink request " + type);
            }
            ByteBuffer datagram = receive();
            if (datagram != null) {
                NetlinkMessage.forEach(datagram, answer::onMessage);
            }
        }
        return !answer.interrupted;
    }

    private static final class Answer {
        private final int sequence;
        private final Consumer<NetlinkMessage> each;
        private boolean complete;
        private boolean interrupted;

        Answer(int sequence, Consumer<NetlinkMessage> each) {
            this.sequence = sequence;
            this.each = each;
        }

        void onMessage(NetlinkMessage message) {
            if (message.sequence() != sequence) {
                return;
            }
            interrupted |= (message.flags() & Netlink.NLM_F_DUMP_INTR) != 0;
            switch (message.type()) {
                case Netlink.NLMSG_DONE -> complete = true;
                case Netlink.NLMSG_ERROR -> throw new ErrnoException("netlink dump", errno(message.body()));
                default -> each.accept(message);
            }
        }

        /** {@code struct nlmsgerr} starts with the negative errno. */
        private static int errno(ByteBuffer body) {
            return body.limit() < Integer.BYTES ? Errno.EINVAL : -body.getInt(0);
        }
    }

    @Override
    public void close() {
        socket.close();
        buffer.close();
    }
}
