package io.gapura.engine;

/** The UDP ports of an SA behind a NAT, RFC 3948: ours and the peer's, 0 to 65535. */
public record UdpPorts(int local, int remote) {}
