package io.gapura.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.engine.Idle;
import io.gapura.engine.crypto.SuiteChoice;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.spd.Policy;
import io.gapura.engine.worker.Worker;
import io.gapura.gateway.config.DriverSettings.AfXdp;
import io.gapura.gateway.config.DriverSettings.ZeroCopy;
import io.gapura.ike.CrashTokens;
import io.gapura.ike.IkeSettings;
import io.gapura.ike.auth.Identity;
import io.gapura.ike.auth.PreSharedKey;
import io.gapura.ike.config.Child;
import io.gapura.ike.config.Connection;
import io.gapura.ike.config.DpdAction;
import io.gapura.ike.config.Fragmentation;
import io.gapura.ike.config.StartAction;
import io.gapura.ike.config.Wrapping;
import io.gapura.ike.crypto.Proposals;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Secret;
import io.gapura.ike.message.TrafficSelector;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfigurationTest {
    private static final String SMALL = """
            connections:
              hq:
                local_addrs: [192.0.2.1]
                remote_addrs: [192.0.2.2]
                local: { auth: psk, id: a.example.org }
                remote: { auth: psk, id: b.example.org }
                children:
                  lan:
                    local_ts: [10.1.0.0/16]
                    remote_ts: [10.2.0.0/16]
            secrets:
              ike-hq: { id: [a.example.org, b.example.org], secret_file: hq.psk }
            """;

    private static final String DATAPLANE = """
            dataplane:
              main_core: 0
              workers: "1-2,4"
              idle: spin
              crypto: jdk
              replay_window: 4096
              ports:
                wan: { driver: af_xdp, device: eth0, role: unprotected, zero_copy: "off" }
                lan: { device: eth1, role: protected }
            """;

    @TempDir
    Path directory = Path.of("");

    @BeforeEach
    void writeSecret() throws IOException {
        Path secret = directory.resolve("hq.psk");
        Files.writeString(secret, "correct horse\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    }

    private Configuration read(String yaml) throws Exception {
        Path file = directory.resolve("gapura.yaml");
        Files.writeString(file, yaml);
        Configuration configuration = Configuration.read(file);
        assertThat(ConfigurationSchema.faults(yaml)).isEmpty();
        return configuration;
    }

    /** Message without the directory, in the place of a pattern that occurs once in the small example. */
    private String faultOf(String replaced, String by) {
        return faultOf(SMALL.replace(replaced, by));
    }

    private String faultOf(String yaml) {
        try {
            read(yaml);
        } catch (InvalidConfiguration e) {
            return String.valueOf(e.getMessage()).replace(directory + "/", "");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        return "no fault";
    }

    private static Secret secret(Connection connection) {
        return connection.auth().local().credential() instanceof PreSharedKey(var secret)
                ? secret
                : Secret.ofUtf8("none");
    }

    @Test
    void twelveLinesMakeAConnectionWithDefaults() throws Exception {
        Configuration configuration = read(SMALL);
        Connection hq = configuration.connections().getFirst();
        assertThat(hq.localAddress()).isEqualTo(InetAddress.ofLiteral("192.0.2.1"));
        assertThat(hq.remoteAddress()).isEqualTo(InetAddress.ofLiteral("192.0.2.2"));
        assertThat(hq.localId()).isEqualTo(Identity.parse("a.example.org"));
        assertThat(hq.remoteId()).isEqualTo(Identity.parse("b.example.org"));
        assertThat(hq.proposals()).isEqualTo(Proposals.ike(List.of()));
        assertThat(secret(hq).toArray()).asString().isEqualTo("correct horse");
        Child lan = hq.children().getFirst();
        assertThat(lan.localTs()).containsExactly(
                TrafficSelector.ofAddresses(Bytes.of(10, 1, 0, 0), Bytes.of(10, 1, 255, 255)));
        assertThat(lan.espProposals()).isEqualTo(Proposals.esp(List.of()));
        assertThat(lan.startAction()).isEqualTo(StartAction.NONE);
        assertThat(lan.replayWindow()).isEqualTo(1024);
        assertThat(configuration.ike()).isEqualTo(IkeSettings.DEFAULT);
        assertThat(configuration.vici()).isEqualTo(Path.of("/run/gapura.vici"));
        assertThat(configuration.dataplane().workers()).containsExactly(Worker.ANY_CORE);
    }

    @Test
    void connectionSettingsAreSwanctls() throws Exception {
        Connection hq = read(SMALL.replace("    local: {", """
                proposals: [aes128-sha256-ecp256, default]
                rekey_time: 90m
                dpd_delay: 10
                fragmentation: force
                encap: yes
                remote_port: 1500
                local: {""".indent(4).stripTrailing()).replace("        local_ts", """
                esp_proposals: aes128gcm16-esn
                start_action: start
                dpd_action: restart
                close_action: none
                rekey_time: 1h
                life_time: 2h
                life_bytes: 10GiB
                replay_window: 64
                copy_df: no
                mode: tunnel
                local_ts""".indent(8).stripTrailing())).connections().getFirst();
        assertThat(hq.options().times().rekey()).isEqualTo(Duration.ofMinutes(90));
        assertThat(hq.options().dpdDelay()).isEqualTo(Duration.ofSeconds(10));
        assertThat(hq.options().fragmentation()).isEqualTo(Fragmentation.FORCE);
        assertThat(hq.options().forceEncapsulation()).isTrue();
        assertThat(hq.remotePort()).isEqualTo(1500);
        assertThat(hq.proposals()).isEqualTo(Proposals.ike(List.of("aes128-sha256-ecp256", "default")));
        Child lan = hq.children().getFirst();
        assertThat(lan.espProposals()).isEqualTo(Proposals.esp(List.of("aes128gcm16-esn")));
        assertThat(lan.startAction()).isEqualTo(StartAction.START);
        assertThat(lan.dpdAction()).isEqualTo(DpdAction.RESTART);
        assertThat(lan.closeAction()).isEqualTo(DpdAction.CLEAR);
        assertThat(lan.limits().lifeTime()).isEqualTo(Duration.ofHours(2));
        assertThat(lan.limits().lifeBytes()).isEqualTo(10L << 30);
        assertThat(lan.limits().rekeyBytes()).isEqualTo(9L << 30);
        assertThat(lan.replayWindow()).isEqualTo(64);
        assertThat(lan.wrapping()).isEqualTo(new Wrapping(Wrapping.Df.CLEAR, List.of(), false, 0, 0));
    }

    private Wrapping wrapping(String keys) throws Exception {
        return read(SMALL.replace("        local_ts", (keys + "\nlocal_ts").indent(8).stripTrailing()))
                .connections().getFirst().children().getFirst().wrapping();
    }

    @Test
    void aChildSaysWhatItsPacketsLookLike() throws Exception {
        assertThat(wrapping("df: set\ndscp: 46\ntfc_padding: mtu\nclamp_mss: yes"))
                .isEqualTo(new Wrapping(Wrapping.Df.SET, Wrapping.always(46), true, Wrapping.WHAT_FITS, 0));
        assertThat(wrapping("copy_dscp: no\ntfc_padding: 512\ntfc_dummies: 20"))
                .isEqualTo(new Wrapping(Wrapping.Df.COPY, Wrapping.always(0), false, 512, 20));
        List<Integer> mapped = wrapping("dscp: [46=34, 0=8]").dscp();
        assertThat(mapped).hasSize(64).startsWith(8, 1, 2);
        assertThat(mapped.get(46)).isEqualTo(34);
        assertThat(mapped.get(45)).isEqualTo(45);
    }

    @ParameterizedTest
    @CsvSource({"dscp: 64, 64 is no DSCP", "'dscp: [46=34, 7]', is no DSCP", "dscp: 1=64, 64 is no DSCP",
        "'df: set\ncopy_df: no', leave one of the two out", "'dscp: 8\ncopy_dscp: no', leave one of the two out",
        "tfc_padding: 65536, 65535", "tfc_dummies: 1001, 1000",
        "'mode: transport\ntfc_dummies: 1', only tunnels send dummies", "df: keep, is not possible here"})
    void aFaultyWrappingIsRefused(String keys, String said) {
        assertThatThrownBy(() -> wrapping(keys.replace("\\n", "\n"))).isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining(said);
    }

    @Test
    void dataplaneNamesCoresAndPorts() throws Exception {
        DataplaneSettings dataplane = read(SMALL + DATAPLANE).dataplane();
        assertThat(dataplane.mainCore()).isZero();
        assertThat(dataplane.workers()).containsExactly(1, 2, 4);
        assertThat(dataplane.idle()).isEqualTo(Idle.SPIN);
        assertThat(dataplane.crypto()).isEqualTo(SuiteChoice.JDK);
        assertThat(dataplane.ports()).containsExactly(
                new PortSettings("wan", "eth0", PortRole.UNPROTECTED, new AfXdp(ZeroCopy.OFF, 0)),
                new PortSettings("lan", "eth1", PortRole.PROTECTED, new AfXdp(ZeroCopy.PREFER, 0)));
    }

    @Test
    void childrenTakeTheDataplanesReplayWindow() throws Exception {
        assertThat(read(SMALL + DATAPLANE).connections().getFirst().children().getFirst().replayWindow())
                .isEqualTo(4096);
    }

    @Test
    void ikeSettingsAreStrongSwans() throws Exception {
        Configuration configuration = read(SMALL + """
                ike: { cookie_threshold: 0, retransmit_timeout: 2s, retransmit_base: 1.5, retransmit_tries: 3,
                       block_threshold: 7, cookie_threshold_ip: 1, init_limit_half_open: 100, fragment_size: 600 }
                observability: { vici: "unix:///run/x.vici", log: { level: debug, format: json } }
                """);
        assertThat(configuration.ike()).isEqualTo(new IkeSettings(Duration.ofSeconds(2), 1.5, 3, 0, 1, 100, 7,
                Duration.ofHours(1), CrashTokens.NONE));
        assertThat(configuration.connections().getFirst().options().fragmentBytes()).isEqualTo(600);
        assertThat(configuration.vici()).isEqualTo(Path.of("/run/x.vici"));
        assertThat(configuration.log()).isEqualTo(
                new LogSettings(LogSettings.Level.DEBUG, LogSettings.Format.JSON));
    }

    @Test
    void policiesPassOrDiscard() throws Exception {
        List<Policy> policies = read(SMALL + """
                policies:
                  - { action: bypass, local_ts: [10.1.0.0/16], remote_ts: ["10.3.0.0/16[tcp/22]", 10.4.0.9] }
                  - { action: discard, local_ts: [0.0.0.0/0], remote_ts: [10.0.0.0/8] }
                """).policies();
        assertThat(policies).extracting(policy -> policy.action() + " " + policy.selector()).containsExactly(
                "BYPASS 10.1.0.0/16[any] === 10.3.0.0/16[22] protocol 6",
                "BYPASS 10.1.0.0/16[any] === 10.4.0.9/32[any]",
                "DISCARD 0.0.0.0/0[any] === 10.0.0.0/8[any]");
    }

    @Test
    void peerOfAnyAddressIsOneThatOnlyAnswers() throws Exception {
        Connection open = read(SMALL.replace("[192.0.2.2]", "[\"%any\"]")).connections().getFirst();
        assertThat(open.remoteAddress()).isNull();
    }

    @Test
    void dynamicIsTheOuterAddress() throws Exception {
        Child child = read(SMALL.replace("[10.2.0.0/16]", "[\"dynamic[udp/53]\"]")).connections().getFirst().children()
                .getFirst();
        assertThat(child.remoteTs()).containsExactly(
                new TrafficSelector(17, 53, 53, Bytes.of(192, 0, 2, 2), Bytes.of(192, 0, 2, 2)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            local_addrs: [192.0.2.1]    | local_addrz: [192.0.2.1]     | 3:5: connections.hq.local_addrz: unknown key; did you mean 'local_addrs'?
            [192.0.2.1]                 | [192.0.2.300]                | 3:19: connections.hq.local_addrs[0]: '192.0.2.300' is no IP address; names are not looked up
            [192.0.2.1]                 | ["2001:db8:::1"]             | 3:19: connections.hq.local_addrs[0]: '2001:db8:::1' is no IP address; names are not looked up
            [192.0.2.1]                 | [192.0.2.1, 192.0.2.7]       | 3:18: connections.hq.local_addrs: must be one address: make a connection for each of 2
            local: { auth: psk          | local: { auth: eap        | 5:20: connections.hq.local.auth: 'eap' is not possible here;
            local_ts: [10.1.0.0/16]     | local_ts: [10.1.0.0/33]      | 9:20: connections.hq.children.lan.local_ts[0]: '10.1.0.0/33': an IPv4 prefix has 0 to 32 bits
            local_ts: [10.1.0.0/16]     | local_ts: ["2001:db8::/129"] | 9:20: connections.hq.children.lan.local_ts[0]: '2001:db8::/129': an IPv6 prefix has 0 to 128 bits
            local_ts: [10.1.0.0/16]     | local_ts: ["10.1.0.1[443]"]  | 9:20: connections.hq.children.lan.local_ts[0]: IP protocols end at 255, before 443
            local_ts: [10.1.0.0/16]     | local_ts: ["10.1.0.1[any/443]"] | 9:20: connections.hq.children.lan.local_ts[0]: ports need a protocol: write tcp/443 or udp/443
            local_ts: [10.1.0.0/16]     | start_action: trap           | 9:9: connections.hq.children.lan: 'local_ts' is missing
            [10.2.0.0/16]               | []                           | 9:9: connections.hq.children.lan: child lan has no traffic selectors
            secret_file: hq.psk         | secret: hunter2              | 12:57: secrets.ike-hq.secret: a secret does not belong into this file
            secret_file: hq.psk         | secret_file: other.psk       | 12:62: secrets.ike-hq.secret_file: cannot read
            [a.example.org, b.example.org] | [c.example.org]           | 3:5: connections.hq: there is no secret for a.example.org and b.example.org; add under 'secrets': ike-x: { id: ["a.example.org", "b.example.org"], secret_file: … }
            secrets:                    | secrets: [1, 2]              | 12:3: is no YAML
            """)
    void faultsHaveAPlaceAndARemedy(String replaced, String by, String message) {
        assertThat(faultOf(replaced, by)).startsWith("gapura.yaml:" + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            proposals: aes256gcm16-prfsha384-x25591   | proposal 'aes256gcm16-prfsha384-x25591': unknown algorithm 'x25591'; did you mean 'x25519'?
            proposals: aes256gcm16-x25519             | proposal 'aes256gcm16-x25519': an AEAD needs a PRF beside it: add prfsha256, prfsha384 or prfsha512
            rekey_time: 4 hours                       | '4 hours' is not a number that fits here
            dpd_delay: -1                             | -1 is not between 0 and 315360000
            fragmentation: maybe                      | 'maybe' is not possible here; choose from no, yes, force
            encap: 1                                  | '1' is neither yes nor no
            post_quantum: yes                         | 'yes' is not possible here; choose from off, prefer, require
            """)
    void badValuesOfAConnectionAreRefused(String line, String message) {
        String key = line.substring(0, line.indexOf(':'));
        String yaml = SMALL.replace("    local: {", "    " + line + "\n    local: {");
        assertThat(faultOf(yaml))
                .isEqualTo("gapura.yaml:5:" + (7 + key.length()) + ": connections.hq." + key + ": " + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            start_action: begin                     | 'begin' is not possible here; choose from none, start, trap
            replay_window: 16                       | 16 is not between 32 and 65536
            life_bytes: 10 gigs                     | '10 gigs' is not a number that fits here
            mode: beet                              | 'beet' is not possible here; choose from tunnel, transport
            """)
    void badValuesOfAChildAreRefused(String line, String message) {
        String key = line.substring(0, line.indexOf(':'));
        String yaml = SMALL.replace("        local_ts", "        " + line + "\n        local_ts");
        assertThat(faultOf(yaml)).isEqualTo(
                "gapura.yaml:9:" + (11 + key.length()) + ": connections.hq.children.lan." + key + ": " + message);
    }

    @Test
    void aChildIsOfAhIfItHasProposalsForIt() throws Exception {
        Child child = read(SMALL.replace("        local_ts",
                "        ah_proposals: [sha256-esn, aes128gmac-x25519]\n        local_ts")).connections().getFirst()
                .children().getFirst();
        assertThat(child.isAh()).isTrue();
        assertThat(Proposals.describe(child.espProposals())).isEqualTo("sha256-esn, aes128gmac-x25519-noesn");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ah_proposals: aes128-sha256 | 'aes128' is not available for AH; choose from
            ah_proposals: x25519 | AH needs an integrity algorithm: add sha256, sha384 or sha512
            esp_proposals: sha256 | there is no cipher
            esp_proposals: aes128, ah_proposals: sha256 | a child is protected by ESP or by AH
            """)
    void proposalsOfTheOtherProtocolAreRefused(String keys, String message) {
        String lines = keys.replace(", ah", "-sha256\n        ah");
        assertThat(faultOf(SMALL.replace("        local_ts", "        " + lines + "\n        local_ts")))
                .contains(message);
    }

    @Test
    void ahGoesNotInUdp() {
        String yaml = SMALL.replace("        local_ts", "        ah_proposals: sha256\n        local_ts")
                .replace("    children:", "    encap: yes\n    children:");
        assertThat(faultOf(yaml)).contains("connections.hq.encap: AH cannot go in UDP; leave out encap");
    }

    @Test
    void wordsThatEspDoesNotKnowAreAnsweredWithThoseItKnows() {
        String yaml = SMALL.replace("        local_ts",
                "        esp_proposals: aes256gcm16-prfsha256\n        local_ts");
        assertThat(faultOf(yaml)).startsWith("gapura.yaml:9:24: connections.hq.children.lan.esp_proposals: proposal"
                + " 'aes256gcm16-prfsha256': 'prfsha256' is not available for ESP; choose from ")
                .contains("aes128gcm16, ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            workers: "1-2,4"   | workers: "0-2"       | dataplane.workers: core 0 is main_core, the control thread's; take it from one of the two, or say share_cores: yes
            workers: "1-2,4"   | workers: "1,1"       | dataplane.workers: core 1 would have two workers, each waiting for the other; name another core, or say share_cores: yes
            workers: "1-2,4"   | workers: "2-1"       | dataplane.workers: names no core; write the smaller one of a range first
            workers: "1-2,4"   | workers: many        | dataplane.workers: 'many' is no list of cores; write "2-5,18", auto or any
            device: eth1       | device: eth0         | dataplane.ports: ports wan and lan are both eth0
            device: eth1       | device: "a/b"        | dataplane.ports.lan.device: 'a/b' is no name of an interface
            role: protected    | role: unprotected    | dataplane.ports: there is no port with role: protected; a gateway needs one towards each side
            idle: spin         | idle: sleep          | dataplane.idle: 'sleep' is not possible here; choose from adaptive, spin, pause, park
            driver: af_xdp     | driver: vpp          | dataplane.ports.wan.driver: 'vpp' is not possible here; choose from af_xdp, dpdk, tun
            """)
    void badValuesOfTheDataplaneAreRefused(String replaced, String by, String message) {
        assertThat(faultOf(SMALL + DATAPLANE.replace(replaced, by))).endsWith(": " + message);
    }

    @Test
    void allFaultsAreFoundAtOnceInTheirOrder() {
        String yaml = SMALL.replace("remote_addrs: [192.0.2.2]", "remote_addrs: [192.0.2.300]")
                .replace("auth: psk, id: a", "auth: eap, id: a")
                .replace("local_ts: [10.1.0.0/16]", "local_ts: [10.1.0.0/33, 10.1.0.0/16, 10.0.0.0/40]\n"
                        + "        start_action: begin\n        rekey_tme: 1h")
                .replace("secret_file: hq.psk", "secret_file: other.psk")
                + DATAPLANE.replace("idle: spin", "idle: sleep").replace("role: protected", "role: inner")
                        .replace("    lan:", "    dmz: { device: eth2 }\n    lan:")
                + "colour: red\n";
        assertThat(faultOf(yaml).lines().map(line -> line.replaceFirst(";.*", ""))).containsExactly(
                "gapura.yaml:4:20: connections.hq.remote_addrs[0]: '192.0.2.300' is no IP address",
                "gapura.yaml:5:20: connections.hq.local.auth: 'eap' is not possible here",
                "gapura.yaml:9:20: connections.hq.children.lan.local_ts[0]: '10.1.0.0/33': an IPv4 prefix has 0 to 32 bits",
                "gapura.yaml:9:46: connections.hq.children.lan.local_ts[2]: '10.0.0.0/40': an IPv4 prefix has 0 to 32 bits",
                "gapura.yaml:10:23: connections.hq.children.lan.start_action: 'begin' is not possible here",
                "gapura.yaml:11:9: connections.hq.children.lan.rekey_tme: unknown key",
                "gapura.yaml:14:62: secrets.ike-hq.secret_file: cannot read other.psk: NoSuchFileException",
                "gapura.yaml:18:9: dataplane.idle: 'sleep' is not possible here",
                "gapura.yaml:23:10: dataplane.ports.dmz: 'role' is missing",
                "gapura.yaml:24:32: dataplane.ports.lan.role: 'inner' is not possible here",
                "gapura.yaml:25:1: colour: unknown key");
    }

    @Test
    void misspelledKeysAreGuessed() {
        assertThat(faultOf("local_addrs:", "local_addr:")).isEqualTo(
                "gapura.yaml:3:5: connections.hq.local_addr: unknown key; did you mean 'local_addrs'?");
        assertThat(faultOf("    local: {", "    dpd_dely: 1s\n    local: {")).isEqualTo(
                "gapura.yaml:5:5: connections.hq.dpd_dely: unknown key; did you mean 'dpd_delay'?");
    }

    @Test
    void keysThatStandTwiceAreRefused() {
        assertThat(faultOf("    local: {", "    local_addrs: [192.0.2.9]\n    local: {")).isEqualTo(
                "gapura.yaml:5:5: connections.hq.local_addrs: stands here a second time; remove one");
    }

    @Test
    void peersOfAnyAddressCannotBeCalled() {
        String any = SMALL.replace("[192.0.2.2]", "[\"%any\"]");
        assertThat(faultOf(any.replace("        local_ts", "        start_action: start\n        local_ts"))).endsWith(
                "start_action: cannot start towards %any; write none, or give remote_addrs an address");
        assertThat(faultOf(any.replace("        local_ts", "        dpd_action: restart\n        local_ts"))).endsWith(
                "dpd_action: cannot restart towards %any; write clear, or give remote_addrs an address");
    }

    @Test
    void connectionThatAnotherHidesIsRefused() {
        String body = SMALL.substring(SMALL.indexOf("    local_addrs"), SMALL.indexOf("secrets:"));
        assertThat(faultOf("secrets:", "  hq2:\n" + body + "secrets:")).contains(
                "connections.hq2: has the addresses and identities of 'hq', so that it would never be used");
    }

    @Test
    void secretsThatOthersMayReadAreRefused() throws IOException {
        Path secret = directory.resolve("hq.psk");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(faultOf(SMALL)).endsWith(
                "hq.psk can be read or changed by others than its owner; run: chmod 600 hq.psk");
    }

    @Test
    void emptySecretsAreRefused() throws IOException {
        Files.writeString(directory.resolve("hq.psk"), "\n");
        assertThat(faultOf(SMALL)).endsWith("secrets.ike-hq.secret_file: the file holds no secret");
    }

    @Test
    void theMoreExactSecretWins() throws Exception {
        Path other = directory.resolve("any.psk");
        Files.writeString(other, "for everybody");
        Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rw-------"));
        Configuration configuration = read(SMALL + "  ike-any: { secret_file: any.psk }\n");
        assertThat(secret(configuration.connections().getFirst()).toArray()).asString().isEqualTo("correct horse");
    }

    @Test
    void missingFilesAreSaidToBeMissing() {
        assertThatThrownBy(() -> Configuration.read(directory.resolve("none.yaml")))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessage(directory + "/none.yaml: cannot be read: NoSuchFileException");
    }

    @Test
    void emptyFilesAreSaidToBeEmpty() {
        assertThat(faultOf("")).startsWith("gapura.yaml: is empty");
        assertThat(faultOf("connections:\n")).isEqualTo("gapura.yaml:1:13: connections: must hold keys and values");
    }
}
