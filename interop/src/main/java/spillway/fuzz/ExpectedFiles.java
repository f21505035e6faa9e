package spillway.fuzz;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.apache.paimon.catalog.Identifier;
import org.apache.paimon.table.FileStoreTable;
import org.apache.paimon.types.DataField;
import org.apache.paimon.types.RowType;
import spillway.Warehouse;
import spillway.json.JsonText;
import spillway.read.BatchRead;
import spillway.read.ReadRequest;
import spillway.read.StreamRead;

/**
 * Writes what Java reads from one table, and the index.json that says which read gave which file. Reading
 * rows must work, or the table is given up; what else Java refuses is left out.
 */
final class ExpectedFiles {

    private static final int SNAPSHOTS_MAX = 8;

    private final Dice dice;
    private final Warehouse warehouse;
    private final Identifier id;
    private final File folder;
    private final List<String> entries = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();

    ExpectedFiles(Dice dice, Warehouse warehouse, Identifier id, File folder) {
        this.dice = dice;
        this.warehouse = warehouse;
        this.id = id;
        this.folder = folder;
    }

    /** Reads that Java refused, with its reason. */
    List<String> refused() {
        return refused;
    }

    void write(Draft draft, History history, long seed, int index) throws Exception {
        Files.createDirectories(folder.toPath());
        FileStoreTable table = warehouse.fileStoreTable(id);
        List<String> latest = rows("latest.jsonl", "", request(Map.of(), List.of(), null, false));
        TreeSet<Long> snapshots = new TreeSet<>();
        table.snapshotManager().snapshots().forEachRemaining(snapshot -> snapshots.add(snapshot.id()));
        for (long snapshot : chosen(new ArrayList<>(snapshots))) {
            rows("snapshot-" + snapshot + ".jsonl", "\"snapshot\":" + snapshot,
                    request(Map.of("scan.snapshot-id", Long.toString(snapshot)), List.of(), null, false));
        }
        for (String tag : history.tags()) {
            rows("tag-" + tag + ".jsonl", "\"tag\":" + quote(tag),
                    request(Map.of("scan.tag-name", tag), List.of(), null, false));
        }
        if (history.branch() != null) {
            Identifier branch = Identifier.create(
                    id.getDatabaseName(), id.getObjectName() + "$branch_" + history.branch());
            rows("branch-" + history.branch() + ".jsonl", "\"branch\":" + quote(history.branch()),
                    new ReadRequest(branch, Map.of(), List.of(), null, false));
        }
        projections(table.rowType());
        filters(table.rowType(), latest);
        incremental(new ArrayList<>(snapshots));
        optional("changelog.jsonl", "\"stream\":true,\"from\":1", false, this::changes);
        for (String system : List.of("snapshots", "schemas", "options", "partitions", "files", "audit_log")) {
            system(system);
        }
        writeIndex(draft, history, seed, index, snapshots);
    }

    private List<Long> chosen(List<Long> snapshots) {
        if (snapshots.size() <= SNAPSHOTS_MAX) {
            return snapshots;
        }
        TreeSet<Long> some = new TreeSet<>(dice.shuffled(snapshots).subList(0, SNAPSHOTS_MAX - 1));
        some.add(snapshots.get(snapshots.size() - 1));
        return new ArrayList<>(some);
    }

    private ReadRequest request(
            Map<String, String> options, List<String> columns, String filter, boolean kind) {
        return new ReadRequest(id, options, columns, filter, kind);
    }

    private List<String> rows(String file, String read, ReadRequest request) throws Exception {
        List<String> lines = BatchRead.sortedLines(warehouse, request);
        save(file, read, true, lines);
        return lines;
    }

    private void projections(RowType type) {
        for (int i = 1; i <= 2; i++) {
            List<String> names = type.getFields().stream().map(DataField::name).toList();
            int count = dice.between(1, Math.min(3, names.size()));
            List<String> columns = dice.shuffled(names).subList(0, count);
            List<String> quoted = columns.stream().map(ExpectedFiles::quote).toList();
            optional("projection-" + i + ".jsonl", "\"columns\":[" + String.join(",", quoted) + "]", true,
                    () -> BatchRead.sortedLines(warehouse, request(Map.of(), columns, null, false)));
        }
    }

    private void filters(RowType type, List<String> latest) throws Exception {
        Filters filters = new Filters(dice, type, latest);
        for (int i = 1; i <= 4; i++) {
            String filter = filters.draw();
            if (filter == null) {
                continue;
            }
            optional("filter-" + i + ".jsonl", "\"filter\":" + quote(filter), true, () -> {
                List<String> pushed =
                        BatchRead.sortedLines(warehouse, request(Map.of(), List.of(), filter, false));
                List<String> plain = BatchRead.sortedLinesFilteredLast(
                        warehouse, request(Map.of(), List.of(), filter, false));
                if (!pushed.equals(plain)) {
                    throw new IllegalStateException("pushing down '" + filter + "' gives " + pushed.size()
                            + " rows, filtering all rows gives " + plain.size());
                }
                return pushed;
            });
        }
    }

    private void incremental(List<Long> snapshots) {
        if (snapshots.size() < 2) {
            return;
        }
        int from = dice.below(snapshots.size() - 1);
        int to = dice.between(from + 1, snapshots.size() - 1);
        String range = snapshots.get(from) + "," + snapshots.get(to);
        optional("incremental-" + range.replace(',', '-') + ".jsonl",
                "\"incremental\":[" + range + "],\"kind\":true", true,
                () -> BatchRead.sortedLines(
                        warehouse, request(Map.of("incremental-between", range), List.of(), null, true)));
    }

    private List<String> changes() throws Exception {
        List<String> lines = new ArrayList<>();
        StreamRead.lines(warehouse, id, 1L, Map.of(), lines::add);
        return lines;
    }

    private void system(String name) {
        Identifier system = Identifier.create(id.getDatabaseName(), id.getObjectName() + "$" + name);
        optional("system-" + name + ".jsonl", "\"system\":" + quote(name), true, () -> {
            List<String> lines = BatchRead.sortedLines(
                    warehouse, new ReadRequest(system, Map.of(), List.of(), null, false));
            if (lines.stream().anyMatch(line -> line.contains("[B@"))) {
                throw new IllegalStateException("prints the identity of byte arrays");
            }
            return lines;
        });
    }

    private void optional(String file, String read, boolean sorted, Callable<List<String>> lines) {
        try {
            save(file, read, sorted, lines.call());
        } catch (Exception e) {
            refused.add(file + ": " + e);
        }
    }

    private void save(String file, String read, boolean sorted, List<String> lines) throws IOException {
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(line).append('\n'));
        Files.writeString(new File(folder, file).toPath(), text, StandardCharsets.UTF_8);
        entries.add("{\"file\":" + quote(file) + ",\"rows\":" + lines.size() + ",\"read\":{" + read
                + "},\"sorted\":" + sorted + "}");
    }

    private void writeIndex(Draft draft, History history, long seed, int index, TreeSet<Long> snapshots)
            throws IOException {
        List<String> covers = new ArrayList<>(draft.covers);
        covers.addAll(history.events());
        List<String> unordered = new TreeSet<>(draft.unordered).stream().map(ExpectedFiles::quote).toList();
        String flags = draft.format.equals("orc") ? "\"flags\":[\"orc\"]," : "";
        String text = "{\"table\":" + quote(id.getObjectName())
                + ",\"covers\":" + quote(String.join(", ", covers))
                + ",\"version\":\"1.4.2\",\"seed\":" + seed + ",\"index\":" + index + ","
                + flags + "\"unordered\":[" + String.join(",", unordered) + "],"
                + "\"snapshots\":" + snapshots.size() + ",\"latest\":"
                + (snapshots.isEmpty() ? "null" : snapshots.last()) + ",\"expected\":[\n  "
                + String.join(",\n  ", entries) + "\n]}\n";
        Files.writeString(new File(folder, "index.json").toPath(), text, StandardCharsets.UTF_8);
    }

    private static String quote(String text) {
        StringBuilder out = new StringBuilder();
        JsonText.appendString(out, text);
        return out.toString();
    }
}
