package io.gapura.ike.message;

/** Reads a byte string from front to back; a read past its end is the peer's fault, not ours. */
final class ByteReader {
    private final Bytes bytes;
    private final String where;
    private int position;

    /** @param where what is being read, for the message of a failure */
    ByteReader(Bytes bytes, String where) {
        this.bytes = bytes;
        this.where = where;
    }

    boolean isAtEnd() {
        return position == bytes.length();
    }

    int remaining() {
        return bytes.length() - position;
    }

    int take8() throws MalformedMessage {
        return bytes.at(advance(1));
    }

    int take16() throws MalformedMessage {
        return bytes.shortAt(advance(Short.BYTES));
    }

    int take32() throws MalformedMessage {
        return bytes.intAt(advance(Integer.BYTES));
    }

    long take64() throws MalformedMessage {
        return bytes.longAt(advance(Long.BYTES));
    }

    Bytes take(int length) throws MalformedMessage {
        int start = advance(length);
        return bytes.slice(start, start + length);
    }

    Bytes takeRest() {
        int start = position;
        position = bytes.length();
        return bytes.from(start);
    }

    /** Reserved fields are ignored, RFC 7296 §2.5. */
    void skip(int length) throws MalformedMessage {
        advance(length);
    }

    MalformedMessage fault(String what) {
        return MalformedMessage.syntax(where + ": " + what);
    }

    private int advance(int length) throws MalformedMessage {
        if (length < 0 || length > remaining()) {
            throw fault(length + " bytes wanted at " + position + " of " + bytes.length());
        }
        int start = position;
        position += length;
        return start;
    }
}
