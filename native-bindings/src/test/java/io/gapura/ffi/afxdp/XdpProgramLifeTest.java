package io.gapura.ffi.afxdp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ffi.test.NetworkNamespace;
import io.gapura.ffi.test.RequiresRoot;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@RequiresRoot
final class XdpProgramLifeTest {
    @Test
    void theProgramVanishesWithAProcessThatIsKilled() throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create("kill")) {
            namespace.run("ip link add wan type veth peer name far");
            namespace.run("ip link set wan up");
            Process holder = startHolder(namespace);
            assertThat(firstLine(holder)).isEqualTo("NATIVE");
            assertThat(namespace.run("ip link show wan")).contains("xdp");

            holder.destroyForcibly().waitFor(10, TimeUnit.SECONDS);

            assertThat(holder.exitValue()).isEqualTo(128 + 9);
            assertThat(namespace.run("ip link show wan")).doesNotContain("xdp");
        }
    }

    private static Process startHolder(NetworkNamespace namespace) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder("ip", "netns", "exec", namespace.name(), java, "--enable-native-access=ALL-UNNAMED",
                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
                XdpProgramHolder.class.getName(), "wan").redirectErrorStream(true).start();
    }

    private static String firstLine(Process process) throws IOException {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)).readLine();
    }
}
