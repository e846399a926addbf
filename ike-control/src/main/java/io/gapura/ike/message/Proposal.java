package io.gapura.ike.message;

import java.util.List;

/**
 * RFC 7296 §3.3.1.
 *
 * @param number 1 for the first of an offer; an answer repeats the number it accepts
 * @param spi the sender's inbound SPI: 4 bytes for ESP and AH, 8 when an IKE SA is rekeyed, otherwise empty
 */
public record Proposal(int number, Protocol protocol, Bytes spi, List<Transform> transforms) {
    public Proposal {
        transforms = List.copyOf(transforms);
    }

    public List<Transform> transforms(TransformType type) {
        return transforms.stream().filter(transform -> transform.type().equals(type)).toList();
    }

    public Proposal withNumber(int newNumber) {
        return new Proposal(newNumber, protocol, spi, transforms);
    }

    public Proposal withSpi(Bytes newSpi) {
        return new Proposal(number, protocol, newSpi, transforms);
    }
}
