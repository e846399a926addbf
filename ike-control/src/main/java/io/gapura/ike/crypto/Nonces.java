package io.gapura.ike.crypto;

import io.gapura.ike.message.Bytes;

/** Ni and Nr: of the exchange, not of the IKE SA (RFC 7296 §2.17). */
public record Nonces(Bytes initiator, Bytes responder) {}
