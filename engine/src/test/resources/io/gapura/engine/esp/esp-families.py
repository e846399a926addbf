#!/usr/bin/python3
"""Makes esp-families.txt: ESP with IPv6 inside or outside, and in transport mode, by scapy, which is none of ours.

    /usr/bin/python3 esp-families.py > esp-families.txt        (Debian: python3-scapy, python3-cryptography)

AES-128-GCM-16 with ESN. One packet a line, fields separated by spaces:

    mode     tunnel or transport
    outer    4 or 6
    keys     key and salt
    spi
    sequence 64 bits
    clear    the packet that arrives at the first gateway
    wire     what it sends: of IPv4 outside, DF is set for IPv6 inside, the id is the low 16 bits of the sequence
             number; of IPv6 outside the flow label is 0; in both the DSCP and ECN of inside, and 64 hops to live; the
             inner packet has one hop less
"""
import random

from scapy.compat import raw
from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.inet6 import (ICMPv6EchoRequest, IPv6, IPv6ExtHdrHopByHop, IPv6ExtHdrRouting, PadN)
from scapy.layers.ipsec import ESP, SecurityAssociation
from scapy.packet import Raw

LOCAL, REMOTE = {4: "192.0.2.1", 6: "2001:db8:ff::1"}, {4: "198.51.100.7", 6: "2001:db8:ff::7"}
EXTENDED = [1, 0xFFFFFFFF, 0x100000001, 0x123456789ABCDEF]  # scapy takes a low half of zero for none

random.seed(4303)


def noise(size):
    return bytes(random.randrange(256) for _ in range(size))


def packets(family, source, destination):
    if family == 4:
        yield IP(src=source, dst=destination, ttl=64) / ICMP(id=7, seq=9) / Raw(noise(56))
        yield IP(src=source, dst=destination, ttl=2, tos=0xB8, flags="DF", id=0x1234) / UDP(sport=5000, dport=53) / Raw(noise(17))
        yield IP(src=source, dst=destination, ttl=33, tos=0x02, proto=99) / Raw(noise(1300))
    else:
        yield IPv6(src=source, dst=destination, hlim=64) / ICMPv6EchoRequest(id=7, seq=9) / Raw(noise(56))
        yield IPv6(src=source, dst=destination, hlim=2, tc=0xB8, fl=0x12345) / UDP(sport=5000, dport=53) / Raw(noise(17))
        yield IPv6(src=source, dst=destination, hlim=33, tc=0x02, nh=99) / Raw(noise(1300))
        yield IPv6(src=source, dst=destination, hlim=9) / IPv6ExtHdrHopByHop(options=[PadN(optdata=b"\0" * 4)]) / TCP(
            sport=40000, dport=443, seq=1, flags="S")
        yield IPv6(src=source, dst=destination, hlim=9) / IPv6ExtHdrRouting(addresses=[destination], segleft=0) / UDP(
            sport=1, dport=2) / Raw(noise(30))


def hop(packet):
    older = packet.copy()
    if IPv6 in older:
        older.hlim -= 1
        return IPv6(raw(older))
    older.ttl -= 1
    del older.chksum
    return IP(raw(older))


def tunnel_header(outer, clear, sequence):
    tos = clear.tc if IPv6 in clear else clear.tos
    if outer == 6:
        return IPv6(src=LOCAL[6], dst=REMOTE[6], hlim=64, tc=tos)
    dont_fragment = IPv6 in clear or clear.flags.DF
    return IP(src=LOCAL[4], dst=REMOTE[4], ttl=64, tos=tos, flags="DF" if dont_fragment else 0, id=sequence & 0xFFFF)


def line(mode, outer, sequence, clear):
    keys = noise(20)
    spi = random.randrange(256, 1 << 32)
    header = tunnel_header(outer, clear, sequence) if mode == "tunnel" else None
    sa = SecurityAssociation(ESP, spi=spi, crypt_algo="AES-GCM", crypt_key=keys, tunnel_header=header, esn_en=True,
                             esn=sequence >> 32)
    wire = sa.encrypt(hop(clear), seq_num=sequence & 0xFFFFFFFF, iv=sequence.to_bytes(8, "big"))
    print(mode, outer, keys.hex(), "%08x" % spi, "%016x" % sequence, raw(clear).hex(), raw(wire).hex())


for inner, outer in (4, 4), (4, 6), (6, 4), (6, 6):
    source, destination = ("10.1.0.1", "10.2.0.2") if inner == 4 else ("2001:db8:1::1", "2001:db8:2::2")
    for number, clear in enumerate(packets(inner, source, destination)):
        line("tunnel", outer, EXTENDED[number % 4], clear)
for family in 4, 6:
    for number, clear in enumerate(packets(family, LOCAL[family], REMOTE[family])):
        line("transport", family, EXTENDED[number % 4], clear)
