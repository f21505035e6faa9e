package spillway.bench;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.paimon.table.Table;
import org.apache.paimon.table.source.DataSplit;
import org.apache.paimon.table.source.ReadBuilder;
import org.apache.paimon.table.source.Split;
import spillway.Arguments;
import spillway.Warehouse;
import spillway.read.FilterText;

/**
 * {@code bench-plan WAREHOUSE db.table [--filter TEXT] [--warmup K]}: plans a batch read and prints how long
 * that took. The first plan in this JVM gives coldMs, the last of K more gives warmMs.
 */
public final class BenchPlan {

    private record Pass(long splits, long files, long rows, long ms) {}

    private BenchPlan() {}

    public static void run(String[] words) throws Exception {
        Arguments args = new Arguments(words, 0, Set.of(), Set.of("filter", "warmup"));
        Pass cold = pass(args);
        ProcessCost cost = ProcessCost.now();
        String warm = "";
        for (long i = 0; i < args.number("warmup", 0); i++) {
            warm = ",\"warmMs\":" + pass(args).ms;
        }
        System.out.printf("{\"splits\":%d,\"files\":%d,\"rows\":%d,\"coldMs\":%d%s%s}%n",
                cold.splits, cold.files, cold.rows, cold.ms, cost.members(), warm);
    }

    private static Pass pass(Arguments args) throws Exception {
        long start = System.nanoTime();
        Table table = Warehouse.open(args.at(0, "WAREHOUSE"))
                .table(Warehouse.identifier(args.at(1, "db.table")), Map.of());
        ReadBuilder builder = table.newReadBuilder();
        if (args.has("filter")) {
            builder.withFilter(FilterText.parse(args.value("filter"), table.rowType()));
        }
        List<Split> splits = builder.newScan().plan().splits();
        long ms = (System.nanoTime() - start) / 1_000_000;
        long files = 0;
        long rows = 0;
        for (Split split : splits) {
            files += ((DataSplit) split).dataFiles().size();
            rows += split.rowCount();
        }
        return new Pass(splits.size(), files, rows, ms);
    }
}
