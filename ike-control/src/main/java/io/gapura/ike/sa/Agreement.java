package io.gapura.ike.sa;

import io.gapura.ike.config.Child;
import io.gapura.ike.crypto.EspSuite;
import io.gapura.ike.message.TrafficSelector;
import java.util.List;

/**
 * What both sides agreed on for a child SA.
 *
 * @param spiIn  ours: what the peer sends with
 * @param spiOut the peer's
 * @param transport whether in transport mode, or else a tunnel
 * @param lane   which of several side by side, see {@link Lanes}
 */
record Agreement(Child config, EspSuite suite, int spiIn, int spiOut, List<TrafficSelector> local,
        List<TrafficSelector> remote, boolean transport, int lane) {

    Agreement inLane(int number) {
        return new Agreement(config, suite, spiIn, spiOut, local, remote, transport, number);
    }
}
