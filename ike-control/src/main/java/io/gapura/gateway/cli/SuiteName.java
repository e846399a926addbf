package io.gapura.gateway.cli;

import io.gapura.engine.crypto.EspCipher;
import java.util.Iterator;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;

/** ESP's ciphers by name: {@code aes-128-gcm-16}. */
final class SuiteName implements ITypeConverter<EspCipher>, Iterable<String> {
    @Override
    public EspCipher convert(String name) {
        try {
            return EspCipher.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
        } catch (IllegalArgumentException unknown) {
            throw Failure.usage("no suite '" + name + "'; there are " + String.join(", ", this));
        }
    }

    @Override
    public Iterator<String> iterator() {
        return Stream.of(EspCipher.values()).map(cipher -> cipher.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .iterator();
    }
}
