package io.gapura.ffi.bpf;

/** The kernel functions that our programs call, bpf-helpers(7): arguments in R1 to R5, result in R0. */
public enum BpfHelper {
    /** R1 map, R2 pointer to the key: pointer to the value, or null. */
    MAP_LOOKUP_ELEM(1),
    /** R1 map, R2 key, R3 the action if there is no such entry: the action to return. */
    REDIRECT_MAP(51);

    private final int number;

    BpfHelper(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
