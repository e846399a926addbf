"""UDP in large segments, as QUIC stacks send it: the kernel cuts one write into many datagrams (UDP_SEGMENT), and hands
many to one read (UDP_GRO).

  segments.py send ADDRESS PORT PAYLOAD SECONDS      prints the bytes that were written
  segments.py receive PORT SECONDS                   prints the bytes that arrived in its SECONDS from the first on, and the seconds
"""
import socket
import sys
import time

UDP_SEGMENT, UDP_GRO = 103, 104
LARGEST = 65000


def send(address, port, payload, seconds):
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, payload)
    sender.bind(("10.1.0.2", 0))
    sender.connect((address, port))
    segments = bytes(min(LARGEST // payload, 64) * payload)
    end, written = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        try:
            written += sender.send(segments)
        except OSError:  # no room, or nobody there yet
            time.sleep(0.0001)
    print(written)


def receive(port, seconds):
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUFFORCE if hasattr(socket, "SO_RCVBUFFORCE") else 33, 16 << 20)
    receiver.setsockopt(socket.IPPROTO_UDP, UDP_GRO, 1)
    receiver.bind(("", port))
    receiver.settimeout(10)
    buffer = bytearray(1 << 16)
    receiver.recv_into(buffer)
    receiver.settimeout(0.5)
    begin, last, received = time.monotonic(), 0, 0
    try:
        while last - begin < seconds:
            received += receiver.recv_into(buffer)
            last = time.monotonic()
    except TimeoutError:
        pass
    print(received, max(last - begin, 0.001))


if sys.argv[1] == "send":
    send(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5]))
else:
    receive(int(sys.argv[2]), float(sys.argv[3]))
