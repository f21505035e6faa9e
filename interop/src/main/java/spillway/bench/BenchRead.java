package spillway.bench;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.paimon.data.InternalRow;
import org.apache.paimon.reader.RecordReader;
import org.apache.paimon.table.Table;
import org.apache.paimon.table.source.ReadBuilder;
import org.apache.paimon.types.RowType;
import spillway.Arguments;
import spillway.Warehouse;

/**
 * {@code bench-read WAREHOUSE db.table [--columns a,b] [--warmup K]}: reads every value of every row in one
 * thread. The first pass in this JVM gives coldMs, the pass after K more gives warmMs.
 */
public final class BenchRead {

    private record Pass(long rows, long checksum, long ms) {}

    private BenchRead() {}

    public static void run(String[] words) throws Exception {
        Arguments args = new Arguments(words, 0, Set.of(), Set.of("columns", "warmup"));
        String[] columns = args.has("columns") ? args.value("columns").split(",") : new String[0];
        long warmups = args.number("warmup", 0);
        Pass cold = pass(args.at(0, "WAREHOUSE"), args.at(1, "db.table"), columns);
        ProcessCost cost = ProcessCost.now();
        String warm = "";
        if (warmups > 0) {
            Pass last = cold;
            for (long i = 0; i < warmups; i++) {
                last = pass(args.at(0, "WAREHOUSE"), args.at(1, "db.table"), columns);
            }
            if (last.checksum != cold.checksum || last.rows != cold.rows) {
                throw new IllegalStateException("two passes read different rows");
            }
            warm = ",\"warmMs\":" + last.ms;
        }
        System.out.printf("{\"rows\":%d,\"coldMs\":%d%s%s,\"checksum\":\"%016x\"}%n",
                cold.rows, cold.ms, cost.members(), warm, cold.checksum);
    }

    private static Pass pass(String warehouse, String name, String[] columns) throws Exception {
        long start = System.nanoTime();
        Table table = Warehouse.open(warehouse).table(Warehouse.identifier(name), Map.of());
        RowType rowType = table.rowType();
        ReadBuilder builder = table.newReadBuilder();
        if (columns.length > 0) {
            int[] projection = rowType.getFieldIndices(List.of(columns));
            builder.withProjection(projection);
            rowType = rowType.project(projection);
        }
        RowTouch touch = new RowTouch(rowType);
        long rows = 0;
        long checksum = 0;
        try (RecordReader<InternalRow> reader = builder.newRead().createReader(builder.newScan().plan())) {
            RecordReader.RecordIterator<InternalRow> batch;
            while ((batch = reader.readBatch()) != null) {
                InternalRow row;
                while ((row = batch.next()) != null) {
                    checksum += touch.of(row);
                    rows++;
                }
                batch.releaseBatch();
            }
        }
        return new Pass(rows, checksum, (System.nanoTime() - start) / 1_000_000);
    }
}
