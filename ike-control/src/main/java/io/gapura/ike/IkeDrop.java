package io.gapura.ike;

/** Why a datagram on the IKE ports led to nothing. Each is counted. */
public enum IkeDrop {
    NOT_IKE("not an IKE message: too short, or its length is wrong"),
    WRONG_VERSION("another version of IKE"),
    MALFORMED("an IKE_SA_INIT that breaks the rules of RFC 7296"),
    REFLECTED("an IKE_SA_INIT of our own that was sent back"),
    UNKNOWN_SPI("belongs to no IKE SA of ours"),
    NOT_AUTHENTIC("not encrypted by the peer, or damaged"),
    UNEXPECTED("not an exchange that the IKE SA waits for"),
    OVERLOADED("came while too many others waited for their turn"),
    TOO_MANY_HALF_OPEN("more half-open IKE SAs than the limits allow"),
    BAD_COOKIE("no cookie or a wrong one while cookies are demanded: answered with a fresh one"),
    NO_CONNECTION("no connection is configured between these addresses"),
    ESP_AT_THE_SOCKET("ESP in UDP that reached the IKE socket");

    private final String sentence;

    IkeDrop(String sentence) {
        this.sentence = sentence;
    }

    public String sentence() {
        return sentence;
    }
}
