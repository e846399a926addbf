#!/usr/bin/env python3
"""gateways.py DIRECTORY: configurations of both gateways, and their secret."""
import os
import sys

directory = sys.argv[1]
SECRET = os.path.join(directory, "psk")
with open(os.open(SECRET, os.O_WRONLY | os.O_CREAT, 0o600), "w") as secret:
    secret.write("the-secret-that-both-know\n")

# What goes between the third numbers of the hosts' addresses; 6 stands for IPv6
CHILDREN = {"gcm": ("esp", "aes256gcm16-esn", 1), "cbc": ("esp", "aes128-sha256-noesn", 2), "ah": ("ah", "sha256-esn", 3),
            "chacha": ("esp", "chacha20poly1305-esn", 6)}


def network(site, number):
    return f'"2001:db8:{site}::/64"' if number == 6 else f"10.{site}.{number}.0/24"


def gateway(name, here, there):
    with open(os.path.join(directory, name + ".yaml"), "w") as out:
        out.write(f"""connections:
  peer:
    local_addrs: [192.0.2.{here}]
    remote_addrs: [192.0.2.{there}]
    local: {{ auth: psk, id: site-{here}.test }}
    remote: {{ auth: psk, id: site-{there}.test }}
    rekey_time: 2m
    children:
""")
        for child, (protocol, proposal, number) in CHILDREN.items():
            out.write(f"""      {child}:
        local_ts: [{network(here, number)}]
        remote_ts: [{network(there, number)}]
        {protocol}_proposals: [{proposal}]
        rekey_time: 30s
        start_action: {"start" if here == 1 else "none"}
""")
        out.write(f"""secrets:
  ike-both: {{ id: [site-1.test, site-2.test], secret_file: {SECRET} }}
dataplane:
  idle: park
  workers: "1"
  ports:
    wan: {{ driver: af_xdp, device: wan, role: unprotected }}
    lan: {{ driver: af_xdp, device: lan, role: protected }}
observability:
  vici: "unix://{directory}/{name}.vici"
""")


gateway("a", 1, 2)
gateway("b", 2, 1)
