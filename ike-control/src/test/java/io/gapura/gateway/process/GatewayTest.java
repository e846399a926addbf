package io.gapura.gateway.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gapura.ffi.test.NetworkNamespace;
import io.gapura.ffi.test.RequiresProgram;
import io.gapura.ffi.test.RequiresRoot;
import io.gapura.gateway.capture.PacketWords;
import io.gapura.gateway.config.Configuration;
import io.gapura.gateway.config.InvalidConfiguration;
import io.gapura.gateway.vici.ViciClient;
import io.gapura.gateway.vici.ViciMessage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two whole gateways, with the hosts behind them:
 *
 * <pre>
 *   left ─────────── a ═══════════ b ─────────── right
 *   10.1.0.2  10.1.0.1 192.0.2.1   192.0.2.2 10.2.0.1  10.2.0.2
 * </pre>
 */
@RequiresRoot
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class GatewayTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final NetworkNamespace left = NetworkNamespace.create("left");
    private final NetworkNamespace a = NetworkNamespace.create("a");
    private final NetworkNamespace b = NetworkNamespace.create("b");
    private final NetworkNamespace right = NetworkNamespace.create("right");
    private Path directory = Path.of("");
    private @Nullable Gateway gatewayA;
    private @Nullable Gateway gatewayB;

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        directory = temporary;
        NetworkNamespace.join(left, "eth0", a, "lan");
        NetworkNamespace.join(a, "wan", b, "wan");
        NetworkNamespace.join(b, "lan", right, "eth0");
        left.run("ip addr add 10.1.0.2/24 dev eth0");
        left.run("ip route add default via 10.1.0.1");
        a.run("ip addr add 10.1.0.1/24 dev lan");
        a.run("ip addr add 192.0.2.1/24 dev wan");
        b.run("ip addr add 192.0.2.2/24 dev wan");
        b.run("ip addr add 10.2.0.1/24 dev lan");
        right.run("ip addr add 10.2.0.2/24 dev eth0");
        right.run("ip route add default via 10.2.0.1");
        Path secret = Files.writeString(directory.resolve("psk"), "known to both");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        gatewayB = b.call(() -> Gateway.start(configuration(2, 1)));
        gatewayA = a.call(() -> Gateway.start(configuration(1, 2)));
    }

    @AfterAll
    void stop() {
        for (Gateway gateway : new Gateway[] {gatewayA, gatewayB}) {
            if (gateway != null) {
                gateway.close();
            }
        }
        List.of(left, a, b, right).forEach(NetworkNamespace::close);
    }

    private Configuration configuration(int self, int other) throws IOException, InvalidConfiguration {
        Path file = directory.resolve("gateway-" + self + ".yaml");
        Files.writeString(file, """
                connections:
                  peer:
                    local_addrs: [192.0.2.%1$d]
                    remote_addrs: [192.0.2.%2$d]
                    local: { auth: psk, id: gateway-%1$d }
                    remote: { auth: psk, id: gateway-%2$d }
                    children:
                      net:
                        local_ts: [10.%1$d.0.0/24]
                        remote_ts: [10.%2$d.0.0/24]
                secrets:
                  ike-peer: { id: [gateway-1, gateway-2], secret_file: psk }
                dataplane:
                  ports:
                    wan: { device: wan, role: unprotected }
                    lan: { device: lan, role: protected }
                observability:
                  vici: "unix://%3$s"
                  key_export: 10m
                """.formatted(self, other, socket(self)));
        return Configuration.read(file);
    }

    private Path socket(int gateway) {
        return directory.resolve("vici-" + gateway);
    }

    private ViciMessage ask(String command, String name, String value) throws IOException {
        try (ViciClient client = ViciClient.connect(socket(1))) {
            return client.request(command, ViciMessage.builder().put(name, value)
                    .put("timeout", PATIENCE.toMillis()).build());
        }
    }

    private String ping(int packets) {
        return left.run("ping -c " + packets + " -i 0.05 -q 10.2.0.2");
    }

    @Test
    @Order(1)
    void letsNothingPassBeforeThereIsATunnel() throws IOException {
        assertThatThrownBy(() -> left.run("ping -c 1 -W 1 10.2.0.2")).isInstanceOf(IllegalStateException.class);
        assertThat(ask("get-drops", "", "").section("drops").text("POLICY_DISCARD")).isEqualTo("1");
    }

    @Test
    @Order(2)
    void carriesPacketsWhenTheChildIsInitiated() throws IOException {
        assertThat(ask("initiate", "child", "net").text("success")).isEqualTo("yes");
        assertThat(ping(5)).contains(" 0% packet loss");
    }

    /** The hosts cut at 1500 bytes, the gateways again at what fits the tunnel. */
    @Test
    @Order(3)
    void carriesPacketsLargerThanTheTunnel() throws IOException {
        assertThat(left.run("ping -c 3 -i 0.05 -q -s 1450 -M dont 10.2.0.2")).contains(" 0% packet loss");
        assertThat(left.run("ping -c 3 -i 0.05 -q -s 4000 -M dont 10.2.0.2")).contains(" 0% packet loss");
        ViciMessage mtu = ask("get-mtu", "", "").section("sas").sections().values().iterator().next();
        assertThat(mtu.text("name")).isEqualTo("peer/net");
        assertThat(mtu.text("mtu")).isEqualTo("1446");
    }

    @Test
    @Order(3)
    void losesNoPacketWhenKeysChange() throws Exception {
        Thread rekeys = Thread.ofVirtual().start(() -> {
            try {
                assertThat(ask("rekey", "child", "net").text("success")).isEqualTo("yes");
                assertThat(ask("rekey", "ike", "peer").text("success")).isEqualTo("yes");
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        String output = ping(40);
        rekeys.join();
        assertThat(output).contains(" 0% packet loss");
    }

    @Test
    @Order(4)
    void answersTheStockSwanctl() {
        String uri = " --uri unix://" + socket(1);
        assumeTrue("all".equals(System.getProperty("gapura.require")) || Files.exists(Path.of("/usr/sbin/swanctl")),
                "swanctl is not installed");
        assertThat(a.run("swanctl --list-sas" + uri)).contains("peer: #", "ESTABLISHED, IKEv2", "net: #", "INSTALLED",
                "10.1.0.0/24");
        assertThat(a.run("swanctl --list-conns" + uri)).contains("peer: IKEv2", "id: gateway-1", "net: TUNNEL");
        assertThat(a.run("swanctl --stats" + uri)).contains("IKE_SAs: 1 total");
        assertThat(a.run("swanctl --rekey --child net" + uri)).contains("rekey completed successfully");
    }

    @Test
    @Order(5)
    void saysWhatItDoesNotKnow() throws IOException {
        assertThat(ask("rekey", "child", "nobody").text("found")).isEqualTo("no");
        assertThat(ask("initiate", "child", "nobody").text("found")).isEqualTo("no");
    }

    @Test
    @Order(6)
    void saysWhatThePortsHaveSeen() throws IOException {
        ViciMessage ports = ask("get-ports", "", "").section("ports");
        assertThat(ports.section("lan").text("role")).isEqualTo("protected");
        assertThat(Long.parseLong(ports.section("wan").text("packets-out", "0"))).isGreaterThanOrEqualTo(45);
    }

    @Test
    @Order(7)
    void saysWhatTheWorkersDo() throws IOException {
        ViciMessage worker = ask("get-workers", "", "").section("workers").section("0");
        assertThat(worker.text("core")).isEqualTo("any");
        assertThat(worker.texts("queues")).containsExactly("wan:0", "lan:0");
        assertThat(Integer.parseInt(worker.text("sas", "0"))).isGreaterThanOrEqualTo(2);
        assertThat(Long.parseLong(worker.text("packets-out", "0"))).isGreaterThanOrEqualTo(90);
        assertThat(Long.parseLong(worker.text("longest-stall-us", "0"))).isPositive();
        ViciMessage balance = ask("get-balance", "", "");
        assertThat(balance.section("workers").section("0").text("busiest-sa", "")).matches("(peer/net .*)?");
        assertThat(balance.text("advice")).endsWith(".");
    }

    /** What a router says reaches the engine by way of the port, and the hosts by way of the engine. */
    @Test
    @Order(12)
    void learnsWhatTheWayToThePeerTakes() throws Exception {
        ping(3);
        String spi = ask("get-mtu", "", "").section("sas").sections().keySet().iterator().next();
        b.feed("python3 - " + spi, """
                import socket, struct, sys
                def checksum(data):
                    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
                    total = (total >> 16) + (total & 0xffff)
                    return ~((total >> 16) + total) & 0xffff
                here, peer = socket.inet_aton('192.0.2.2'), socket.inet_aton('192.0.2.1')
                quoted = struct.pack('!BBHHHBBH', 0x45, 0, 1500, 1, 0x4000, 64, 50, 0) + peer + here
                quoted += bytes.fromhex(sys.argv[1]) + struct.pack('!I', 1)
                def icmp(checksum):
                    return struct.pack('!BBHHH', 3, 4, checksum, 0, 1300) + quoted
                raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
                raw.sendto(icmp(checksum(icmp(0))), ('192.0.2.1', 0))
                """);
        String known = null;
        for (int attempt = 0; known == null && attempt < 100; attempt++) {
            TimeUnit.MILLISECONDS.sleep(50);
            known = ask("get-mtu", "", "").section("sas").section(spi).text("path-mtu");
        }
        assertThat(known).isEqualTo("1300");
        assertThat(ask("get-mtu", "", "").section("sas").section(spi).text("mtu")).isEqualTo("1246");
        assertThatThrownBy(() -> left.run("ping -c 1 -W 1 -s 1300 -M do 10.2.0.2"))
                .isInstanceOf(IllegalStateException.class);
        assertThat(left.run("ip route get 10.2.0.2")).contains("mtu 1246");
        assertThat(left.run("ping -c 3 -i 0.05 -q -s 1400 -M dont 10.2.0.2")).contains(" 0% packet loss");
    }

    @Test
    @Order(8)
    void refusesToStartASecondTimeOnTheSameAddress() {
        assertThatThrownBy(() -> a.call(() -> Gateway.start(configuration(1, 2))))
                .hasStackTraceContaining("in use by another process");
    }

    /** Nobody but the two gateways knows the keys, until one exports them: of ESP that it captured, of IKE that tcpdump did. */
    @Test
    @Order(9)
    @RequiresProgram({"tshark", "tcpdump"})
    void exportsKeysByWhichTsharkDecryptsACapture() throws Exception {
        Path file = directory.resolve("esp.pcapng");
        Path tables = Files.createDirectories(directory.resolve("wireshark"));
        ViciMessage capture = ask("capture-start", "filter", "host 192.0.2.2");
        assertThat(ping(3)).contains(" 0% packet loss");
        Path ike = captureIkeOfARekey();
        ViciMessage read = ask("capture-read", "capture", capture.text("capture", ""));
        ViciMessage stopped = ask("capture-stop", "capture", capture.text("capture", ""));
        try (OutputStream out = Files.newOutputStream(file)) {
            for (String block : Stream.concat(read.texts("blocks").stream(), stopped.texts("blocks").stream())
                    .toList()) {
                out.write(Base64.getDecoder().decode(block));
            }
        }
        ViciMessage keys = ask("export-keys", "", "");
        for (String table : List.of("esp_sa", "ikev2_decryption_table")) {
            Files.write(tables.resolve(table), keys.texts(table));
        }

        String fields = tshark(file, "-e", "frame.comment", "-e", "icmp.type", "-e", "ip.dst");
        assertThat(fields.lines().filter(line -> line.startsWith("sent by wan, outbound")))
                .hasSize(3).allMatch(line -> line.endsWith("peer/net|8|192.0.2.2,10.2.0.2"));
        assertThat(fields.lines().filter(line -> line.startsWith("sent by lan, inbound")))
                .hasSize(3).allMatch(line -> line.endsWith("peer/net|0|192.0.2.1,10.1.0.2"));
        assertThat(tshark(ike, "-Y", "isakmp.exchangetype == 36 && isakmp.nonce", "-e", "ip.src").lines())
                .containsExactly("192.0.2.1", "192.0.2.2");
    }

    private Path captureIkeOfARekey() throws Exception {
        return captureIke("ike.pcap", 4,
                () -> assertThat(ask("rekey", "child", "net").text("success")).isEqualTo("yes"));
    }

    private Path captureIke(String name, int packets, Callable<?> cause) throws Exception {
        Path file = directory.resolve(name);
        Process tcpdump = new ProcessBuilder("ip", "netns", "exec", a.name(), "tcpdump", "-i", "wan", "-U", "-w",
                file.toString(), "-c", Integer.toString(packets), "udp port 500").redirectErrorStream(true).start();
        try (BufferedReader said = tcpdump.inputReader(StandardCharsets.UTF_8)) {
            assertThat(said.readLine()).contains("listening");
            cause.call();
            assertThat(tcpdump.waitFor(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            tcpdump.destroy();
        }
        return file;
    }

    private String tshark(Path file, String... fields) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("tshark", "-r", file.toString(), "-T", "fields",
                "-E", "separator=|", "-o", "esp.enable_encryption_decode:TRUE"));
        command.addAll(List.of(fields));
        ProcessBuilder tshark = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        tshark.environment().put("XDG_CONFIG_HOME", directory.toString());
        return new String(tshark.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** From outside the gateway's processes: ESP by a raw socket, what IKE makes of it by tcpdump and tshark, RFC 7296 §1.5. */
    @Test
    @Order(9)
    @RequiresProgram({"tshark", "tcpdump"})
    void tellsThePeerOfSpisThatItDoesNotHave() throws Exception {
        Path tables = Files.createDirectories(directory.resolve("wireshark"));
        Path file = captureIke("unknown-spi.pcap", 2, () -> b.feed("python3 -", """
                import socket
                raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, 50)
                raw.sendto(bytes.fromhex('0badcafe00000001') + bytes(32), ('192.0.2.1', 0))
                """));
        Files.write(tables.resolve("ikev2_decryption_table"),
                ask("export-keys", "", "").texts("ikev2_decryption_table"));

        assertThat(
                tshark(file, "-Y", "isakmp.notify.msgtype == 11", "-e", "ip.src", "-e", "isakmp.notify.data").lines())
                .containsExactly("192.0.2.1|0badcafe");
        assertThat(Integer.parseInt(ask("get-drops", "", "").section("drops").text("UNKNOWN_SPI", "0"))).isPositive();
    }

    @Test
    @Order(10)
    void capturesWithADecryptedSideForRoot() throws IOException {
        ViciMessage refused = ask("capture-start", "filter", "hots 192.0.2.2");
        assertThat(refused.text("errmsg")).contains("did you mean 'host'?");
        try (ViciClient client = ViciClient.connect(socket(1))) {
            ViciMessage capture = client.request("capture-start",
                    ViciMessage.builder().put("filter", "icmp").put("decrypted", true).build());
            assertThat(ping(2)).contains(" 0% packet loss");
            assertThat(client.request("capture-start", ViciMessage.EMPTY).text("errmsg")).contains("already");
            ViciMessage named = ViciMessage.builder().put("capture", capture.text("capture", "")).build();
            assertThat(client.request("capture-read", named).text("packets")).isEqualTo("4");
            assertThat(client.request("capture-stop", named).text("lost")).isEqualTo("0");
            assertThat(client.request("capture-read", named).text("errmsg")).contains("no such capture");
        }
    }

    private ViciMessage explain(String words) throws IOException {
        return ask("explain-packet", "packet",
                HexFormat.of().formatHex(PacketWords.datagram(List.of(words.split(" ", -1)))));
    }

    private static List<String> says(ViciMessage explanation, String step) {
        return explanation.section("steps").sections().values().stream()
                .filter(each -> each.text("step", "").equals(step))
                .map(each -> each.text("says") + " " + each.text("where")).toList();
    }

    @Test
    @Order(11)
    void explainsWhatBecomesOfPackets() throws IOException {
        ViciMessage carried = explain("src 10.1.0.2 dst 10.2.0.2 icmp bytes 1440 df");
        assertThat(carried.text("verdict")).isEqualTo("protected");
        assertThat(says(carried, "policy")).singleElement().asString().startsWith("peer/net")
                .endsWith(": protect " + directory.resolve("gateway-1.yaml") + ":8");
        assertThat(says(carried, "sa")).singleElement().asString().contains(" of net, aes256gcm16-");
        assertThat(says(carried, "mtu")).containsExactly("1446 bytes can go on; it has 1440 ");
        assertThat(says(carried, "verdict")).containsExactly("sent by wan in ESP, 1496 bytes ");
        assertThat(explain("src 10.1.0.2 dst 10.2.0.2 icmp bytes 1447 df").text("reason")).isEqualTo("TOO_BIG");
        assertThat(explain("src 10.1.0.2 dst 10.9.0.2 tcp").text("reason")).isEqualTo("NO_POLICY");
        assertThat(explain("src 192.0.2.2 dst 192.0.2.1 udp dport 500").text("verdict")).isEqualTo("kernel");
    }

    @Test
    @Order(11)
    void explainsWhatItDoesWithAConnection() throws IOException {
        ViciMessage up = ask("explain-conn", "ike", "peer");
        Path file = directory.resolve("gateway-1.yaml");
        assertThat(up.text("state")).isEqualTo("up");
        assertThat(says(up, "addresses")).containsExactly("192.0.2.1 to 192.0.2.2 " + file + ":4");
        assertThat(says(up, "local")).containsExactly("gateway-1, by a pre-shared key " + file + ":5");
        assertThat(says(up, "ike 1")).singleElement().asString().contains("-ke1_mlkem768", "post-quantum")
                .endsWith(", by default " + file + ":2");
        assertThat(says(up, "ike 2")).singleElement().asString().contains(": classical");
        assertThat(says(up, "child net")).singleElement().asString()
                .startsWith("10.1.0.0/24 === 10.2.0.0/24, tunnel of ESP")
                .endsWith(file + ":8");
        assertThat(says(up, "ike sa")).singleElement().asString().startsWith("up for ").contains("begun by us",
                "mlkem768");
        assertThat(says(up, "child sa")).singleElement().asString().startsWith("net installed, SPIs 0x");
        assertThat(says(up, "trouble")).isEmpty();

        ViciMessage unknown = ask("explain-conn", "ike", "pear");
        assertThat(unknown.text("found")).isEqualTo("no");
        assertThat(unknown.text("errmsg")).isEqualTo("there is no connection 'pear'; did you mean 'peer'?");
    }

    private void configure(String before, String after) throws IOException {
        Path file = directory.resolve("gateway-1.yaml");
        Files.writeString(file, Files.readString(file).replace(before, after));
    }

    @Test
    @Order(13)
    void reloadsWithoutTouchingWhatIsAsItWas() throws Exception {
        List<String> before = ask("get-conns", "", "").texts("conns");
        configure("  peer:", "  pear: { local_addrs: 192.0.2.1, remote_adrs: 192.0.2.9 }\n  peer:");
        ViciMessage refused = ask("reload", "", "");
        assertThat(refused.text("success")).isEqualTo("no");
        assertThat(refused.text("errmsg", "")).contains("gateway-1.yaml:2:", "did you mean 'remote_addrs'?");
        assertThat(ask("get-conns", "", "").texts("conns")).isEqualTo(before).containsExactly("peer");

        configure("  pear: { local_addrs: 192.0.2.1, remote_adrs: 192.0.2.9 }", """
                  other:
                    local_addrs: [192.0.2.1]
                    remote_addrs: [192.0.2.9]
                    local: { auth: psk, id: gateway-1 }
                    remote: { auth: psk, id: gateway-2 }
                    children: { lan: { local_ts: [10.1.0.0/24], remote_ts: [10.9.0.0/24] } }
                """.stripTrailing());
        FutureTask<ViciMessage> reloading = new FutureTask<>(() -> ask("reload", "", ""));
        Thread.ofVirtual().start(reloading);
        assertThat(ping(40)).contains(" 0% packet loss");
        ViciMessage reloaded = reloading.get();
        assertThat(reloaded.text("errmsg", "")).isEmpty();
        assertThat(reloaded.texts("added")).containsExactly("other");
        assertThat(reloaded.texts("unchanged")).containsExactly("peer");
        assertThat(reloaded.texts("restart")).isEmpty();
        assertThat(explain("src 10.1.0.2 dst 10.9.0.2 tcp").text("reason")).isEqualTo("POLICY_DISCARD");
    }

    /** Nobody is at 192.0.2.9. */
    @Test
    @Order(14)
    void explainsWhyAConnectionIsNotUp() throws IOException {
        try (ViciClient client = ViciClient.connect(socket(1))) {
            ViciMessage impatient = client.request("initiate",
                    ViciMessage.builder().put("child", "lan").put("timeout", 200).build());
            assertThat(impatient.text("errmsg")).isEqualTo("not finished in the time allowed");
        }
        ViciMessage silent = ask("explain-conn", "ike", "other");
        assertThat(silent.text("state")).isEqualTo("coming up");
        assertThat(says(silent, "ike sa")).singleElement().asString().contains("no answer to IKE_SA_INIT", "192.0.2.9");
        assertThat(says(silent, "next")).containsExactly("waits for the peer ");

        assertThat(ask("terminate", "ike", "other").text("success")).isEqualTo("yes");
        ViciMessage down = ask("explain-conn", "ike", "other");
        assertThat(down.text("state")).isEqualTo("down");
        assertThat(says(down, "trouble")).singleElement().asString().contains("closed here");
        assertThat(says(down, "next"))
                .containsExactly("waits for the peer or for a command: gapura initiate --ike other ");
    }

    @Test
    @Order(15)
    void setsATunnelUpWhenThereIsAPacketForIt() throws Exception {
        configure("        remote_ts: [10.2.0.0/24]", "        remote_ts: [10.2.0.0/24]\n        start_action: trap");
        assertThat(ask("reload", "", "").texts("changed")).containsExactly("peer");
        assertThat(explain("src 10.1.0.2 dst 10.2.0.2 icmp").text("verdict")).isEqualTo("held");

        assertThat(left.run("ping -c 1 -W 10 -q 10.2.0.2")).as("the packet that asks waits for the tunnel")
                .contains(" 0% packet loss");
        assertThat(ping(3)).contains(" 0% packet loss");
        configuration(1, 2); // writes the file as it was
        assertThat(ask("reload", "", "").texts("removed")).containsExactly("other");
        assertThat(ask("initiate", "child", "net").text("success")).isEqualTo("yes");
    }

    @Test
    @Order(16)
    void carriesNothingWhenTheTunnelIsTakenDown() throws IOException {
        assertThat(ask("terminate", "ike", "peer").text("success")).isEqualTo("yes");
        assertThatThrownBy(() -> left.run("ping -c 1 -W 1 10.2.0.2")).isInstanceOf(IllegalStateException.class);
        assertThat(says(explain("src 10.1.0.2 dst 10.2.0.2 icmp"), "policy")).singleElement().asString()
                .contains("there is no tunnel for it now").endsWith("gateway-1.yaml:8");
    }
}
