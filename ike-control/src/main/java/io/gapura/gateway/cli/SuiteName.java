package io.gapura.gateway.cli;

import io.gapura.engine.crypto.EspCipher;
import java.util.Iterator;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;

/** ESP's ciphers in words of the configuration, {@code aes128gcm16}, wherever there are hyphens in them. */
final class SuiteName implements ITypeConverter<EspCipher>, Iterable<String> {
    @Override
    public EspCipher convert(String name) {
        return EspCipher.all().stream().filter(cipher -> letters(cipher.keyword()).equals(letters(name))).findFirst()
                .orElseThrow(() -> Failure.usage("no suite '" + name + "'; there are " + String.join(", ", this)));
    }

    private static String letters(String name) {
        return name.toLowerCase(Locale.ROOT).replace("-", "");
    }

    @Override
    public Iterator<String> iterator() {
        return EspCipher.all().stream().map(EspCipher::keyword).iterator();
    }
}
