package io.gapura.gateway.process;

import io.gapura.engine.Engine;
import io.gapura.engine.SaMtu;
import io.gapura.gateway.vici.ViciMessage;
import io.gapura.ike.IkeSaStatus;
import io.gapura.ike.IkeSaStatus.ChildStatus;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Answers our own {@code get-mtu}: what packets each outbound SA takes. Control thread. */
final class MtuReport {
    private MtuReport() {
    }

    static ViciMessage of(Engine engine, List<IkeSaStatus> sas) {
        Map<Integer, String> names = new HashMap<>();
        for (IkeSaStatus ikeSa : sas) {
            for (ChildStatus child : ikeSa.children()) {
                names.put(child.spiOut(), ikeSa.connection() + "/" + child.name());
            }
        }
        ViciMessage.Builder mtus = ViciMessage.builder();
        for (SaMtu mtu : engine.mtus()) {
            ViciMessage.Builder section = ViciMessage.builder().put("name", names.getOrDefault(mtu.spi(), ""))
                    .put("link-mtu", mtu.linkMtu());
            if (mtu.isPathMtuKnown()) {
                section.put("path-mtu", mtu.pathMtu());
            }
            mtus.put(HexFormat.of().toHexDigits(mtu.spi()), section.put("mtu", mtu.innerMtu()));
        }
        return ViciMessage.builder().put("sas", mtus).build();
    }
}
