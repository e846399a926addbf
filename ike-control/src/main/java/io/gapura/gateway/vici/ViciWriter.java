package io.gapura.gateway.vici;

import io.gapura.gateway.vici.ViciValue.Raw;
import io.gapura.gateway.vici.ViciValue.Text;
import io.gapura.gateway.vici.ViciValue.Texts;
import io.gapura.ike.message.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Writes names and elements. */
final class ViciWriter {
    private static final int MAX_NAME_BYTES = 0xff;
    private static final int MAX_VALUE_BYTES = 0xffff;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    void octet(int value) {
        bytes.write(value);
    }

    void name(String name) {
        byte[] utf8 = utf8(name, MAX_NAME_BYTES);
        octet(utf8.length);
        bytes.writeBytes(utf8);
    }

    private void value(String value) {
        value(utf8(value, MAX_VALUE_BYTES));
    }

    private void value(byte[] value) {
        octet(value.length >> 8);
        octet(value.length);
        bytes.writeBytes(value);
    }

    private static byte[] utf8(String text, int maxBytes) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > maxBytes) {
            throw new IllegalArgumentException("longer than " + maxBytes + " bytes: " + text);
        }
        return utf8;
    }

    void message(ViciMessage message) {
        for (Map.Entry<String, ViciValue> entry : message.values().entrySet()) {
            switch (entry.getValue()) {
                case Text(String text) -> {
                    begin(ViciElement.KEY_VALUE, entry.getKey());
                    value(text);
                }
                case Raw(Bytes raw) -> {
                    begin(ViciElement.KEY_VALUE, entry.getKey());
                    value(raw.toArray());
                }
                case Texts(List<String> texts) -> {
                    begin(ViciElement.LIST_START, entry.getKey());
                    texts.forEach(this::item);
                    octet(ViciElement.LIST_END);
                }
                case ViciMessage section -> {
                    begin(ViciElement.SECTION_START, entry.getKey());
                    message(section);
                    octet(ViciElement.SECTION_END);
                }
            }
        }
    }

    private void begin(int element, String name) {
        octet(element);
        name(name);
    }

    private void item(String text) {
        octet(ViciElement.LIST_ITEM);
        value(text);
    }

    /** All that was written, behind its length. */
    byte[] packet() {
        return ByteBuffer.allocate(Integer.BYTES + bytes.size()).putInt(bytes.size()).put(bytes.toByteArray()).array();
    }
}
