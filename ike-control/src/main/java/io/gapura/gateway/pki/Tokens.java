package io.gapura.gateway.pki;

import io.gapura.gateway.pki.KeyFiles.Faulty;
import io.gapura.ike.message.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidParameterException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Security;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Private keys in PKCS#11 tokens, by the JDK's provider: they never leave the token. */
public final class Tokens {
    private Tokens() {
    }

    /** A key, and the provider that signs by it. */
    public record TokenKey(PrivateKey key, Provider provider) {}

    /**
     * The private keys of a token.
     *
     * @param module the token's library
     * @param slot   or null for the first one
     * @param handle the label or, in hexadecimal, the id of a key; null for all. The JDK shows keys that have a certificate beside them
     * @throws Faulty if the token cannot be opened, or has no such key
     */
    public static List<TokenKey> keys(String module, @Nullable Integer slot, @Nullable String handle, Secret pin)
            throws Faulty {
        char[] characters = pin.use(bytes -> new String(bytes, StandardCharsets.UTF_8)).toCharArray();
        try {
            Provider provider = Security.getProvider("SunPKCS11").configure(settings(module, slot));
            KeyStore store = KeyStore.getInstance("PKCS11", provider);
            store.load(null, characters);
            List<TokenKey> keys = new ArrayList<>();
            for (String alias : Collections.list(store.aliases())) {
                boolean wanted = handle == null || alias.equals(handle);
                if (wanted && store.isKeyEntry(alias)) {
                    keys.add(new TokenKey((PrivateKey) store.getKey(alias, null), provider));
                }
            }
            if (keys.isEmpty()) {
                throw new Faulty("the token has no private key with a certificate"
                        + (handle == null ? "" : " labelled '" + handle + "'; it has " + labels(store)));
            }
            return keys;
        } catch (GeneralSecurityException | IOException | InvalidParameterException | ProviderException e) {
            throw new Faulty("the token by %s cannot be opened: %s".formatted(module, why(e)));
        }
    }

    /** What the token itself has said, such as CKR_PIN_INCORRECT, is at the bottom. */
    private static String why(Throwable failure) {
        String why = failure.toString();
        for (Throwable each = failure; each != null; each = each.getCause()) {
            why = each.getMessage() == null ? why : each.getMessage();
        }
        return why;
    }

    private static String labels(KeyStore store) throws GeneralSecurityException {
        List<String> labels = Collections.list(store.aliases());
        return labels.isEmpty() ? "none" : String.join(", ", labels);
    }

    /** A configuration in the words of the JDK's provider; two dashes say that it is none of a file. */
    private static String settings(String module, @Nullable Integer slot) {
        String name = "gapura-" + Integer.toHexString((module + slot).hashCode()).toLowerCase(Locale.ROOT);
        return "--name = %s%nlibrary = \"%s\"%n%s".formatted(name, module.replace("\"", ""),
                slot == null ? "slotListIndex = 0" : "slot = " + slot);
    }
}
