package io.gapura.ffi.bpf;

/** The kernel functions that our programs call, bpf-helpers(7): arguments in R1 to R5, result in R0. */
public enum BpfHelper {
    /** R1 map, R2 pointer to the key: pointer to the value, or null. */
    MAP_LOOKUP_ELEM(1),
    /** The time of System.nanoTime(). */
    KTIME_GET_NS(5),
    /** R1 interface index, R2 0: the action to return. */
    REDIRECT(23),
    /** R1 map, R2 key, R3 the action if there is no such entry: the action to return. */
    REDIRECT_MAP(51),
    /** R1 context, R2 how many bytes longer, or shorter if negative: 0 if done. Pointers into the frame are lost. */
    XDP_ADJUST_TAIL(65);

    private final int number;

    BpfHelper(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
