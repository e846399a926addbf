package io.gapura.gateway.vici;

/** Who asks: the user at the other end of the socket, as the kernel knows him. */
public record ViciCaller(String user) {
    static final ViciCaller UNKNOWN = new ViciCaller("nobody");

    private static final String ROOT = "root";
    /** Of root where the system has no name for it. */
    private static final String ROOT_NUMBER = "0";

    public boolean isRoot() {
        return user.equals(ROOT) || user.equals(ROOT_NUMBER);
    }
}
