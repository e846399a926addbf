"""Packet captures for DPDK's net_pcap, and frames for trafgen.

frames.py clear BYTES COUNT FILE    UDP from 10.1.0.2 to 10.2.0.2, in IPv4 packets of BYTES
frames.py trafgen PAYLOAD TO FROM   the same for trafgen, between two MAC addresses, to port 5202, on standard output
frames.py first COUNT FROM FILE     the first COUNT frames of FROM, which may end in the middle of a frame
"""

import struct
import sys

ETHERNET = bytes.fromhex("020000000001 020000000002 0800")


def checksum(header):
    total = sum(struct.unpack("!%dH" % (len(header) // 2), header))
    total = (total & 0xFFFF) + (total >> 16)
    return ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF


def packet(size, number):
    addresses = bytes([10, 1, 0, 2, 10, 2, 0, 2])
    before, after = struct.pack("!BBHHHBB", 0x45, 0, size, number, 0, 64, 17), addresses
    header = before + struct.pack("!H", checksum(before + bytes(2) + after)) + after
    return header + struct.pack("!HHHH", 4000, 4000, size - 20, 0) + bytes(size - 28)


def clear(size, count, file):
    with open(file, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for number in range(count):
            frame = ETHERNET + packet(size, number)
            out.write(struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame)


def trafgen(payload, to, source):
    ethernet = bytes.fromhex(to.replace(":", "") + source.replace(":", "") + "0800")
    ip = packet(payload + 28, 0)
    frame = ethernet + ip[:22] + struct.pack("!H", 5202) + ip[24:]
    print("{" + ",".join(f"0x{byte:02x}" for byte in frame) + "}")


def first(count, source, file):
    with open(source, "rb") as capture:
        data = capture.read()
    end = 24
    for number in range(count):
        if end + 16 > len(data) or end + 16 + struct.unpack_from("<I", data, end + 8)[0] > len(data):
            sys.exit(f"{source} has only {number} whole frames")
        end += 16 + struct.unpack_from("<I", data, end + 8)[0]
    with open(file, "wb") as out:
        out.write(data[:end])


if sys.argv[1] == "clear":
    clear(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
elif sys.argv[1] == "trafgen":
    trafgen(int(sys.argv[2]), sys.argv[3], sys.argv[4])
else:
    first(int(sys.argv[2]), sys.argv[3], sys.argv[4])
