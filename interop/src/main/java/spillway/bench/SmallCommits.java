package spillway.bench;

import java.util.Arrays;
import java.util.Set;
import org.apache.paimon.catalog.Identifier;
import org.apache.paimon.data.BinaryString;
import org.apache.paimon.data.GenericRow;
import org.apache.paimon.schema.Schema;
import org.apache.paimon.table.FileStoreTable;
import org.apache.paimon.table.sink.StreamTableCommit;
import org.apache.paimon.table.sink.StreamTableWrite;
import org.apache.paimon.table.sink.StreamWriteBuilder;
import org.apache.paimon.types.DataTypes;
import spillway.Arguments;
import spillway.Warehouse;
import spillway.write.TableWriter;
import spillway.write.Tables;

/**
 * {@code bench-commits WAREHOUSE TABLE COMMITS ROWS [--keep]}: makes {@code bench.TABLE} and commits ROWS rows
 * COMMITS times, each with a writer of its own; with {@code --keep} one writer makes all commits, as a streaming
 * job has it. The twin of bench/measure/small-commits.ts.
 */
public final class SmallCommits {

    private SmallCommits() {}

    public static void run(String[] words) throws Exception {
        Arguments args = new Arguments(words, 0, Set.of("keep"), Set.of());
        Warehouse warehouse = Warehouse.open(args.at(0, "WAREHOUSE"));
        Schema schema = Schema.newBuilder()
                .column("id", DataTypes.BIGINT())
                .column("name", DataTypes.STRING())
                .column("amount", DataTypes.DOUBLE())
                .primaryKey("id")
                .option("bucket", "1")
                .option("write-only", "true")
                .build();
        Identifier id = Identifier.create("bench", args.at(1, "TABLE"));
        FileStoreTable table = Tables.recreate(warehouse, id, schema);
        int commits = Math.toIntExact(args.numberAt(2, "COMMITS"));
        int rows = Math.toIntExact(args.numberAt(3, "ROWS"));
        double[] ms = args.has("keep") ? kept(table, commits, rows) : fresh(table, commits, rows);
        System.out.printf("{\"ms\":%.3f,\"firstMs\":%.3f,\"lastMs\":%.3f%s}%n",
                median(ms, 0), ms[0], median(ms, commits * 9 / 10), ProcessCost.now().members());
    }

    private static double[] kept(FileStoreTable table, int commits, int rows) throws Exception {
        double[] ms = new double[commits];
        try (TableWriter writer = new TableWriter(table, "bench", 1)) {
            for (int c = 0; c < commits; c++) {
                long start = System.nanoTime();
                for (int i = 0; i < rows; i++) {
                    writer.write(row((long) c * rows + i));
                }
                writer.commit();
                ms[c] = (System.nanoTime() - start) / 1e6;
            }
        }
        return ms;
    }

    private static double[] fresh(FileStoreTable table, int commits, int rows) throws Exception {
        double[] ms = new double[commits];
        for (int c = 0; c < commits; c++) {
            long start = System.nanoTime();
            StreamWriteBuilder builder = table.newStreamWriteBuilder().withCommitUser("bench");
            try (StreamTableWrite write = builder.newWrite(); StreamTableCommit commit = builder.newCommit()) {
                for (int i = 0; i < rows; i++) {
                    write.write(row((long) c * rows + i));
                }
                commit.commit(c, write.prepareCommit(true, c));
            }
            ms[c] = (System.nanoTime() - start) / 1e6;
        }
        return ms;
    }

    private static GenericRow row(long id) {
        return GenericRow.of(id, BinaryString.fromString("name " + id), id / 7.0);
    }

    private static double median(double[] ms, int from) {
        double[] part = Arrays.copyOfRange(ms, from, ms.length);
        Arrays.sort(part);
        return part[part.length / 2];
    }
}
