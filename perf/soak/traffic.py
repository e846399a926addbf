#!/usr/bin/env python3
"""traffic.py HERE THERE RATE SECONDS: sends RATE datagrams a second from each of our addresses in turn to its counterpart, of
random lengths, one in eight longer than a packet, and counts those of the other side. Prints both, by way, as JSON."""
import json
import random
import selectors
import socket
import sys
import time

here, there, rate, seconds = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
PORT = 5000
PAUSE = 0.005
WAIT = 2  # for what is still on its way, and for the other side to be there
WAYS = {f"10.{here}.{n}.2": (f"10.{there}.{n}.2", f"{here} to {there}, {name}", f"{there} to {here}, {name}")
        for n, name in ((1, "gcm"), (2, "cbc"), (3, "ah"))}
WAYS[f"2001:db8:{here}::2"] = (f"2001:db8:{there}::2", f"{here} to {there}, chacha over IPv6", f"{there} to {here}, chacha over IPv6")
rng = random.Random(here)
content = random.Random(0).randbytes(4096)  # the same on both sides
sent, received = {}, {}
ways = []
selector = selectors.DefaultSelector()
for address, (to, out, back) in WAYS.items():
    udp = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
    udp.setsockopt(socket.SOL_SOCKET, 33, 8 << 20)  # SO_RCVBUFFORCE: what it is slow to read counts as lost
    if ":" not in address:
        udp.setsockopt(socket.IPPROTO_IP, 10, 0)  # IP_MTU_DISCOVER: may be cut on the way
    udp.bind((address, PORT))
    udp.setblocking(False)
    sent[out] = received[back] = 0
    ways.append((udp, (to, PORT), out))
    selector.register(udp, selectors.EVENT_READ, back)


def read(timeout):
    until = time.monotonic() + timeout
    while (left := until - time.monotonic()) > 0:
        for key, _ in selector.select(left):
            try:
                while True:
                    data = key.fileobj.recv(8192)
                    if data == content[:len(data)]:
                        received[key.data] += 1
            except BlockingIOError:
                pass


read(WAIT)
began, count = time.monotonic(), 0
while (elapsed := time.monotonic() - began) < seconds - 2 * WAIT:
    while count < elapsed * rate:
        udp, to, way = ways[count % len(ways)]
        length = rng.randrange(1, 1300) if rng.randrange(8) else rng.randrange(1300, 3000)
        count += 1
        try:
            udp.sendto(content[:length], to)
            sent[way] += 1
        except OSError:  # IPv6 learns of a smaller MTU: the next one is cut to fit
            pass
    read(PAUSE)
read(2 * WAIT)
print(json.dumps({"sent": sent, "received": received}))
