"""ESP's ciphers by Python's hmac and the cryptography library: what scapy 2.5.0 lacks (AES-GMAC, AES-XCBC, implicit IVs) or does wrong
(extended sequence numbers beside a MAC). Where scapy has a suite and is right, esp-vectors.py compares the two."""
import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.cmac import CMAC

HMACS = {"sha1": ("sha1", 20, 12), "sha256": ("sha256", 32, 16), "sha384": ("sha384", 48, 24), "sha512": ("sha512", 64, 32)}


def aes(key, block):
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return encryptor.update(block) + encryptor.finalize()


def xor(one, other):
    return bytes(a ^ b for a, b in zip(one, other))


def xcbc(key, message):
    """RFC 3566 §4."""
    first, second, third = (aes(key, bytes([value]) * 16) for value in (1, 2, 3))
    blocks = [message[at:at + 16] for at in range(0, len(message), 16)] or [b""]
    chained = bytes(16)
    for block in blocks[:-1]:
        chained = aes(first, xor(chained, block))
    last = blocks[-1]
    last = xor(last, second) if len(last) == 16 else xor((last + b"\x80").ljust(16, b"\0"), third)
    return aes(first, xor(chained, last))


def mac(word, key, message):
    if word in HMACS:
        return hmac.new(key, message, getattr(hashlib, word)).digest()[:HMACS[word][2]]
    if word == "aesxcbc":
        return xcbc(key, message)[:12]
    cmac = CMAC(algorithms.AES(key))
    cmac.update(message)
    return cmac.finalize()[:12]


def mac_key_bytes(word):
    return HMACS[word][1] if word in HMACS else 16


def lengths(keyword):
    """Key, salt, MAC key, IV, block."""
    cipher, _, word = keyword.partition("-")
    key = 0 if cipher == "null" else 32 if cipher.startswith("chacha") else int(cipher[3:6]) // 8
    if word:
        counter = cipher.endswith("ctr")
        cbc = not counter and cipher != "null"
        return key, 4 if counter else 0, mac_key_bytes(word), 16 if cbc else 8 if counter else 0, 16 if cbc else 4
    return key, 3 if "ccm" in cipher else 4, 0, 0 if cipher.endswith("iiv") else 8, 4


def esp(keyword, keys, spi, sequence, esn, iv, text):
    """From the SPI to the ICV, of a text with its padding and trailer."""
    if keyword.endswith("iiv"):
        implicit = ((sequence >> 32) if esn else 0).to_bytes(4, "big") + (sequence & 0xFFFFFFFF).to_bytes(4, "big")
        explicit = esp(keyword[:-3], keys, spi, sequence, esn, implicit, text)
        return explicit[:8] + explicit[16:]  # RFC 8750 §3: nothing travels between sequence number and ciphertext
    cipher, _, word = keyword.partition("-")
    key_bytes, salt_bytes, _, _, _ = lengths(keyword)
    key, salt, mac_key = keys[:key_bytes], keys[key_bytes:key_bytes + salt_bytes], keys[key_bytes + salt_bytes:]
    high, low = (sequence >> 32).to_bytes(4, "big"), (sequence & 0xFFFFFFFF).to_bytes(4, "big")
    header = spi.to_bytes(4, "big") + low
    aad = spi.to_bytes(4, "big") + (high if esn else b"") + low
    if cipher.endswith("gmac"):
        return header + iv + text + AESGCM(key).encrypt(salt + iv, b"", aad + iv + text)
    if "gcm" in cipher:
        icv = int(cipher.split("gcm")[1])
        sealed = AESGCM(key).encrypt(salt + iv, text, aad)
        return header + iv + sealed[:len(text) + icv]
    if "ccm" in cipher:
        return header + iv + AESCCM(key, int(cipher.split("ccm")[1])).encrypt(salt + iv, text, aad)
    if cipher == "chacha20poly1305":
        return header + iv + ChaCha20Poly1305(key).encrypt(salt + iv, text, aad)
    if cipher == "null":
        body = text
    else:
        mode = modes.CTR(salt + iv + bytes([0, 0, 0, 1])) if cipher.endswith("ctr") else modes.CBC(iv)
        encryptor = Cipher(algorithms.AES(key), mode).encryptor()
        body = encryptor.update(text) + encryptor.finalize()
    covered = header + iv + body
    return covered + mac(word, mac_key, covered + (high if esn else b""))
