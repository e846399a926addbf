package io.gapura.engine.kernel;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.gapura.engine.crypto.AhMac;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.kernel.Row.Placement;
import io.gapura.engine.packet.DropReason;
import io.gapura.engine.spd.Policy;
import io.gapura.engine.spd.SelectorSet;
import io.gapura.engine.spd.Spd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The engine and the Linux kernel's own IPsec, by keys set by hand on both sides: ESP and AH, tunnels of all four pairs of families and
 * transport mode of both, every algorithm that the kernel has, with extended sequence numbers and without, in UDP and without. All SAs
 * are there at once. By each of them pings of several sizes go out and come back, and neither side takes what was tampered with or
 * repeated, but takes what was genuine after it.
 *
 * <pre>
 *   java -cp … KernelMatrix SERIAL-LINE CARD OUR-UDP-PORT ITS-UDP-PORT [FILE]
 * </pre>
 *
 * <p>Prints a line a row, {@code passed|failed}, tab, what; then a table. FILE gets packets of the kernel, as {@code FuzzSeeds} reads
 * them. The environment's ROWS, a regular expression, says which rows, if not all. Run by {@code configs/interop/linux-vm.sh}.
 */
public final class KernelMatrix implements AutoCloseable {
    private static final List<String> ESP = List.of("aes128gcm16", "aes192gcm16", "aes256gcm16", "aes128gcm12",
            "aes256gcm8", "chacha20poly1305", "aes128ccm16", "aes256ccm12", "aes256ccm8", "aes128gmac", "aes256gmac",
            "aes128-sha256", "aes192-sha384", "aes256-sha512", "aes128-sha1", "aes128-aesxcbc", "aes256-aescmac",
            "aes128ctr-sha256", "aes256ctr-sha512", "null-sha256", "null-aesxcbc");
    private static final List<String> AH = List.of("sha256", "sha384", "sha512", "sha1", "aesxcbc", "aescmac");
    private static final int SMALL = 56;
    private static final int IN_FRAGMENTS = 1480;
    /** Of a ping's contents; the last ones need fragments, of the packet or of ESP. */
    private static final int[] SIZES = {0, 1, SMALL, 1000, 1300, IN_FRAGMENTS, 2000};
    private static final int LEAST_IN_UDP = 16;
    private static final List<String> FRAGMENTS_RECORDED = List.of("aes128gcm16", "sha256");
    private static final List<String> RECORDED = List.of("aes128gcm16", "aes128-sha256", "null-sha256", "aes256ccm8",
            "aes128gmac", "chacha20poly1305", "sha256", "aescmac");
    private static final Pattern STATE = Pattern.compile("0x([0-9a-f]{8})\\S* (\\d+) (\\d+)");
    /** The largest packet that no tunnel here has to cut. */
    private static final int FITS_EVERY_TUNNEL = 1360;
    private static final int ETHERNET_BYTES = 14;
    private static final HexFormat HEX = HexFormat.of();

    private final VmShell vm;
    private final Wire wire;
    private final List<String> record = new ArrayList<>();
    private int sequence;

    private KernelMatrix(VmShell vm, Wire wire) {
        this.vm = vm;
        this.wire = wire;
    }

    /** Ends with 1 if a row failed. */
    public static void main(String... arguments) throws IOException {
        int failed;
        try (KernelMatrix matrix = new KernelMatrix(new VmShell(Path.of(arguments[0])),
                new Wire(Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3])))) {
            Pattern only = Pattern.compile(Objects.requireNonNullElse(System.getenv("ROWS"), ""));
            List<Row> rows = rows().stream().filter(row -> only.matcher(row.toString()).find()).toList();
            matrix.install(rows, arguments[1]);
            failed = matrix.run(rows);
            if (arguments.length > 4) {
                Files.write(Path.of(arguments[4]), matrix.record, US_ASCII);
            }
        }
        System.exit(failed == 0 ? 0 : 1);
    }

    private static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        Stream<EspCipher> all = Stream.concat(ESP.stream().map(EspCipher::of), AH.stream().map(AhMac::of));
        all.forEach(cipher -> {
            for (Placement placement : Placement.values()) {
                for (int way = 0; way < (cipher instanceof AhMac ? 2 : 4); way++) {
                    rows.add(new Row(rows.size() + 1, cipher, placement, (way & 1) != 0, (way & 2) != 0));
                }
            }
        });
        return rows;
    }

    private void install(List<Row> rows, String card) throws IOException {
        List<String> commands = new ArrayList<>(Wire.commands(card));
        List<Policy> policies = new ArrayList<>();
        for (Row row : rows) {
            int tunnel = wire.engine.openTunnel();
            policies.add(Policy.protect(row.toString(), row.selector(), tunnel));
            int spi = wire.engine.allocateSpi();
            wire.engine.installInbound(spi, row.received(), SelectorSet.of(row.selector()));
            wire.engine.installOutbound(tunnel, row.kernelsSpi(), row.sent());
            commands.addAll(row.commands(spi));
        }
        wire.engine.publish(Spd.compile(policies));
        vm.put("/tmp/matrix", commands);
        vm.run("ip -batch /tmp/matrix");
    }

    private int run(List<Row> rows) throws IOException {
        Map<Row, @Nullable String> faults = new LinkedHashMap<>();
        for (Row row : rows) {
            faults.put(row, fault(row));
        }
        Map<Integer, String> refusals = refusals();
        int failed = 0;
        for (Row row : rows) {
            String refused = refusals.getOrDefault(row.kernelsSpi(), "nothing");
            String fault = faults.get(row);
            if (fault == null && !refused.equals("1 1")) {
                fault = "the kernel should have refused a repeated and a tampered packet, and did " + refused;
            }
            faults.put(row, fault);
            failed += fault == null ? 0 : 1;
            System.out.println(fault == null ? "passed\t" + row : "failed\t" + row + ": " + fault);
        }
        print(faults);
        System.out.println(
                "in the kernel's counts: " + vm.run("awk '$2 { print $1, $2 }' /proc/net/xfrm_stat | tr '\\n' ' '"));
        System.out.printf("%d rows, %d failed; %s%n", rows.size(), failed, wire.engine.ledger());
        return failed + (wire.isBalanced() ? 0 : 1);
    }

    /** By SPI how many packets the kernel refused as repeated, and as not authentic. */
    private Map<Integer, String> refusals() throws IOException {
        Matcher states = STATE.matcher(vm.run("ip -s xfrm state | awk '/spi 0x1000/ { spi = $4 } "
                + "/ failed / { if (spi != \"\") print spi, $4, $6; spi = \"\" }'"));
        return states.results().collect(Collectors.toMap(state -> Integer.parseUnsignedInt(state.group(1), 16),
                state -> state.group(2) + " " + state.group(3)));
    }

    // ---- one row

    /** What went wrong with it, or null. */
    private @Nullable String fault(Row row) throws IOException {
        for (int bytes : SIZES) {
            if (!pinged(row, bytes)) {
                return "no answer to a ping of %d bytes; %s".formatted(bytes, wire.engine.ledger().drops());
            }
            if (bytes == SMALL
                    || (bytes == IN_FRAGMENTS && !row.udp() && FRAGMENTS_RECORDED.contains(row.cipher().keyword()))) {
                remember(row);
            }
        }
        String there = refusedByTheKernel(row);
        return there == null ? refusedHere(row) : there;
    }

    private boolean pinged(Row row, int bytes) throws IOException {
        request(row, bytes);
        return answered(row, bytes);
    }

    private void request(Row row, int bytes) {
        wire.delivered.clear();
        wire.sent.clear();
        wire.arrived.clear();
        sequence++;
        wire.send(Echo.request(row.source(), row.destination(), sequence, carried(row, bytes), packetBytes(row)));
    }

    /** The host's kernel leaves cutting to the gateway where transport mode protects the whole, and IPv6 cuts for itself. */
    private static int packetBytes(Row row) {
        return row.isTransport() ? 2 * Wire.MTU : row.placement().inner6 ? FITS_EVERY_TUNNEL : Wire.MTU;
    }

    /**
     * No host sends more of IPv6 to be protected in transport mode than fits: nobody on the way may cut it. And Linux 6.1 drops ESP in UDP
     * over IPv6 if it is shorter than an IPv6 header: {@code xfrm6_udp_encap_rcv} counts that one twice.
     */
    private static int carried(Row row, int bytes) {
        if (row.placement() != Placement.TRANSPORT_6) {
            return bytes;
        }
        return Math.min(Math.max(bytes, row.udp() ? LEAST_IN_UDP : 0), FITS_EVERY_TUNNEL - 60);
    }

    private boolean answered(Row row, int bytes) throws IOException {
        return wire.until(() -> Echo.isAnswered(wire.delivered, row.placement().inner6, sequence, carried(row, bytes)));
    }

    private @Nullable String refusedByTheKernel(Row row) throws IOException {
        wire.holdingSent = true;
        request(row, SMALL);
        boolean made = wire.until(() -> wire.sent.size() == 1);
        wire.holdingSent = false;
        if (!made) {
            return "no packet to tamper with";
        }
        byte[] genuine = wire.sent.getFirst();
        wire.transmit(tampered(genuine));
        wire.transmit(genuine);
        wire.transmit(genuine);
        return answered(row, SMALL) && pinged(row, 1) ? null : "not one answer to three packets, of which one was good";
    }

    private @Nullable String refusedHere(Row row) throws IOException {
        wire.holdingArrived = true;
        request(row, SMALL);
        boolean came = wire.until(() -> wire.arrived.size() == 1);
        wire.holdingArrived = false;
        if (!came) {
            return "no answer to tamper with";
        }
        byte[] genuine = wire.arrived.getFirst();
        if (!refused(tampered(genuine), DropReason.NOT_AUTHENTIC)) {
            return "took what was tampered with; " + wire.engine.ledger().drops();
        }
        wire.receive(genuine);
        if (!answered(row, SMALL)) {
            return "did not take what was genuine";
        }
        return refused(genuine, DropReason.REPLAYED) ? null : "took what was repeated; " + wire.engine.ledger().drops();
    }

    private boolean refused(byte[] frame, DropReason reason) throws IOException {
        long before = wire.engine.ledger().dropped(reason);
        int delivered = wire.delivered.size();
        wire.receive(frame);
        return wire.engine.ledger().dropped(reason) == before + 1 && wire.delivered.size() == delivered;
    }

    /** With its last two different words swapped, which UDP's checksum does not see. */
    private static byte[] tampered(byte[] frame) {
        byte[] changed = frame.clone();
        int at = changed.length - 4;
        while (Arrays.equals(frame, at, at + 2, frame, at + 2, at + 4)) {
            at -= 2;
        }
        System.arraycopy(frame, at, changed, at + 2, 2);
        System.arraycopy(frame, at + 2, changed, at, 2);
        return changed;
    }

    private void remember(Row row) {
        if (RECORDED.contains(row.cipher().keyword()) && row.esn() && !wire.delivered.isEmpty()) {
            record.add("%s %s %s %s %s".formatted(row.protocol(), row.cipher().keyword(), row.placement(),
                    wire.arrived.stream().map(frame -> HEX.formatHex(frame, ETHERNET_BYTES, frame.length))
                            .collect(Collectors.joining(",")),
                    HEX.formatHex(wire.delivered.getFirst())));
        }
    }

    // ---- the table

    /** A line for each algorithm, a column for each placement; in the cells how many of its ways passed. */
    private static void print(Map<Row, @Nullable String> faults) {
        System.out.printf("%n%-24s", "of each without and with");
        Stream.of(Placement.values()).forEach(placement -> System.out.printf("%13s", placement.title));
        System.out.printf("%n%-24s%n", "ESN, and these in UDP");
        Map<String, List<Row>> byCipher = faults.keySet().stream().collect(Collectors.groupingBy(
                row -> row.protocol() + " " + row.cipher().keyword(), LinkedHashMap::new, Collectors.toList()));
        byCipher.forEach((name, rows) -> {
            System.out.printf("%-24s", name);
            for (Placement placement : Placement.values()) {
                List<Row> cell = rows.stream().filter(row -> row.placement() == placement).toList();
                long passed = cell.stream().filter(row -> faults.get(row) == null).count();
                System.out.printf("%13s", passed + " of " + cell.size());
            }
            System.out.println();
        });
    }

    @Override
    public void close() throws IOException {
        wire.close();
        vm.close();
    }
}
