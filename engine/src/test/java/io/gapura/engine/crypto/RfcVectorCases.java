package io.gapura.engine.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ffi.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What RFCs say about each algorithm. A MAC's message is a packet here whose first eight bytes are its ESP header. */
abstract class RfcVectorCases {
    private static final HexFormat HEX = HexFormat.of();
    private static final int HEADER_BYTES = 8;

    private final MemorySegment memory = Arena.ofAuto().allocate(4096, 64);

    abstract AeadSuite open();

    /** RFC 4868 §2.7.2 (AUTH), RFC 3566 §4.4 and its erratum, RFC 4494 §4 by RFC 4493 §4, RFC 2202 §3. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            null-sha256 | 0b*32 | 4869205468657265 | 198a607eb44bfbc69903a0f1cf2bbdc5
            null-sha256 | 4a656665*8 | 7768617420646f2079612077616e7420666f72206e6f7468696e673f | 167f928588c5cc2eef8e3093caa0e87c
            null-sha256 | aa*32 | dd*50 | cdcb1220d1ecccea91e53aba3092f962
            null-sha256 | 0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20 | cd*50 | 372efcf9b40b35c2115b1346903d2ef4
            null-sha384 | 0b*48 | 4869205468657265 | b6a8d5636f5c6a7224f9977dcf7ee6c7fb6d0c48cbdee973
            null-sha384 | 4a656665*12 | 7768617420646f2079612077616e7420666f72206e6f7468696e673f | 2c7353974f1842fd66d53c452ca42122b28c0b594cfb184d
            null-sha384 | aa*48 | dd*50 | 809f439be00274321d4a538652164b53554a508184a0c316
            null-sha512 | 0b*64 | 4869205468657265 | 637edc6e01dce7e6742a99451aae82df23da3e92439e590e43e761b33e910fb8
            null-sha512 | 4a656665*16 | 7768617420646f2079612077616e7420666f72206e6f7468696e673f | cb370917ae8a7ce28cfd1d8f4705d6141c173b2a9362c15df235dfb251b15454
            null-sha512 | aa*64 | dd*50 | 2ee7acd783624ca9398710f3ee05ae41b9f9b0510c87e49e586cc9bf961733d8
            null-sha1 | 0b*20 | 4869205468657265 | b617318655057264e28bc0b6
            null-sha1 | aa*20 | dd*50 | 125d7342b9ac11cd91a39af4
            null-aesxcbc | 000102030405060708090a0b0c0d0e0f | 000102030405060708090a0b0c0d0e0f | d2a246fa349b68a79998a439
            null-aesxcbc | 000102030405060708090a0b0c0d0e0f | 000102030405060708090a0b0c0d0e0f10111213 | 47f51b4564966215b8985c63
            null-aesxcbc | 000102030405060708090a0b0c0d0e0f | 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f | f54f0ec8d2b9f3d36807734b
            null-aesxcbc | 000102030405060708090a0b0c0d0e0f | 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021 | becbb3bccdb518a30677d548
            null-aesxcbc | 000102030405060708090a0b0c0d0e0f | 00*1000 | f0dafee895db30253761103b
            null-aescmac | 2b7e151628aed2a6abf7158809cf4f3c | 6bc1bee22e409f96e93d7e117393172a | 070a16b46b4d4144f79bdd9d
            null-aescmac | 2b7e151628aed2a6abf7158809cf4f3c | 6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411 | dfa66747de9ae63030ca3261
            null-aescmac | 2b7e151628aed2a6abf7158809cf4f3c | 6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710 | 51f0bebf7e3b9d92fc497417
            """)
    void macsAreTheRfcs(String cipher, String key, String message, String icv) {
        byte[] packet = bytes(message);
        try (AeadSuite suite = open()) {
            AeadBatch batch = suite.batch(0);
            EspCipher algorithm = EspCipher.of(cipher);
            try (KeyMaterial material = KeyMaterial.copyOf(bytes(key)); AeadKey ours = suite.key(algorithm, material)) {
                Memory.copy(packet, 0, memory.address(), packet.length);
                long text = memory.address() + HEADER_BYTES;
                batch.add(ours.handle(), 8, algorithm.icvBytes(), text, packet.length - HEADER_BYTES);
                batch.seal();
                assertThat(HEX.formatHex(Memory.bytesAt(memory.address() + packet.length, algorithm.icvBytes())))
                        .isEqualTo(icv);
                batch.open();
                assertThat(batch.authentic(0)).isTrue();
            }
        }
    }

    /** RFC 3686 §6: nonce, IV, text, ciphertext. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            aes128ctr | ae6852f8121067cc4bf7a5765577f39e | 00000030 | 0000000000000000 | 53696e676c6520626c6f636b206d7367 | e4095d4fb7a7b3792d6175a3261311b8
            aes128ctr | 7e24067817fae0d743d6ce1f32539163 | 006cb6db | c0543b59da48d90b | 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f | 5104a106168a72d9790d41ee8edad388eb2e1efc46da57c8fce630df9141be28
            aes128ctr | 7691be035e5020a8ac6e618529f9a0dc | 00e0017b | 27777f3f4a1786f0 | 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223 | c1cf48a89f2ffdd9cf4652e9efdb72d74540a42bde6d7836d59a5ceaaef3105325b2072f
            aes192ctr | 16af5b145fc9f579c175f93e3bfb0eed863d06ccfdb78515 | 00000048 | 36733c147d6d93cb | 53696e676c6520626c6f636b206d7367 | 4b55384fe259c9c84e7935a003cbe928
            aes192ctr | 7c5cb2401b3dc33c19e7340819e0f69c678c3db8e6f6a91a | 0096b03b | 020c6eadc2cb500d | 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f | 453243fc609b23327edfaafa7131cd9f8490701c5ad4a79cfc1fe0ff42f4fb00
            aes256ctr | 776beff2851db06f4c8a0542c8696f6c6a81af1eec96b4d37fc1d689e6c1c104 | 00000060 | db5672c97aa8f0b2 | 53696e676c6520626c6f636b206d7367 | 145ad01dbf824ec7560863dc71e3e0c0
            aes256ctr | ff7a617ce69148e4f1726e2f43581de2aa62d9f805532edff1eed687fb54153d | 001cc5b7 | 51a51d70a1c11148 | 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223 | eb6c52821d0bbbf7ce7594462aca4faab407df866569fd07f48cc0b583d6071f1ec0e6b8
            """)
    void countersAreThoseOfRfc3686(String cipher, String key, String salt, String iv, String text, String encrypted) {
        EspCipher algorithm = EspCipher.of(cipher + "-sha256");
        byte[] plain = HEX.parseHex(text);
        try (AeadSuite suite = open()) {
            AeadBatch batch = suite.batch(0);
            try (KeyMaterial material = KeyMaterial.copyOf(bytes(key + salt + "00".repeat(32)));
                    AeadKey ours = suite.key(algorithm, material)) {
                long at = memory.address() + 16;
                Memory.copy(HEX.parseHex(iv), 0, at - 8, 8);
                Memory.copy(plain, 0, at, plain.length);
                Memory.copy(HEX.parseHex(salt + iv), 0, batch.slot() + AeadBatch.NONCE, 12);
                batch.add(ours.handle(), 8, algorithm.icvBytes(), at, plain.length);

                batch.seal();

                assertThat(HEX.formatHex(Memory.bytesAt(at, plain.length))).isEqualTo(encrypted);
            }
        }
    }

    /** RFC 3602 §4, the whole packets among them: SPI, sequence number, IV, ciphertext. Its packets have no ICV: the JDK adds one. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            06a9214036b8a15b512e03d534120006 | 0000000000000001 | 3dafba429d9eb430b422da802c9fac41 | 53696e676c6520626c6f636b206d7367 | e353779c1079aeb82708942dbe77181a
            c286696d887c9aa0611bbb3e2025a45a | 0000000000000001 | 562e17996d093d28ddb3ba695a2e6f58 | 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f | d296cd94c2cccf8a3a863028b5e1dc0a7586602d253cfff91b8266bea6d61ab1
            90d382b4 10eeba7a d938c46c ec1a82bf | 0000432100000001 | e96e8c08ab465763fd098d45dd3ff893 | 08000ebda70a00008e9c083db95b070008090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f30313233343536370102030405060708090a0b0c0d0e0e01 | f663c25d325c18c6a9453e194e120849a4870b66cc6b9965330013b4898dc856a4699e523a55db080b59ec3a8e4b7e52775b07d1db34ed9c538ab50c551b874aa269add047ad2d5913ac19b7cfbad4a6
            """)
    void chainsAreThoseOfRfc3602(String key, String header, String iv, String text, String encrypted)
            throws GeneralSecurityException {
        byte[] plain = HEX.parseHex(text.replace(" ", ""));
        byte[] packet = HEX.parseHex(header + iv + encrypted);
        byte[] macKey = new byte[32];
        javax.crypto.Mac mac = javax.crypto.Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(macKey, "HmacSHA256"));
        byte[] icv = Arrays.copyOf(mac.doFinal(packet), 16);
        EspCipher algorithm = EspCipher.of("aes128-sha256");
        try (AeadSuite suite = open()) {
            AeadBatch batch = suite.batch(0);
            try (KeyMaterial material = KeyMaterial.copyOf(bytes(key.replace(" ", "") + "00".repeat(32)));
                    AeadKey ours = suite.key(algorithm, material)) {
                Memory.copy(packet, 0, memory.address(), packet.length);
                Memory.copy(icv, 0, memory.address() + packet.length, icv.length);
                batch.add(ours.handle(), 8, 16, memory.address() + 24, packet.length - 24);

                batch.open();

                assertThat(batch.authentic(0)).isTrue();
                assertThat(Memory.bytesAt(memory.address() + 24, plain.length)).isEqualTo(plain);
            }
        }
    }

    /** Hexadecimal, {@code *n} for n times. */
    private static byte[] bytes(String hex) {
        int times = hex.indexOf('*');
        return HEX
                .parseHex(times < 0 ? hex : hex.substring(0, times).repeat(Integer.parseInt(hex.substring(times + 1))));
    }
}
