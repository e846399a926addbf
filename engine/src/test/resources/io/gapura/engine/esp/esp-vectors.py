#!/usr/bin/python3
"""Makes esp-vectors.txt, ESP packets by implementations that are none of ours: scapy, and esp_oracle.py where scapy cannot.

    /usr/bin/python3 esp-vectors.py > esp-vectors.txt          (Debian: python3-scapy, python3-cryptography)

One packet a line, fields separated by spaces, all but the first three in hexadecimal:

    cipher   in swanctl's words
    esn      true or false
    udp      - or localport:remoteport
    keys     key, salt and MAC key
    spi
    sequence 64 bits
    clear    the IPv4 packet that arrives at the first gateway
    wire     what it sends: the outer IPv4 packet, DSCP, ECN and DF from the inner one, its id the low 16 bits
             of the sequence number, TTL 64; the inner TTL one less
"""
import random
import sys

import esp_oracle
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


# What scapy calls the ciphers and MACs that it has.
SCAPY = {"gcm16": "AES-GCM", "ccm16": "AES-CCM", "ctr": "AES-CTR", "": "AES-CBC"}
MACS = {"sha1": "HMAC-SHA1-96", "sha256": "SHA2-256-128", "sha384": "SHA2-384-192", "sha512": "SHA2-512-256", "aescmac": "AES-CMAC-96"}


def by_scapy(keyword, keys, esn, spi, sequence, iv, tunnel, inner):
    """The same packet, or None if scapy cannot make it."""
    cipher, _, word = keyword.partition("-")
    key, salt, _, _, _ = esp_oracle.lengths(keyword)
    name = "NULL" if cipher == "null" else "CHACHA20-POLY1305" if cipher.startswith("chacha") else SCAPY.get(cipher[6:])
    if name is None or keyword.endswith("iiv") or word == "aesxcbc" or (word and esn):
        return None
    sa = SecurityAssociation(
        ESP, spi=spi, crypt_algo=name, crypt_key=keys[:key + salt] or None, auth_algo=MACS.get(word),
        auth_key=keys[key + salt:] or None, tunnel_header=tunnel, esn_en=esn, esn=sequence >> 32)
    return raw(sa.encrypt(IP(raw(inner)), seq_num=sequence & 0xFFFFFFFF, iv=iv or None))


def suite_packet(keyword, esn, sequence, clear):
    key, salt, mac_key, iv_bytes, block = esp_oracle.lengths(keyword)
    keys = noise(key + salt + mac_key)
    spi = random.randrange(256, 1 << 32)
    iv = noise(16) if iv_bytes == 16 else sequence.to_bytes(8, "big")[:iv_bytes]
    inner = clear.copy()
    inner.ttl -= 1
    payload = raw(inner)
    padding = -(len(payload) + 2) % block
    text = payload + bytes(range(1, padding + 1)) + bytes([padding, 4])
    sealed = esp_oracle.esp(keyword, keys, spi, sequence, esn, iv, text)
    tunnel = IP(src=LOCAL, dst=REMOTE, ttl=64, tos=clear.tos, flags="DF" if clear.flags.DF else 0, id=sequence & 0xFFFF, proto=50)
    wire = raw(tunnel / Raw(sealed))
    scapys = by_scapy(keyword, keys, esn, spi, sequence, iv, tunnel, inner)
    assert scapys is None or scapys == wire, keyword
    global compared
    compared += scapys is not None
    print(keyword, str(esn).lower(), "-", keys.hex(), "%08x" % spi, "%016x" % sequence, raw(clear).hex(), wire.hex())


for cipher, key_bytes in ("aes128gcm16", 16), ("aes256gcm16", 32):
    for esn in False, True:
        for ports in None, (4500, 31337):
            for sequence, clear in zip((EXTENDED if esn else SEQUENCES) + [77], inner_packets()):
                packet(cipher, key_bytes, esn, ports, sequence, clear)

compared = 0
AEADS = [f"aes{bits}gcm{icv}" for bits in (128, 192, 256) for icv in (8, 12, 16)]
AEADS += [f"aes{bits}ccm{icv}" for bits in (128, 256) for icv in (8, 12, 16)]
AEADS += [f"aes{bits}gmac" for bits in (128, 192, 256)] + ["chacha20poly1305"]
CIPHERS = ["null"] + [f"aes{bits}{mode}" for bits in (128, 192, 256) for mode in ("", "ctr")]
WORDS = ["sha256", "sha384", "sha512", "sha1", "aesxcbc", "aescmac"]
IMPLICIT = [f"aes{bits}gcm16iiv" for bits in (128, 192, 256)] + ["chacha20poly1305iiv"]
IMPLICIT += [f"aes{bits}ccm8iiv" for bits in (128, 256)]
for keyword in AEADS + [f"{cipher}-{word}" for cipher in CIPHERS for word in WORDS] + IMPLICIT:
    for esn in False, True:
        numbers = EXTENDED if esn else SEQUENCES
        for index in range(2):
            clear = list(inner_packets())[random.randrange(5)]
            suite_packet(keyword, esn, numbers[random.randrange(len(numbers))], clear)
print(compared, "packets are scapy's too", file=sys.stderr)
