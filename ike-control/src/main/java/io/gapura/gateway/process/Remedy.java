package io.gapura.gateway.process;

import java.util.Arrays;

/** What may help when a connection is not up, by what is said of why; the first that fits. */
enum Remedy {
    SILENT_AT_FIRST("does not answer IKE_SA_INIT",
            "nothing comes back from there: is remote_addrs right, does the peer run, and is UDP 500 let through both ways?"),
    SILENT_LATER("does not answer IKE_AUTH",
            "IKE_SA_INIT went through: is UDP 4500 let through both ways? If large packets are lost on the way, fragmentation:"
                    + " force and a smaller ike.fragment_size help"),
    SILENT_BETWEEN("does not answer IKE_INTERMEDIATE",
            "ML-KEM makes large packets, which may be lost on the way: a smaller ike.fragment_size helps, and post_quantum: off"
                    + " does without"),
    LOST("does not answer",
            "the peer was there and is not any more: dpd_action: restart would set the children up again by itself"),
    NO_PPK("post-quantum pre-shared key",
            "give both sides the same secret under the same ppk_id, or write ppk_required: no"),
    PROPOSAL("NO_PROPOSAL_CHOSEN",
            "the peer has none of our proposals in common with its own; its log says which those are: write one of them"),
    OFFERED("; wanted ", "add to the proposals what the peer offers, or have the peer offer what we want"),
    WRONG_IDENTITY(", wanted ", "write as remote.id who the peer is, or have it say who we want as its local id"),
    UNTRUSTED("certificate",
            "gapura pki verify tells what is wrong with the peer's certificate; remote.cacerts has whom we trust"),
    NOT_BELIEVED("answers AUTHENTICATION_FAILED",
            "the peer does not believe who we are: have both sides the same secret or does the peer trust our certificate, and does"
                    + " it know us by our local.id?"),
    NOT_PROVED("AUTHENTICATION_FAILED",
            "the proof does not fit: both sides need the same secret, under the identities that they show"),
    WRONG_SECRET("pre-shared key", "both sides need the same secret, under the identities that they show"),
    NOBODY("no connection for peer", "no remote.id accepts this peer, or no local.id is whom it asks for"),
    SELECTORS("TS_UNACCEPTABLE",
            "the peer wants other traffic selectors: its remote_ts must be our local_ts, and the other way round"),
    CLOSED_HERE("closed here", "gapura initiate sets it up again"),
    CLOSED_THERE("closed by the peer",
            "the peer's log says why; close_action: restart would set it up again by itself"),
    OTHER("", "the log has what came before it");

    private final String sign;
    private final String advice;

    Remedy(String sign, String advice) {
        this.sign = sign;
        this.advice = advice;
    }

    static String of(String reason) {
        return Arrays.stream(values()).filter(remedy -> reason.contains(remedy.sign)).findFirst().orElse(OTHER).advice;
    }
}
