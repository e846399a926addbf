package io.gapura.gateway.vici;

import io.gapura.ike.message.Bytes;
import java.util.List;

/** What stands behind a name in a vici message: a text, a list of texts, or a section of more names. */
public sealed interface ViciValue permits ViciValue.Text, ViciValue.Texts, ViciValue.Raw, ViciMessage {
    /** A single value. vici knows no types: numbers are written in decimal or hexadecimal digits. */
    record Text(String value) implements ViciValue {}

    /** A single value that is no text: a certificate in DER. Read from the wire it is a {@link Text}. */
    record Raw(Bytes value) implements ViciValue {}

    /** A list of values. */
    record Texts(List<String> values) implements ViciValue {
        public Texts {
            values = List.copyOf(values);
        }
    }
}
