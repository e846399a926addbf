#!/usr/bin/env python3
"""Datagrams that no honest peer sends.

datagrams.py half-open ADDRESS           one well-formed IKE_SA_INIT request, after which nothing follows
datagrams.py garbage ADDRESS COUNT SEED [SPI]
                                         COUNT datagrams, a third each to UDP 500, UDP 4500 and as ESP: random bytes,
                                         and IKE_SA_INIT requests and ESP packets that were cut short or changed;
                                         with SPI (hexadecimal) half the ESP packets name it.
                                         The same SEED sends the same datagrams.
datagrams.py flood ADDRESS RATE SECONDS  RATE well-formed IKE_SA_INIT requests a second, each from another address of
                                         198.18.0.0/15; prints how many
"""
import os
import random
import socket
import struct
import sys
import time

IKE_SA_INIT, INITIATOR = 34, 0x08
LAST, MORE = 0, 3
ESP = 50


def ike_sa_init(rng):
    """RFC 7296 §1.2: HDR, SAi1, KEi, Ni; AES-GCM-16-256, PRF_HMAC_SHA2_256, curve 25519."""
    transforms = [
        struct.pack(">BxHBxHHH", MORE, 12, 1, 20, 0x800E, 256),
        struct.pack(">BxHBxH", MORE, 8, 2, 5),
        struct.pack(">BxHBxH", LAST, 8, 4, 31),
    ]
    body = b"".join(transforms)
    proposal = struct.pack(">BxHBBBB", LAST, 8 + len(body), 1, 1, 0, len(transforms)) + body
    payloads = payload(34, proposal) + payload(40, struct.pack(">HH", 31, 0) + rng.randbytes(32))
    payloads += payload(0, rng.randbytes(32))
    return rng.randbytes(8) + bytes(8) + struct.pack(
        ">BBBBII", 33, 0x20, IKE_SA_INIT, INITIATOR, 0, 28 + len(payloads)) + payloads


def payload(following, body):
    return struct.pack(">BxH", following, 4 + len(body)) + body


def mangled(rng, datagram):
    """Cut short, made longer, a few bytes changed, or a length field of any value."""
    data = bytearray(datagram)
    kind = rng.randrange(4)
    if kind == 0:
        return bytes(data[:rng.randrange(len(data))])
    if kind == 1:
        return bytes(data) + rng.randbytes(rng.randrange(1, 200))
    if kind == 2:
        for _ in range(rng.randrange(1, 9)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        return bytes(data)
    at = rng.randrange(16, len(data) - 1)
    data[at:at + 2] = struct.pack(">H", rng.choice((0, 1, 3, 4, 0x7FFF, 0xFFFF)))
    return bytes(data)


def ike(rng):
    return rng.randbytes(rng.randrange(0, 600)) if rng.random() < 0.3 else mangled(rng, ike_sa_init(rng))


def esp(rng, spi):
    """RFC 4303 §2: an SPI of any value, or one that exists, a sequence number, and what may be a payload."""
    head = spi if rng.random() < 0.5 else rng.randbytes(4)
    if rng.random() < 0.2:
        return (head + rng.randbytes(8))[:rng.randrange(12)]
    return head + struct.pack(">I", rng.randrange(1 << rng.randrange(1, 33))) + rng.randbytes(rng.randrange(1400))


def on_4500(rng, spi):
    """RFC 3948 §2: IKE after four zero bytes, ESP otherwise, or a keepalive."""
    kind = rng.randrange(3)
    return b"\xff" * rng.randrange(0, 3) if kind == 0 else bytes(4) + ike(rng) if kind == 1 else esp(rng, spi)


def half_open(address):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(3)
        udp.sendto(ike_sa_init(random.Random(os.urandom(8))), (address, 500))
        udp.recv(4096)


def garbage(address, count, seed, spi):
    rng = random.Random(seed)
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, ESP)
    for number in range(count):
        kind = number % 3
        try:
            if kind == 0:
                udp.sendto(ike(rng), (address, 500))
            elif kind == 1:
                udp.sendto(on_4500(rng, spi), (address, 4500))
            else:
                raw.sendto(esp(rng, spi), (address, 0))
        except ConnectionRefusedError:
            pass
        if number % 64 == 63:
            time.sleep(0.002)


def flood(address, rate, seconds):
    rng = random.Random(os.urandom(8))
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    request = ike_sa_init(rng)[8:]
    head = struct.pack(">BBHHHBBH", 0x45, 0, 36 + len(request), 0, 0, 64, socket.IPPROTO_UDP, 0)
    to = socket.inet_aton(address)
    udp = struct.pack(">HHHH", 500, 500, 16 + len(request), 0)  # without checksum, as IPv4 allows
    began, sent = time.monotonic(), 0
    while (elapsed := time.monotonic() - began) < seconds:
        while sent < elapsed * rate:
            sender = struct.pack(">I", 0xC6120000 | rng.getrandbits(17))
            raw.sendto(head + sender + to + udp + rng.randbytes(8) + request, (address, 0))
            sent += 1
        time.sleep(0.001)
    print(f"{sent} in {elapsed:.1f} s, {sent / elapsed:.0f} a second")


if __name__ == "__main__":
    if sys.argv[1:2] == ["half-open"] and len(sys.argv) == 3:
        half_open(sys.argv[2])
    elif sys.argv[1:2] == ["garbage"] and len(sys.argv) in (5, 6):
        named = sys.argv[5] if len(sys.argv) == 6 else "00000000"
        garbage(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), bytes.fromhex(named))
    elif sys.argv[1:2] == ["flood"] and len(sys.argv) == 5:
        flood(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    else:
        sys.exit(__doc__)
