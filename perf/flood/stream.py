#!/usr/bin/env python3
"""UDP datagrams through many tunnels.

stream.py send TUNNELS RATE SECONDS    RATE a second to 10.2.1.1, 10.2.2.1 and so on in turn; prints how many were sent
stream.py receive                      prints, when interrupted, how many different ones came
"""
import signal
import socket
import struct
import sys
import time

PORT = 5000
PAYLOAD = bytes(200)
PAUSE = 0.004


def send(tunnels, rate, seconds):
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    to = [(f"10.2.{number}.1", PORT) for number in range(1, tunnels + 1)]
    began, sent = time.monotonic(), 0
    while (elapsed := time.monotonic() - began) < seconds:
        while sent < elapsed * rate:
            udp.sendto(struct.pack(">Q", sent) + PAYLOAD, to[sent % tunnels])
            sent += 1
        time.sleep(PAUSE)
    print(sent)


def receive():
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.setsockopt(socket.SOL_SOCKET, 33, 32 << 20)  # SO_RCVBUFFORCE: what it is slow to read counts as lost
    udp.bind(("", PORT))
    seen = bytearray(1 << 24)
    signal.signal(signal.SIGINT, lambda *_: (print(sum(seen)), sys.exit()))
    while True:
        number, = struct.unpack_from(">Q", udp.recv(2048))
        seen[number] = 1


if sys.argv[1] == "send":
    send(int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
else:
    receive()
