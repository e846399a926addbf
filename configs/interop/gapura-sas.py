#!/usr/bin/env python3
"""gapura-sas.py SOCKET EXPRESSION: what a Python expression says of a gateway's SAs.

It sees `sas`, the established IKE SAs, and `children`, the installed ones, as dictionaries in which all values are
text. It reads the control socket (strongSwan's vici) by itself, since suites ask several times a second.
"""
import socket
import struct
import sys

CMD_REQUEST, CMD_RESPONSE, EVENT_REGISTER, EVENT_CONFIRM, EVENT = 0, 1, 3, 5, 7
SECTION_START, SECTION_END, KEY_VALUE, LIST_START, LIST_ITEM, LIST_END = range(1, 7)


def elements(data):
    """A message or section, up to its end: sections as dictionaries, lists as lists, all else as text."""
    found = {}
    while data and (kind := data.pop(0)) != SECTION_END:
        name = taken(data, data.pop(0)).decode()
        if kind == SECTION_START:
            found[name] = elements(data)
        elif kind == KEY_VALUE:
            found[name] = value(data)
        elif kind == LIST_START:
            found[name] = []
            while data.pop(0) == LIST_ITEM:
                found[name].append(value(data))
    return found


def taken(data, count):
    head = bytes(data[:count])
    del data[:count]
    return head


def value(data):
    return taken(data, int.from_bytes(taken(data, 2), "big")).decode()


class Vici:
    def __init__(self, path):
        self.stream = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.stream.settimeout(20)
        self.stream.connect(path)

    def send(self, kind, name):
        packet = bytes((kind, len(name))) + name
        self.stream.sendall(struct.pack(">I", len(packet)) + packet)

    def receive(self):
        length, = struct.unpack(">I", self.exactly(4))
        packet = bytearray(self.exactly(length))
        return packet.pop(0), packet

    def exactly(self, count):
        heard = b""
        while len(heard) < count:
            part = self.stream.recv(count - len(heard))
            if not part:
                raise EOFError("the gateway closed its control socket")
            heard += part
        return heard

    def list_sas(self):
        self.send(EVENT_REGISTER, b"list-sa")
        self.send(CMD_REQUEST, b"list-sas")
        while True:
            kind, packet = self.receive()
            if kind == CMD_RESPONSE:
                return
            if kind == EVENT:
                taken(packet, packet.pop(0))
                yield from elements(packet).values()


sas = [sa for sa in Vici(sys.argv[1]).list_sas() if sa["state"] == "ESTABLISHED"]
children = [child for sa in sas for child in sa["child-sas"].values() if child["state"] == "INSTALLED"]
print(eval(sys.argv[2]))
