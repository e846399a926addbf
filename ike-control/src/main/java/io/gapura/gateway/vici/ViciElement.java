package io.gapura.gateway.vici;

/** What the body of a message is made of, by numbers on the wire. */
final class ViciElement {
    static final int SECTION_START = 1;
    static final int SECTION_END = 2;
    static final int KEY_VALUE = 3;
    static final int LIST_START = 4;
    static final int LIST_ITEM = 5;
    static final int LIST_END = 6;

    private ViciElement() {
    }
}
