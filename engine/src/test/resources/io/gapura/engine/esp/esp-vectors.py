#!/usr/bin/python3
"""Makes esp-vectors.txt, ESP packets by scapy, an implementation that is none of ours.

    /usr/bin/python3 esp-vectors.py > esp-vectors.txt          (Debian: python3-scapy, python3-cryptography)

One packet a line, fields separated by spaces, all but the first three in hexadecimal:

    cipher   AES_128_GCM_16 or AES_256_GCM_16
    esn      true or false
    udp      - or localport:remoteport
    keys     key and salt
    spi
    sequence 64 bits
    clear    the IPv4 packet that arrives at the first gateway
    wire     what it sends: the outer IPv4 packet, DSCP, ECN and DF from the inner one, its id the low 16 bits
             of the sequence number, TTL 64; the inner TTL one less
"""
import random

from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.ipsec import ESP, SecurityAssociation
from scapy.packet import Raw
from scapy.compat import raw

LOCAL, REMOTE = "192.0.2.1", "198.51.100.7"
SEQUENCES = [1, 2, 0x7FFFFFFF, 0xFFFFFFFF]
# Not 0x100000000: scapy takes a low half of zero for none.
EXTENDED = [1, 0xFFFFFFFF, 0x100000001, 0x123456789ABCDEF]

random.seed(4303)


def noise(size):
    return bytes(random.randrange(256) for _ in range(size))


def inner_packets():
    yield IP(src="10.1.0.1", dst="10.2.0.2", ttl=64) / ICMP(id=7, seq=9) / Raw(noise(56))
    yield IP(src="10.1.0.1", dst="10.2.0.2", ttl=2, tos=0xB8, flags="DF", id=0x1234) / UDP(sport=5000, dport=53) / Raw(noise(17))
    yield IP(src="10.1.0.9", dst="10.2.0.9", ttl=255, tos=0x02) / TCP(sport=40000, dport=443, seq=1, flags="S")
    yield IP(src="10.1.0.1", dst="10.2.0.2", ttl=33, tos=0x03, proto=99) / Raw(noise(1380))
    yield IP(src="10.1.0.1", dst="10.2.0.2", ttl=64, proto=99)


def packet(cipher, key_bytes, esn, ports, sequence, clear):
    keys = noise(key_bytes + 4)
    spi = random.randrange(256, 1 << 32)
    inner = clear.copy()
    inner.ttl -= 1
    tunnel = IP(src=LOCAL, dst=REMOTE, ttl=64, tos=clear.tos, flags="DF" if clear.flags.DF else 0, id=sequence & 0xFFFF)
    sa = SecurityAssociation(
        ESP, spi=spi, crypt_algo="AES-GCM", crypt_key=keys, tunnel_header=tunnel, esn_en=esn, esn=sequence >> 32,
        nat_t_header=UDP(sport=ports[0], dport=ports[1]) if ports else None)
    wire = sa.encrypt(IP(raw(inner)), seq_num=sequence & 0xFFFFFFFF, iv=sequence.to_bytes(8, "big"))
    if ports:
        del wire[UDP].len  # scapy computes it before ESP is there
    print(cipher, str(esn).lower(), "%d:%d" % ports if ports else "-", keys.hex(), "%08x" % spi, "%016x" % sequence,
          raw(clear).hex(), raw(wire).hex())


for cipher, key_bytes in ("AES_128_GCM_16", 16), ("AES_256_GCM_16", 32):
    for esn in False, True:
        for ports in None, (4500, 31337):
            for sequence, clear in zip((EXTENDED if esn else SEQUENCES) + [77], inner_packets()):
                packet(cipher, key_bytes, esn, ports, sequence, clear)
