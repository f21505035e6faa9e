package spillway.layout;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.apache.paimon.catalog.Identifier;
import org.apache.paimon.data.GenericRow;
import org.apache.paimon.schema.Schema;
import org.apache.paimon.table.FileStoreTable;
import spillway.Arguments;
import spillway.Warehouse;
import spillway.json.JsonText;
import spillway.read.BatchRead;
import spillway.read.ReadRequest;
import spillway.write.TableWriter;
import spillway.write.Tables;

/**
 * One small table for each way Java can lay out a Parquet file: codecs, page versions, encodings, row groups, names.
 *
 * <p>Usage: {@code layouts DIRECTORY}. Tables go to {@code DIRECTORY/warehouse/parquet.db}, what Java reads from
 * them to {@code DIRECTORY/expected}, as gzipped lines. A layout Java refuses is said and left out.
 */
public final class LayoutsCommand {

    private static final String DATABASE = "parquet";

    private final File directory;
    private final Warehouse warehouse;

    private LayoutsCommand(File directory) {
        this.directory = directory;
        this.warehouse = Warehouse.open(new File(directory, "warehouse").getPath());
    }

    public static void run(String[] words) throws Exception {
        Arguments arguments = new Arguments(words, 0, Set.of(), Set.of());
        LayoutsCommand command = new LayoutsCommand(new File(arguments.at(0, "DIRECTORY")));
        for (String codec : List.of("none", "snappy", "gzip", "lz4", "zstd", "lz4_raw", "brotli", "lzo")) {
            command.types("codec_" + codec, 40, Map.of("file.compression", codec));
        }
        command.encodings();
        for (String codec : List.of("lz4", "zstd")) {
            command.table("names_" + codec, new NameRows(), Map.of("file.compression", codec));
        }
        command.table("big_pages_lz4", new BigRows(), Map.of("file.compression", "lz4"));
        command.table("big_pages_v2_lz4", new BigRows(),
                Map.of("file.compression", "lz4", "parquet.writer.version", "PARQUET_2_0",
                        "parquet.enable.dictionary", "false"));
    }

    private void encodings() throws Exception {
        for (String codec : List.of("lz4", "zstd")) {
            types("v2_" + codec, 40, Map.of("file.compression", codec, "parquet.writer.version", "PARQUET_2_0"));
            types("v2_delta_" + codec, 40,
                    Map.of("file.compression", codec, "parquet.writer.version", "PARQUET_2_0",
                            "parquet.enable.dictionary", "false"));
            types("plain_" + codec, 40,
                    Map.of("file.compression", codec, "parquet.enable.dictionary", "false"));
            types("row_groups_" + codec, 450,
                    Map.of("file.compression", codec, "parquet.block.size", "1000", "parquet.page.size", "200",
                            "parquet.page.row.count.limit", "20"));
            types("bloom_" + codec, 40,
                    Map.of("file.compression", codec, "parquet.bloom.filter.enabled#id", "true",
                            "parquet.bloom.filter.expected.ndv#id", "40"));
        }
    }

    private void types(String name, int rows, Map<String, String> options) throws Exception {
        table(name, new TypeRows(rows), options);
    }

    private void table(String name, Rows rows, Map<String, String> options) throws Exception {
        Map<String, String> all = new TreeMap<>(options);
        all.put("bucket", "-1");
        Schema.Builder builder = rows.columns(Schema.newBuilder()).options(all);
        Identifier id = Identifier.create(DATABASE, name);
        FileStoreTable table = Tables.recreate(warehouse, id, builder.build());
        try (TableWriter writer = new TableWriter(table, "layouts", 1)) {
            for (int i = 0; i < rows.count(); i++) {
                writer.write(rows.row(i));
            }
            writer.commit();
        } catch (Throwable e) {
            Throwable root = e;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            System.err.println(name + ": Java refuses: " + root);
            warehouse.catalog().dropTable(id, true);
            return;
        }
        expect(id, name);
    }

    private void expect(Identifier id, String name) throws Exception {
        File folder = new File(new File(directory, "expected"), name);
        Files.createDirectories(folder.toPath());
        StringBuilder index = new StringBuilder("{\"table\":\"" + name + "\",\"version\":\"1.4.2\",\"expected\":[");
        String separator = "\n  ";
        for (String filter : new String[] {null, "id >= 5 AND id < 9"}) {
            List<String> lines = BatchRead.sortedLines(
                    warehouse, new ReadRequest(id, Map.of(), List.of(), filter, false));
            String file = filter == null ? "latest.jsonl.gz" : "filter.jsonl.gz";
            try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.toPath().resolve(file)))) {
                for (String line : lines) {
                    out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
                }
            }
            index.append(separator).append("{\"file\":\"" + file + "\",\"rows\":" + lines.size() + ",\"read\":{");
            if (filter != null) {
                index.append("\"filter\":");
                JsonText.appendString(index, filter);
            }
            index.append("},\"sorted\":true}");
            separator = ",\n  ";
        }
        Files.writeString(new File(folder, "index.json").toPath(), index + "\n]}\n", StandardCharsets.UTF_8);
    }

    /** Columns and the rows of them; the first column is {@code id}, the row's number. */
    interface Rows {
        Schema.Builder columns(Schema.Builder schema);

        int count();

        GenericRow row(int i);
    }
}
