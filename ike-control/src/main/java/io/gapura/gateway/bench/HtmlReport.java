package io.gapura.gateway.bench;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;

/** Results as a web page that needs nothing from elsewhere: a bar for each row, and the table. */
public final class HtmlReport {
    private static final int BAR_HEIGHT = 16;
    private static final int ROW_HEIGHT = 44;
    private static final int LABEL_WIDTH = 300;
    private static final int PLOT_WIDTH = 560;
    private static final String STYLE = """
            :root { color-scheme: light dark; --ink: #1c2733; --paper: #fff; --path: #1f6f8b; --raw: #b9c6cf; }
            @media (prefers-color-scheme: dark) {
              :root { --ink: #dfe7ee; --paper: #151b21; --path: #58b4d1; --raw: #4a5863; }
            }
            body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
                   max-width: 960px; margin: 2em auto; padding: 0 1em; }
            svg text { fill: var(--ink); font-size: 13px; }
            .path { fill: var(--path); } .raw { fill: var(--raw); }
            table { border-collapse: collapse; } td, th { padding: .2em .8em; text-align: right; }
            th { border-bottom: 1px solid var(--ink); } td:first-child, th:first-child { text-align: left; }
            """;

    private HtmlReport() {
    }

    /** The page. */
    public static String of(List<String> machine, List<Row> rows) {
        StringBuilder page = new StringBuilder("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>\n");
        page.append("<title>Gapura: measured</title>\n<style>\n").append(STYLE).append("</style></head>\n<body>\n");
        page.append("<h1>Gapura, measured ").append(LocalDate.now(ZoneOffset.UTC)).append("</h1>\n<pre>");
        machine.forEach(line -> page.append(escaped(line)).append('\n'));
        page.append("</pre>\n<h2>Nanoseconds a packet</h2>\n");
        page.append("<p>Dark: the engine, or what is named. Light: the bare cipher calls on the same kind of buffers"
                + " and keys, in the same rounds.</p>\n");
        plot(page, rows);
        table(page, rows);
        return page.append("</body></html>\n").toString();
    }

    private static void plot(StringBuilder page, List<Row> rows) {
        double most = rows.stream().mapToDouble(Row::ns).max().orElse(1);
        page.append("<svg role=\"img\" aria-label=\"nanoseconds a packet\" width=\"%d\" height=\"%d\">\n"
                .formatted(LABEL_WIDTH + PLOT_WIDTH + 80, rows.size() * ROW_HEIGHT + 10));
        int top = 4;
        for (Row row : rows) {
            page.append("<text x=\"0\" y=\"%d\">%s</text>\n".formatted(top + 20, escaped(label(row))));
            bar(page, "path", top, row.ns(), most);
            if (Double.isFinite(row.rawNs())) {
                bar(page, "raw", top + BAR_HEIGHT, row.rawNs(), most);
            }
            top += ROW_HEIGHT;
        }
        page.append("</svg>\n");
    }

    private static void bar(StringBuilder page, String kind, int top, double ns, double most) {
        double width = ns / most * PLOT_WIDTH;
        page.append(String.format(Locale.ROOT,
                "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\"/><text x=\"%.1f\" y=\"%d\">%.1f</text>%n",
                kind, LABEL_WIDTH, top, width, BAR_HEIGHT, LABEL_WIDTH + width + 6, top + 13, ns));
    }

    private static String label(Row row) {
        String direction = row.direction() == null ? "" : " " + row.direction();
        return row.bench() + direction + ", " + row.bytes() + " B, " + row.sas() + " SA, " + row.workers() + " worker, "
                + row.suite();
    }

    private static void table(StringBuilder page, List<Row> rows) {
        page.append("<h2>All figures</h2>\n<table><tr>");
        for (String head : List.of("what", "ns", "raw ns", "ratio", "Mpps", "Gbit/s")) {
            page.append("<th>").append(head).append("</th>");
        }
        page.append("</tr>\n");
        for (Row row : rows) {
            page.append("<tr><td>").append(escaped(label(row))).append("</td>");
            for (double value : new double[] {row.ns(), row.rawNs(), row.ratio(), row.mpps(), row.gbps()}) {
                page.append("<td>").append(Double.isFinite(value) ? String.format(Locale.ROOT, "%.2f", value) : "")
                        .append("</td>");
            }
            page.append("</tr>\n");
        }
        page.append("</table>\n");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
