package io.gapura.engine.kernel;

import io.gapura.engine.SaMode;
import io.gapura.engine.SaSpec;
import io.gapura.engine.UdpPorts;
import io.gapura.engine.crypto.AhMac;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.crypto.KeyMaterial;
import io.gapura.engine.spd.AddressRange;
import io.gapura.engine.spd.Selector;
import io.gapura.ffi.IpAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * One pair of SAs with the kernel, with addresses of its own, so that all can be there at once.
 *
 * @param number 1 to 4095
 */
record Row(int number, EspCipher cipher, Placement placement, boolean esn, boolean udp) {
    private static final UdpPorts PORTS = new UdpPorts(4500, 4500);
    private static final int KERNELS_SPI = 0x1000_0000;
    private static final int SALT_BYTES_OF_CCM = 3;

    /** Which header is around what. */
    enum Placement {
        TUNNEL_44("4 in 4", false, false, SaMode.TUNNEL),
        TUNNEL_64("6 in 4", false, true, SaMode.TUNNEL),
        TUNNEL_46("4 in 6", true, false, SaMode.TUNNEL),
        TUNNEL_66("6 in 6", true, true, SaMode.TUNNEL),
        TRANSPORT_4("transport 4", false, false, SaMode.TRANSPORT),
        TRANSPORT_6("transport 6", true, true, SaMode.TRANSPORT);

        final String title;
        final boolean outer6;
        final boolean inner6;
        final SaMode mode;

        Placement(String title, boolean outer6, boolean inner6, SaMode mode) {
            this.title = title;
            this.outer6 = outer6;
            this.inner6 = inner6;
            this.mode = mode;
        }
    }

    boolean isAh() {
        return cipher instanceof AhMac;
    }

    boolean isTransport() {
        return placement.mode == SaMode.TRANSPORT;
    }

    IpAddress ours() {
        return placement.outer6
                ? IpAddress.of("2001:db8:f1::%x".formatted(number))
                : IpAddress.ofIpv4(0xac10_0000 + number);
    }

    IpAddress kernels() {
        return placement.outer6
                ? IpAddress.of("2001:db8:f2::%x".formatted(number))
                : IpAddress.ofIpv4(0xac11_0000 + number);
    }

    /** Who pings whom: hosts behind the gateways, or these themselves. */
    IpAddress source() {
        if (isTransport()) {
            return ours();
        }
        return placement.inner6
                ? IpAddress.of("2001:db8:1::%x".formatted(number))
                : IpAddress.ofIpv4(0x0a01_0000 + number);
    }

    IpAddress destination() {
        if (isTransport()) {
            return kernels();
        }
        return placement.inner6
                ? IpAddress.of("2001:db8:2::%x".formatted(number))
                : IpAddress.ofIpv4(0x0a02_0000 + number);
    }

    Selector selector() {
        return Selector.between(AddressRange.single(source()), AddressRange.single(destination()));
    }

    /** What the kernel receives by. */
    int kernelsSpi() {
        return KERNELS_SPI | number;
    }

    SaSpec sent() {
        return spec(1, ours(), kernels());
    }

    SaSpec received() {
        return spec(2, ours(), kernels());
    }

    private SaSpec spec(int direction, IpAddress local, IpAddress remote) {
        SaSpec spec = SaSpec.of(cipher, KeyMaterial.copyOf(key(direction)), esn, local, remote).withReplayWindow(64)
                .inMode(placement.mode);
        return udp ? spec.inUdp(PORTS) : spec;
    }

    /** No byte like its neighbour: parts in the wrong order are another key. */
    private byte[] key(int direction) {
        byte[] key = new byte[cipher.keyMaterialBytes()];
        for (int at = 0; at < key.length; at++) {
            key[at] = (byte) (number * 31 + direction * 101 + at * 13);
        }
        return key;
    }

    // ---- in iproute2's words

    /** Lines for {@code ip -batch}: both states, and policies that let nothing pass in clear. */
    List<String> commands(int ourSpi) {
        return List.of(state(kernelsSpi(), ours(), kernels(), 1), state(ourSpi, kernels(), ours(), 2),
                policy("in", source(), destination(), ours(), kernels()),
                policy("out", destination(), source(), kernels(), ours()));
    }

    private String state(int spi, IpAddress from, IpAddress to, int direction) {
        String encapsulation = udp ? " encap espinudp 4500 4500 " + (placement.outer6 ? "::" : "0.0.0.0") : "";
        // Either family inside; and without the last one Linux pads AH's ICV in IPv4 as in IPv6, RFC 4302 §3.3.3.2.1
        String flags = (esn ? " esn" : "") + (isTransport() ? "" : " af-unspec")
                + (isAh() && !placement.outer6 ? " align4" : "");
        return "xfrm state add src %s dst %s proto %s spi 0x%08x reqid %d mode %s %s replay-window 64%s%s".formatted(
                from, to, protocol(), spi, number, mode(), algorithms(key(direction)),
                flags.isEmpty() ? "" : " flag" + flags, encapsulation);
    }

    private String policy(String direction, IpAddress from, IpAddress to, IpAddress outerFrom, IpAddress outerTo) {
        return "xfrm policy add src %s/%d dst %s/%d dir %s tmpl src %s dst %s proto %s reqid %d mode %s".formatted(from,
                from.bits(), to, to.bits(), direction, outerFrom, outerTo, protocol(), number, mode());
    }

    String protocol() {
        return isAh() ? "ah" : "esp";
    }

    private String mode() {
        return isTransport() ? "transport" : "tunnel";
    }

    /** The kernel's crypto API names templates: {@code rfc4106(gcm(aes))}. */
    private String algorithms(byte[] key) {
        String word = cipher.keyword();
        int icvBits = cipher.icvBytes() * Byte.SIZE;
        if (isAh()) {
            return mac(word, key, 0);
        }
        if (cipher.macKeyBytes() > 0) {
            int encrypting = cipher.keyBytes() + cipher.saltBytes();
            String keyHex = HexFormat.of().formatHex(Arrays.copyOf(key, encrypting));
            String name = cipher.saltBytes() > 0
                    ? "rfc3686(ctr(aes))"
                    : encrypting == 0 ? "ecb(cipher_null)" : "cbc(aes)";
            return "enc %s %s %s".formatted(name, encrypting == 0 ? "\"\"" : "0x" + keyHex,
                    mac(word.substring(word.lastIndexOf('-') + 1), key, encrypting));
        }
        String name = word.startsWith("chacha20")
                ? "rfc7539esp(chacha20,poly1305)"
                : word.contains("gmac")
                        ? "rfc4543(gcm(aes))"
                        : cipher.saltBytes() == SALT_BYTES_OF_CCM ? "rfc4309(ccm(aes))" : "rfc4106(gcm(aes))";
        return "aead %s 0x%s %d".formatted(name, HexFormat.of().formatHex(key), icvBits);
    }

    private String mac(String word, byte[] key, int from) {
        String name = switch (word) {
            case "aesxcbc" -> "xcbc(aes)";
            case "aescmac" -> "cmac(aes)";
            default -> "hmac(" + word + ")";
        };
        String hex = HexFormat.of().formatHex(Arrays.copyOfRange(key, from, key.length));
        return "auth-trunc %s 0x%s %d".formatted(name, hex, cipher.icvBytes() * Byte.SIZE);
    }

    @Override
    public String toString() {
        return "%s %s, %s, %s%s".formatted(protocol(), cipher.keyword(), placement.title, esn ? "esn" : "noesn",
                udp ? ", in UDP" : "");
    }
}
