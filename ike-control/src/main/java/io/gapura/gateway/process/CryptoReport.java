package io.gapura.gateway.process;

import io.gapura.gateway.vici.ViciMessage;
import io.gapura.ike.IkeSaStatus;
import io.gapura.ike.IkeSaStatus.ChildStatus;
import io.gapura.ike.config.Connection;
import io.gapura.ike.config.Ppk;
import io.gapura.ike.crypto.CryptoAudit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Which SAs are classical or weak, and which connections may become so. */
public final class CryptoReport {
    private CryptoReport() {
    }

    /** Every SA under {@code sas}, with {@code findings}; every connection with any under {@code connections}. */
    static ViciMessage of(List<IkeSaStatus> sas, List<Connection> connections) {
        ViciMessage.Builder live = ViciMessage.builder();
        for (IkeSaStatus sa : sas) {
            if (!sa.suite().isEmpty()) {
                String spi = HexFormat.of().toHexDigits(Outcome.ownSpi(sa));
                live.put(spi, section("IKE", sa.connection(), sa.suite(), CryptoAudit.findings(sa.suite(), sa.ppk())));
                sa.children().forEach(child -> live.put(HexFormat.of().toHexDigits(child.spiIn()), section(
                        child.ah() ? "AH" : "ESP",
                        sa.connection() + "/" + child.name(), child.suite(), findings(sa, child))));
            }
        }
        ViciMessage.Builder configured = ViciMessage.builder();
        for (Connection connection : connections) {
            List<String> findings = findings(connection);
            if (!findings.isEmpty()) {
                configured.put(connection.name(), ViciMessage.builder().put("findings", findings));
            }
        }
        return ViciMessage.builder().put("sas", live).put("connections", configured).build();
    }

    private static ViciMessage.Builder section(String protocol, String name, String suite, List<String> findings) {
        return ViciMessage.builder().put("protocol", protocol).put("name", name).put("suite", suite).put("findings",
                findings);
    }

    /** A child's keys come from its IKE SA's. */
    private static List<String> findings(IkeSaStatus sa, ChildStatus child) {
        if (child.ah()) {
            return List.of("AH encrypts nothing: take esp_proposals");
        }
        return CryptoAudit.findings(child.suite(), sa.ppk() || CryptoAudit.isPostQuantum(sa.suite()));
    }

    /** What is to be known of a connection before it is used. */
    public static List<String> findings(Connection connection) {
        Ppk ppk = connection.options().ppk();
        List<String> findings = new ArrayList<>(
                CryptoAudit.findings(connection.proposals(), ppk != null && ppk.required()));
        if (ppk != null && !ppk.required()) {
            findings.add("its post-quantum pre-shared key is optional: ppk_required: yes would insist on it");
        }
        return findings;
    }
}
