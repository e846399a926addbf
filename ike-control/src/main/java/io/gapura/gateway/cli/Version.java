package io.gapura.gateway.cli;

import picocli.CommandLine.IVersionProvider;

/** Which Gapura this is, and what it runs on. */
public final class Version implements IVersionProvider {
    /** The number alone. */
    public static String number() {
        String number = Version.class.getPackage().getImplementationVersion();
        return number == null ? "(not from a jar)" : number;
    }

    @Override
    public String[] getVersion() {
        return new String[] {"gapura " + number(), "Java " + Runtime.version() + " on " + System.getProperty("os.name")
                + " " + System.getProperty("os.version") + " " + System.getProperty("os.arch")};
    }
}
