package io.gapura.gateway.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.port.TunSettings.Prefix;
import io.gapura.gateway.config.Configuration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostRoutesTest {
    @TempDir
    Path directory = Path.of("");

    private List<String> routes(String selectors) throws Exception {
        Path secret = Files.writeString(directory.resolve("psk"), "known to both");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        Path file = Files.writeString(directory.resolve("gapura.yaml"), """
                connections:
                  peer:
                    local_addrs: [192.0.2.1]
                    remote_addrs: [192.0.2.2]
                    local: { id: a }
                    remote: { id: b }
                    children:
                      net: { local_ts: [10.1.0.0/16], remote_ts: [%s] }
                secrets:
                  key: { id: [a, b], secret_file: psk }
                """.formatted(selectors));
        return HostRoutes.of(Configuration.read(file).connections()).stream().map(Prefix::toString).toList();
    }

    @Test
    void thereIsOneToEachRemoteSelectorOnce() throws Exception {
        assertThat(routes("10.2.0.0/16, \"10.3.0.7[tcp/443]\", \"10.3.0.7[udp/53]\""))
                .containsExactly("10.2.0.0/16", "10.3.0.7/32");
    }

    @Test
    void aRangeIsSeveralPrefixes() throws Exception {
        assertThat(routes("10.2.0.5-10.2.0.16")).containsExactly("10.2.0.5/32", "10.2.0.6/31", "10.2.0.8/29",
                "10.2.0.16/32");
        assertThat(HostRoutes.prefixes(0, 1L << 32)).hasToString("[0.0.0.0/0]");
        assertThat(HostRoutes.prefixes(0xffff_fffeL, 1L << 32)).hasToString("[255.255.255.254/31]");
    }

    @Test
    void noneLeadsThePeerItselfIntoTheTunnel() throws Exception {
        assertThat(routes("0.0.0.0/0")).isEmpty();
        assertThat(routes("192.0.2.0/24, 10.2.0.0/16")).containsExactly("10.2.0.0/16");
    }
}
