package io.gapura.engine.kernel;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/** The shell on the virtual machine's serial line, as {@code vm-shell.py} has it. */
final class VmShell implements AutoCloseable {
    /** The line's driver takes no more at once. */
    private static final int LINE_CHARACTERS = 900;
    private static final Pattern END = Pattern.compile("\n==ended (\\d+)\r?\n");

    private final SocketChannel channel;

    VmShell(Path socket) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
    }

    /** What {@code line} prints; it must succeed. */
    String run(String line) throws IOException {
        channel.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
        StringBuilder heard = new StringBuilder();
        ByteBuffer chunk = ByteBuffer.allocate(1 << 16);
        Matcher end = END.matcher(heard);
        while (!end.find()) {
            if (channel.read(chunk.clear()) < 0) {
                throw new EOFException("the virtual machine is gone");
            }
            heard.append(StandardCharsets.UTF_8.decode(chunk.flip()));
            end = END.matcher(heard);
        }
        String said = heard.substring(0, end.start()).replace("\r", "");
        if (!end.group(1).equals("0")) {
            throw new IOException("'%s' ended with %s: %s".formatted(line, end.group(1), said));
        }
        return said;
    }

    /** Makes a file of lines. */
    void put(String file, List<String> lines) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        run(": >" + file + ".gz");
        for (String part : parts(Base64.getEncoder().encodeToString(packed.toByteArray()))) {
            run("echo " + part + " | base64 -d >>" + file + ".gz");
        }
        run("gunzip -c " + file + ".gz >" + file);
    }

    private static List<String> parts(String text) {
        List<String> parts = new ArrayList<>();
        for (int at = 0; at < text.length(); at += LINE_CHARACTERS) {
            parts.add(text.substring(at, Math.min(at + LINE_CHARACTERS, text.length())));
        }
        return parts;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
