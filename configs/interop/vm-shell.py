#!/usr/bin/env python3
"""vm-shell.py SOCKET LINE: has the shell at the other end of a serial line run LINE, ends with its exit status."""
import re
import socket
import sys

serial = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
serial.settimeout(60)
serial.connect(sys.argv[1])
serial.sendall(sys.argv[2].replace("\n", " ").encode() + b"\n")
heard = b""
while not (end := re.search(rb"\n==ended (\d+)\r?\n", heard)):
    heard += serial.recv(4096)
sys.stdout.write(heard[:end.start()].replace(b"\r", b"").decode(errors="replace"))
sys.exit(int(end.group(1)))
