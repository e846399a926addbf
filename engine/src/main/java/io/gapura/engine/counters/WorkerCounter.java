package io.gapura.engine.counters;

/** What a worker counts besides drops and ports. Each with the sentence that documents it. */
public enum WorkerCounter {
    RECEIVED("Packets received by its ports."),
    GENERATED(
            "Packets made here: ICMP errors, each in place of the dropped packet that it is about, further fragments, and dummies."),
    SENT("Packets given to ports for sending."),
    PUNTED("Packets handed to the kernel."),
    HELD("Packets that wait here now: fragments for their datagrams to become whole, others for their tunnels to come up."),
    REASSEMBLED("Packets that became part of another one: of each reassembled datagram all fragments but one."),
    HANDED_OVER("Packets handed to the worker that owns their security association."),
    ENCAPSULATED("Packets put into ESP."),
    DECAPSULATED("Packets taken out of ESP."),
    DUMMIES("Packets made to hide when there are others: tfc_dummies."),
    BYPASSED("Packets forwarded in clear text because a policy allows it."),
    CYCLES("Duty cycles."),
    BATCHES("Batches of packets received, from ports and from other workers."),
    BUSY_NS("Nanoseconds spent on packets."),
    LONGEST_CYCLE_NS("The longest duty cycle with packets in nanoseconds: what held it up, held them up."),
    EVENTS_LOST("Events to the control thread that found its ring full."),
    FAULTS("Exceptions caught in the worker's duty cycle.");

    private final String sentence;

    WorkerCounter(String sentence) {
        this.sentence = sentence;
    }

    public String sentence() {
        return sentence;
    }
}
