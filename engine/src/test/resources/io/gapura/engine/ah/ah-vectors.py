#!/usr/bin/python3
"""Makes ah-vectors.txt, AH packets by an implementation that is none of ours: ah_oracle.py, and scapy where it can.

    /usr/bin/python3 ah-vectors.py > ah-vectors.txt          (Debian: python3-scapy, python3-cryptography)

One packet a line, fields separated by spaces, all but the first three in hexadecimal:

    mac      in swanctl's words
    esn      true or false
    mode     tunnel4, tunnel6: from 192.0.2.1 to 198.51.100.7, or from 2001:db8:a::1 to 2001:db8:b::7 with flow label 12345; or transport
    keys     key and salt
    spi
    sequence 64 bits
    clear    the packet that arrives at the first gateway
    wire     what it sends: the outer packet, DSCP, ECN and DF from the inner one, its id the low 16 bits of the sequence
             number, TTL 64; the inner TTL one less
"""
import random
import sys

import ah_oracle
from scapy.compat import raw
from scapy.layers.inet import ICMP, IP, TCP, UDP, IPOption_LSRR, IPOption_NOP, IPOption_Router_Alert, IPOption_RR
from scapy.layers.inet6 import (HBHOptUnknown, IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrHopByHop, IPv6ExtHdrRouting, PadN, RouterAlert)
from scapy.layers.ipsec import AH, SecurityAssociation
from scapy.packet import Raw

OUTER = {"tunnel4": ("192.0.2.1", "198.51.100.7"), "tunnel6": ("2001:db8:a::1", "2001:db8:b::7")}
FLOW_LABEL = 0x12345
SEQUENCES = [1, 2, 0x7FFFFFFF, 0xFFFFFFFF]
# Not 0x100000000: scapy takes a low half of zero for none.
EXTENDED = [1, 0xFFFFFFFF, 0x100000001, 0x123456789ABCDEF]
SCAPY = {"sha1": "HMAC-SHA1-96", "sha256": "SHA2-256-128", "sha384": "SHA2-384-192", "sha512": "SHA2-512-256", "aescmac": "AES-CMAC-96"}
WORDS = ["sha256", "sha384", "sha512", "sha1", "aesxcbc", "aescmac", "aes128gmac", "aes192gmac", "aes256gmac"]

random.seed(4302)
compared = 0


def noise(size):
    return bytes(random.randrange(256) for _ in range(size))


def inner_packets():
    yield IP(src="10.1.0.1", dst="10.2.0.2", ttl=64) / ICMP(id=7, seq=9) / Raw(noise(56))
    yield IP(src="10.1.0.1", dst="10.2.0.2", ttl=2, tos=0xB8, flags="DF", id=0x1234) / UDP(sport=5000, dport=53) / Raw(noise(17))
    yield IP(src="10.1.0.9", dst="10.2.0.9", ttl=255, tos=0x02) / TCP(sport=40000, dport=443, seq=1, flags="S")
    yield IPv6(src="2001:db8:1::1", dst="2001:db8:2::2", hlim=33, tc=0x2A, fl=0xABCDE) / UDP(sport=1, dport=2) / Raw(noise(1200))
    yield IPv6(src="2001:db8:1::1", dst="2001:db8:2::2", hlim=2, nh=99)


def transport_packets():
    """With headers of every class: options that stay, that are zeroed, routes at their end."""
    ends = {"src": "192.0.2.1", "dst": "198.51.100.7"}
    yield IP(ttl=64, tos=0xB9, flags="DF", id=77, **ends) / UDP(sport=1, dport=2) / Raw(noise(30))
    yield IP(ttl=9, options=[IPOption_Router_Alert()], **ends) / ICMP() / Raw(noise(9))
    yield IP(ttl=9, options=[IPOption_RR(routers=["1.2.3.4", "5.6.7.8"]), IPOption_NOP(), IPOption_NOP(), IPOption_NOP()], **ends) / ICMP()
    yield IP(ttl=9, options=[IPOption_LSRR(routers=["1.2.3.4"], pointer=8), IPOption_Router_Alert(), IPOption_NOP()], **ends) / ICMP()
    yield IP(ttl=9, options=[Raw(bytes([130, 11]) + noise(9)), IPOption_NOP()], **ends) / ICMP()
    ends = {"src": "2001:db8:a::1", "dst": "2001:db8:b::7"}
    yield IPv6(tc=0xB9, fl=0x54321, hlim=64, **ends) / UDP(sport=1, dport=2) / Raw(noise(30))
    yield IPv6(hlim=3, **ends) / IPv6ExtHdrHopByHop(options=[RouterAlert(), PadN(optdata=b"\0\0")]) / UDP(sport=1, dport=2) / Raw(noise(5))
    changing = HBHOptUnknown(otype=0x3E, optlen=4, optdata=noise(4))
    staying = HBHOptUnknown(otype=0x1E, optlen=4, optdata=noise(4))
    yield (IPv6(hlim=3, **ends) / IPv6ExtHdrHopByHop(options=[changing, staying, PadN(optdata=b"\0\0")])
           / IPv6ExtHdrDestOpt(options=[changing]) / IPv6ExtHdrRouting(type=2, segleft=0, addresses=["2001:db8::99"]) / UDP(sport=1, dport=2))


def by_scapy(word, keys, esn, spi, sequence, mode, inner):
    if word not in SCAPY or inner.haslayer(IPv6ExtHdrRouting):  # 2.5.0 turns a route that is at its end already
        return None
    tunnel = None
    if mode == "tunnel4":
        df = "DF" if inner.version == 6 or inner.flags.DF else 0
        tos = inner.tos if inner.version == 4 else inner.tc
        tunnel = IP(src=OUTER[mode][0], dst=OUTER[mode][1], ttl=64, tos=tos, flags=df, id=sequence & 0xFFFF)
    elif mode == "tunnel6":
        tunnel = IPv6(src=OUTER[mode][0], dst=OUTER[mode][1], hlim=64, fl=FLOW_LABEL, tc=inner.tos if inner.version == 4 else inner.tc)
    sa = SecurityAssociation(AH, spi=spi, auth_algo=SCAPY[word], auth_key=keys, tunnel_header=tunnel, esn_en=esn, esn=sequence >> 32)
    return raw(sa.encrypt(inner.__class__(raw(inner)), seq_num=sequence & 0xFFFFFFFF))


def checksum(header):
    total = sum(int.from_bytes(header[at:at + 2], "big") for at in range(0, len(header), 2))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return (total ^ 0xFFFF).to_bytes(2, "big")


def transport_header(packet):
    """Its bytes, and where it names what follows: behind what routers read."""
    if packet[0] >> 4 == 4:
        return (packet[0] & 15) * 4, 9
    field, at, found = 6, 40, (40, 6)
    while packet[field] in (0, 43, 60):
        kind = packet[field]
        field, at = at, at + 8 * (packet[at + 1] + 1)
        found = found if kind == 60 else (at, field)
    return found


def wire_of(word, keys, esn, spi, sequence, mode, inner):
    packet = bytearray(raw(inner))
    tos = packet[1] if inner.version == 4 else (packet[0] & 15) << 4 | packet[1] >> 4
    if mode == "transport":
        size, field = transport_header(packet)
        header, payload, following = packet[:size], bytes(packet[size:]), packet[field]
        header[field] = 51
    else:
        payload, following = bytes(packet), 4 if inner.version == 4 else 41
        source, destination = OUTER[mode]
        header = bytearray(raw(IP(src=source, dst=destination, ttl=64, tos=tos, id=sequence & 0xFFFF, proto=51,
                                  flags="DF" if inner.version == 6 or inner.flags.DF else 0) if mode == "tunnel4"
                               else IPv6(src=source, dst=destination, hlim=64, fl=FLOW_LABEL, tc=tos, nh=51)))
    version = header[0] >> 4
    ah = ah_oracle.ah_bytes(word, version)
    total = len(header) + ah + len(payload)
    if version == 4:
        header[2:4] = total.to_bytes(2, "big")
        header[10:12] = bytes(2)
        header[10:12] = checksum(header)
    else:
        header[4:6] = (total - 40).to_bytes(2, "big")
    start = bytes([following, ah // 4 - 2, 0, 0]) + spi.to_bytes(4, "big") + (sequence & 0xFFFFFFFF).to_bytes(4, "big")
    field = ah_oracle.icv_field(word, keys, sequence, esn, bytes(header), start + bytes(ah - 12), payload)
    return bytes(header) + start + field.ljust(ah - 12, b"\0") + payload


def line(word, esn, mode, sequence, clear):
    global compared
    keys = noise(ah_oracle.key_bytes(word))
    spi = random.randrange(256, 1 << 32)
    inner = clear.copy()
    if inner.version == 4:
        inner.ttl -= 1
    else:
        inner.hlim -= 1
    wire = wire_of(word, keys, esn, spi, sequence, mode, inner)
    scapys = by_scapy(word, keys, esn, spi, sequence, mode, inner)
    assert scapys is None or scapys == wire, (word, esn, mode, clear.summary())
    compared += scapys is not None
    print(word, str(esn).lower(), mode, keys.hex(), "%08x" % spi, "%016x" % sequence, raw(clear).hex(), wire.hex())


for word in WORDS:
    for esn in False, True:
        numbers = EXTENDED if esn else SEQUENCES
        for mode in "tunnel4", "tunnel6":
            for clear in inner_packets():
                line(word, esn, mode, random.choice(numbers), clear)
        for clear in transport_packets():
            line(word, esn, "transport", random.choice(numbers), clear)
print(compared, "packets are scapy's too", file=sys.stderr)
