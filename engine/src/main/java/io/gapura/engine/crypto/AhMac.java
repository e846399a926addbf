package io.gapura.engine.crypto;

import java.util.List;
import java.util.stream.Stream;

/**
 * What authenticates a packet of AH: a {@link Mac}, or AES-GMAC (RFC 4543 §4). Key material, IV and ICV are as in ESP; what is covered is
 * not. Its rows cover as many bytes in front of the text as ESP's header and IV have, then the text, and with extended sequence
 * numbers their high half behind it, RFC 4302 §3.3.3.2.2: the text is the packet from its IP header on, but for those first bytes.
 *
 * @param keyword as a proposal for AH names it: {@code sha256}, {@code aes128gmac}
 * @param inEsp   what computes the same in ESP
 */
public record AhMac(String keyword, EspCipher inEsp) implements EspCipher {
    /** All that there are. */
    public static List<AhMac> all() {
        Stream<AhMac> macs = Stream.of(Mac.values())
                .map(mac -> new AhMac(mac.keyword, new CipherAndMac(BlockCipher.NULL, mac)));
        Stream<AhMac> gmacs = Stream.of(AeadCipher.values()).filter(cipher -> cipher.mode() == AeadCipher.Mode.GMAC)
                .map(gmac -> new AhMac(gmac.keyword(), gmac));
        return Stream.concat(macs, gmacs).toList();
    }

    /** The one with this {@link #keyword}. */
    public static AhMac of(String keyword) {
        return all().stream().filter(mac -> mac.keyword.equals(keyword)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no MAC '" + keyword + "' for AH"));
    }

    @Override
    public int keyBytes() {
        return inEsp.keyBytes();
    }

    @Override
    public int saltBytes() {
        return inEsp.saltBytes();
    }

    @Override
    public int macKeyBytes() {
        return inEsp.macKeyBytes();
    }

    @Override
    public int keyMaterialBytes() {
        return inEsp.keyMaterialBytes();
    }

    /** In front of the ICV, in the same field. */
    @Override
    public int ivBytes() {
        return inEsp.ivBytes();
    }

    @Override
    public int icvBytes() {
        return inEsp.icvBytes();
    }

    /** Nothing is padded. */
    @Override
    public int blockBytes() {
        return 1;
    }

    @Override
    public String toString() {
        return "ah-" + keyword;
    }
}
