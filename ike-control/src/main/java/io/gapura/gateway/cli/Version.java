package io.gapura.gateway.cli;

/** Which Gapura this is, and what it runs on. */
final class Version {
    private Version() {
    }

    static String[] lines() {
        String number = Version.class.getPackage().getImplementationVersion();
        return new String[] {"gapura " + (number == null ? "(not from a jar)" : number),
            "Java " + Runtime.version() + " on " + System.getProperty("os.name") + " "
                    + System.getProperty("os.version")
                    + " " + System.getProperty("os.arch")};
    }
}
