package io.gapura.gateway.demo;

import io.gapura.ike.Transport;
import java.util.ArrayDeque;
import java.util.Deque;

/** The path that IKE takes between the two gateways. */
final class MemoryLink {
    private final Deque<Transport.Datagram> toLeft = new ArrayDeque<>();
    private final Deque<Transport.Datagram> toRight = new ArrayDeque<>();

    Transport left() {
        return new End(toLeft, toRight);
    }

    Transport right() {
        return new End(toRight, toLeft);
    }

    private record End(Deque<Transport.Datagram> inbox, Deque<Transport.Datagram> far) implements Transport {
        @Override
        public void send(Datagram sent) {
            far.add(new Datagram(/* local= */ sent.remote(), /* remote= */ sent.local(), sent.natPort(),
                    sent.content()));
        }

        @Override
        public int receive(Receiver receiver, int limit) {
            int received = 0;
            while (received < limit && !inbox.isEmpty()) {
                receiver.onDatagram(inbox.remove());
                received++;
            }
            return received;
        }
    }
}
