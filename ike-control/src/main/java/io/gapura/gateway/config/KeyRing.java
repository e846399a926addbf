package io.gapura.gateway.config;

import java.util.ArrayList;
import java.util.List;

/**
 * {@code secrets}: what only we should know, told apart by the beginning of its name as in swanctl.
 *
 * @param complete whether all could be read; if not, a missing one is no fault of its own
 */
record KeyRing(List<SharedKey> shared, List<OwnKey> own, boolean complete) {
    private static final List<String> ALL_KEYS = List.of("id", "secret", "secret_file", "file", "module", "slot",
            "handle");

    KeyRing {
        shared = List.copyOf(shared);
        own = List.copyOf(own);
    }

    static KeyRing read(Place place, Section all) {
        List<SharedKey> shared = new ArrayList<>();
        List<OwnKey> own = new ArrayList<>();
        all.readAll((name, section) -> {
            ALL_KEYS.forEach(section::find);
            if (name.startsWith("private")) {
                refuse(section, "a key in a file", "id", "module", "slot", "handle");
                own.addAll(OwnKey.readFile(place, name, section));
            } else if (name.startsWith("token")) {
                refuse(section, "keys in a token", "id", "file");
                own.addAll(OwnKey.readToken(place, name, section));
            } else {
                refuse(section, "a shared secret: names of private keys begin with private, those of tokens with token",
                        "file", "module", "slot", "handle");
                shared.add(SharedKey.read(place, name, section));
            }
            return name;
        });
        return new KeyRing(shared, own, place.faults() == 0);
    }

    private static void refuse(Section section, String what, String... keys) throws InvalidConfiguration {
        for (String key : keys) {
            Value value = section.find(key);
            if (value != null) {
                throw value.fault("does not belong to " + what);
            }
        }
    }
}
