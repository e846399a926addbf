#!/usr/bin/env python3
"""gateways.py DIRECTORY TUNNELS: configurations of both gateways, and their secret."""
import os
import sys

directory, tunnels = sys.argv[1], int(sys.argv[2])
SECRET = os.path.join(directory, "psk")
with open(os.open(SECRET, os.O_WRONLY | os.O_CREAT, 0o600), "w") as secret:
    secret.write("the-secret-that-all-know\n")


def connection(name, local, remote, local_id, remote_id, child, local_ts, remote_ts, start):
    return f"""  {name}:
    local_addrs: ["{local}"]
    remote_addrs: ["{remote}"]
    local: {{ auth: psk, id: {local_id} }}
    remote: {{ auth: psk, id: {remote_id} }}
    children:
      {child}:
        local_ts: [{local_ts}]
        remote_ts: [{remote_ts}]
        start_action: {start}
"""


def gateway(name, connections, ids):
    with open(os.path.join(directory, name + ".yaml"), "w") as out:
        out.write("connections:\n" + "".join(connections))
        out.write(f"secrets:\n  ike-all: {{ id: [{', '.join(ids)}], secret_file: {SECRET} }}\n")
        out.write('dataplane:\n  idle: park\n  workers: "1"\n  ports:\n')
        out.write("    wan: { driver: af_xdp, device: wan, role: unprotected }\n")
        out.write("    lan: { driver: af_xdp, device: lan, role: protected }\n")
        out.write(f'observability:\n  vici: "unix://{directory}/{name}.vici"\n')


ids = ["gapura.test", "newcomer.test"] + [f"peer-{i}.test" for i in range(1, tunnels + 1)]
ours, theirs = [], []
for i in range(1, tunnels + 1):
    peer, net = f"198.51.100.{i}", f"10.2.{i}.0/24"
    ours.append(connection(f"peer-{i}", "192.0.2.1", peer, "gapura.test", f"peer-{i}.test", f"net-{i}", "10.1.0.0/24", net, "none"))
    theirs.append(connection(f"peer-{i}", peer, "192.0.2.1", f"peer-{i}.test", "gapura.test", f"net-{i}", net, "10.1.0.0/24", "start"))
peer, net = f"198.51.100.{tunnels + 1}", f"10.3.0.0/24"
ours.append(connection("newcomer", "192.0.2.1", "%any", "gapura.test", "newcomer.test", "newcomer", "10.1.0.0/24", net, "none"))
theirs.append(connection("newcomer", peer, "192.0.2.1", "newcomer.test", "gapura.test", "newcomer", net, "10.1.0.0/24", "none"))
gateway("gapura", ours, ids)
gateway("peers", theirs, ids)
