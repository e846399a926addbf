package io.gapura.gateway.process;

import io.gapura.gateway.vici.ViciCommands.Event;
import io.gapura.gateway.vici.ViciMessage;
import io.gapura.gateway.vici.ViciServer;
import io.gapura.ike.IkeListener;
import io.gapura.ike.IkeSaStatus;
import org.jspecify.annotations.Nullable;

/** Passes on what happens to SAs: to the commands that wait for it, and to the clients that listen. Control thread. */
final class Listener implements IkeListener {
    private @Nullable ControlLoop loop;
    private @Nullable SaReport report;
    private @Nullable ViciServer vici;

    /** Who is to be told, before anything happens. */
    void tell(ControlLoop theLoop, SaReport theReport, ViciServer theServer) {
        loop = theLoop;
        report = theReport;
        vici = theServer;
    }

    @Override
    public void onIkeUp(IkeSaStatus ikeSa) {
        publish(ikeSa, true);
    }

    @Override
    public void onIkeDown(IkeSaStatus ikeSa, String reason) {
        publish(ikeSa, false);
    }

    private void publish(IkeSaStatus ikeSa, boolean up) {
        if (vici != null && report != null) {
            ViciMessage.Builder body = ViciMessage.builder();
            if (up) {
                body.put("up", true);
            }
            report.named(ikeSa).values().forEach((name, _) -> body.put(name, report.named(ikeSa).section(name)));
            vici.publish(new Event("ike-updown", body.build()));
        }
    }

    @Override
    public void onFailed(String connection, String child, String reason) {
        if (loop != null) {
            loop.onFailed(connection, reason);
        }
    }
}
