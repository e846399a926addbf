package io.gapura.ffi.libc;

/** Whether memory lies in huge pages that were reserved for it: a random read costs a third less there. */
public enum HugePages {
    /** Where there are enough; otherwise in ordinary pages, which the kernel may join to huge ones. */
    PREFER,
    /** Or not at all. */
    REQUIRE,
    /** In ordinary pages. */
    OFF
}
