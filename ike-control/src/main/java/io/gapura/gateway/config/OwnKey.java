package io.gapura.gateway.config;

import io.gapura.gateway.pki.KeyFiles;
import io.gapura.gateway.pki.KeyFiles.Faulty;
import io.gapura.gateway.pki.KeyPairs;
import io.gapura.gateway.pki.Tokens;
import io.gapura.ike.message.Secret;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A private key of ours: {@code secrets.private…} in a file, {@code secrets.token…} in a token.
 *
 * @param token the provider that has it, or null
 */
record OwnKey(String name, PrivateKey key, @Nullable Provider token) {
    static List<OwnKey> readFile(Place place, String name, Section section) throws InvalidConfiguration {
        Optional<Secret> passphrase = section.read("secret_file", Optional.empty(),
                value -> Optional.of(SharedKey.load(value, place.resolve(value.text()))));
        Optional<PrivateKey> key = section.need("file", Optional.empty(), value -> {
            try {
                return Optional.of(KeyFiles.privateKey(place.resolve(value.text()), passphrase.orElse(null)));
            } catch (Faulty faulty) {
                throw value.fault(faulty.what());
            }
        });
        return key.map(each -> List.of(new OwnKey(name, each, null))).orElse(List.of());
    }

    static List<OwnKey> readToken(Place place, String name, Section section) throws InvalidConfiguration {
        Secret pin = section.need("secret_file", SharedKey.NO_SECRET, value -> SharedKey.load(value,
                place.resolve(value.text())));
        Optional<Integer> slot = section.read("slot", Optional.empty(),
                value -> Optional.of(value.integer(0, Integer.MAX_VALUE)));
        Optional<String> handle = section.read("handle", Optional.empty(), value -> Optional.of(value.text()));
        return section.need("module", List.of(), value -> {
            try {
                return Tokens.keys(place.resolve(value.text()).toString(), slot.orElse(null), handle.orElse(null), pin)
                        .stream()
                        .map(each -> new OwnKey(name, each.key(), each.provider())).toList();
            } catch (Faulty faulty) {
                throw value.fault(faulty.what());
            }
        });
    }

    boolean isOf(PublicKey other) {
        return KeyPairs.match(new KeyPair(other, key), token);
    }
}
