"""AH's ICVs by Python's hmac and the cryptography library, of packets as they lie: written from RFC 4302 §3.3.3 and appendix A.
What scapy 2.5.0 lacks (AES-XCBC, AES-GMAC), and what ah-vectors.py compares with it where scapy has a MAC."""
import os
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "esp"))
import esp_oracle
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

IMMUTABLE_OPTIONS = {130, 133, 134, 148, 149}  # appendix A1, beside end of list and no operation
ICV_BYTES = {"sha1": 12, "sha256": 16, "sha384": 24, "sha512": 32, "aesxcbc": 12, "aescmac": 12}


def is_gmac(word):
    return word.endswith("gmac")


def key_bytes(word):
    return int(word[3:6]) // 8 + 4 if is_gmac(word) else esp_oracle.mac_key_bytes(word)


def field_bytes(word):
    """Of the ICV field, with AES-GMAC's IV."""
    return 24 if is_gmac(word) else ICV_BYTES[word]


def ah_bytes(word, version):
    alignment = 4 if version == 4 else 8
    return (12 + field_bytes(word) + alignment - 1) // alignment * alignment


def zeroed_ipv4(header):
    header = bytearray(header)
    header[1] = header[6] = header[7] = header[8] = header[10] = header[11] = 0
    at = 20
    while at < len(header) and header[at] != 0:
        if header[at] == 1:
            at += 1
            continue
        size = header[at + 1]
        if header[at] not in IMMUTABLE_OPTIONS:
            header[at:at + size] = bytes(size)
        at += size
    return bytes(header)


def zeroed_ipv6(header):
    header = bytearray(header)
    header[0:4] = bytes([0x60, 0, 0, 0])
    header[7] = 0
    kind, at = header[6], 40
    while at < len(header):
        end = at + 8 * (header[at + 1] + 1)
        option = at + 2
        while kind in (0, 60) and option < end:
            if header[option] == 0:
                option += 1
                continue
            size = header[option + 1]
            if header[option] & 0x20:
                header[option + 2:option + 2 + size] = bytes(size)
            option += 2 + size
        kind, at = header[at], end
    return bytes(header)


def icv_field(word, keys, sequence, esn, header, ah, payload):
    """What stands behind the twelve bytes of {@code ah}, without padding; {@code header} is all in front of AH."""
    zeroed = zeroed_ipv4(header) if header[0] >> 4 == 4 else zeroed_ipv6(header)
    size = field_bytes(word)
    covered = zeroed + ah[:12] + bytes(size) + ah[12 + size:] + payload
    covered += (sequence >> 32).to_bytes(4, "big") if esn else b""
    if is_gmac(word):
        iv = sequence.to_bytes(8, "big")
        return iv + AESGCM(keys[:-4]).encrypt(keys[-4:] + iv, b"", covered)
    return esp_oracle.mac(word, keys, covered)
