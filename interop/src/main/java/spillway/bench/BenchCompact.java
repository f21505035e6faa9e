package spillway.bench;

import java.util.Map;
import java.util.Set;
import org.apache.paimon.catalog.Identifier;
import org.apache.paimon.table.FileStoreTable;
import spillway.Arguments;
import spillway.Warehouse;
import spillway.write.CompactCommand;

/**
 * {@code bench-compact WAREHOUSE db.table}: compacts a table fully and prints how long it took. The twin of
 * bench/measure/compact.ts.
 */
public final class BenchCompact {

    private BenchCompact() {}

    public static void run(String[] words) throws Exception {
        Arguments args = new Arguments(words, 0, Set.of(), Set.of());
        long start = System.nanoTime();
        Warehouse warehouse = Warehouse.open(args.at(0, "WAREHOUSE"));
        FileStoreTable table = warehouse.fileStoreTable(Identifier.fromString(args.at(1, "db.table")));
        CompactCommand.compact(table.copy(Map.of("write-only", "false")), "bench", true);
        System.out.printf("{\"ms\":%.3f%s}%n", (System.nanoTime() - start) / 1e6, ProcessCost.now().members());
    }
}
