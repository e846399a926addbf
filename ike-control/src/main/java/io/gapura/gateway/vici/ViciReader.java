package io.gapura.gateway.vici;

import io.gapura.gateway.vici.ViciValue.Text;
import io.gapura.gateway.vici.ViciValue.Texts;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Reads names and elements. Every fault of the other side is a {@link ProtocolException}. */
final class ViciReader {
    /** Sections within sections; list-sas needs three. */
    private static final int MAX_DEPTH = 16;

    private final ByteBuffer bytes;

    ViciReader(byte[] packet) {
        this.bytes = ByteBuffer.wrap(packet);
    }

    int octet() throws ProtocolException {
        need(1);
        return bytes.get() & 0xff;
    }

    /** Behind its length in one byte. */
    String name() throws ProtocolException {
        return text(octet());
    }

    /** Behind its length in two bytes. */
    private String value() throws ProtocolException {
        need(2);
        return text(bytes.getShort() & 0xffff);
    }

    private String text(int length) throws ProtocolException {
        need(length);
        byte[] text = new byte[length];
        bytes.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private void need(int count) throws ProtocolException {
        if (bytes.remaining() < count) {
            throw new ProtocolException("a packet that ends too early");
        }
    }

    void finish() throws ProtocolException {
        if (bytes.hasRemaining()) {
            throw new ProtocolException("a packet with more behind its end");
        }
    }

    /** All that is left, as a message. */
    ViciMessage message() throws ProtocolException {
        SequencedMap<String, ViciValue> values = new LinkedHashMap<>();
        while (bytes.hasRemaining()) {
            put(values, octet(), 1);
        }
        return new ViciMessage(values);
    }

    private void put(SequencedMap<String, ViciValue> values, int element, int depth) throws ProtocolException {
        String name = switch (element) {
            case ViciElement.KEY_VALUE, ViciElement.LIST_START, ViciElement.SECTION_START -> name();
            default -> throw new ProtocolException("element " + element + " where a name should begin");
        };
        values.put(name, switch (element) {
            case ViciElement.KEY_VALUE -> new Text(value());
            case ViciElement.LIST_START -> list();
            default -> section(depth + 1);
        });
    }

    private Texts list() throws ProtocolException {
        List<String> texts = new ArrayList<>();
        for (int element = octet(); element != ViciElement.LIST_END; element = octet()) {
            if (element != ViciElement.LIST_ITEM) {
                throw new ProtocolException("element " + element + " in a list");
            }
            texts.add(value());
        }
        return new Texts(texts);
    }

    private ViciMessage section(int depth) throws ProtocolException {
        if (depth > MAX_DEPTH) {
            throw new ProtocolException("sections nested more than " + MAX_DEPTH + " deep");
        }
        SequencedMap<String, ViciValue> values = new LinkedHashMap<>();
        for (int element = octet(); element != ViciElement.SECTION_END; element = octet()) {
            put(values, element, depth);
        }
        return new ViciMessage(values);
    }
}
