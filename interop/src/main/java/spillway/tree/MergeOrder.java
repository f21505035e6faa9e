package spillway.tree;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;
import org.apache.paimon.codegen.CodeGenUtils;
import org.apache.paimon.codegen.RecordComparator;
import org.apache.paimon.data.BinaryRow;
import org.apache.paimon.data.BinaryString;
import org.apache.paimon.data.Decimal;
import org.apache.paimon.data.GenericRow;
import org.apache.paimon.data.Timestamp;
import org.apache.paimon.io.DataFileMeta;
import org.apache.paimon.manifest.FileSource;
import org.apache.paimon.mergetree.SortedRun;
import org.apache.paimon.mergetree.compact.IntervalPartition;
import org.apache.paimon.mergetree.compact.LoserTree;
import org.apache.paimon.reader.RecordReader;
import org.apache.paimon.stats.SimpleStats;
import org.apache.paimon.types.DataType;
import org.apache.paimon.types.DataTypes;

/**
 * Prints what Java decides about order: which rows a loser tree gives one after the other when they
 * tie, how files fall into sections and runs, and how generated comparators order values. Its
 * output is test/data/tree/order-1.4.2.json.
 */
public final class MergeOrder {
    private static final int CASES = 60;
    private static final SimpleStats NONE = SimpleStats.EMPTY_STATS;

    private MergeOrder() {}

    public static void main(String[] args) throws Exception {
        Random random = new Random(42);
        StringJoiner merges = new StringJoiner(",\n");
        for (int c = 0; c < CASES; c++) {
            merges.add(merge(random, c));
        }
        StringJoiner sections = new StringJoiner(",\n");
        for (int c = 0; c < CASES; c++) {
            sections.add(sections(random, c));
        }
        System.out.println("{\"merges\":[\n" + merges + "\n],\"sections\":[\n" + sections + "\n],");
        System.out.println("\"orders\":{\n" + orders() + "\n}}");
    }

    /** Runs of (key, sequence), and the groups of (run, row) the tree makes of them. */
    private static String merge(Random random, int c) throws Exception {
        int runCount = 1 + random.nextInt(7);
        List<RecordReader<int[]>> readers = new ArrayList<>();
        StringJoiner runs = new StringJoiner(",", "[", "]");
        for (int run = 0; run < runCount; run++) {
            List<int[]> rows = new ArrayList<>();
            StringJoiner text = new StringJoiner(",", "[", "]");
            int key = 0;
            int length = random.nextInt(8);
            for (int row = 0; row < length; row++) {
                // Every seventh case repeats keys within a run.
                key += random.nextInt(c % 5 == 0 ? 3 : 2) + (c % 7 == 0 || row == 0 ? 0 : 1);
                int sequence = random.nextInt(3);
                rows.add(new int[] {key, sequence, run, row});
                text.add("[" + key + "," + sequence + "]");
            }
            readers.add(reader(rows));
            runs.add(text.toString());
        }
        LoserTree<int[]> tree =
                new LoserTree<>(
                        readers,
                        (x, y) -> Integer.compare(y[0], x[0]),
                        (x, y) -> Integer.compare(y[1], x[1]));
        tree.initializeIfNeeded();
        StringJoiner groups = new StringJoiner(",", "[", "]");
        for (; ; ) {
            tree.adjustForNextLoop();
            int[] winner = tree.popWinner();
            if (winner == null) {
                return "{\"runs\":" + runs + ",\"groups\":" + groups + "}";
            }
            StringJoiner group = new StringJoiner(",", "[", "]");
            group.add("[" + winner[2] + "," + winner[3] + "]");
            while (tree.peekWinner() != null) {
                winner = tree.popWinner();
                group.add("[" + winner[2] + "," + winner[3] + "]");
            }
            groups.add(group.toString());
        }
    }

    private static RecordReader<int[]> reader(List<int[]> rows) {
        return new RecordReader<int[]>() {
            private boolean read;

            @Override
            public RecordIterator<int[]> readBatch() {
                if (read) {
                    return null;
                }
                read = true;
                Iterator<int[]> iterator = rows.iterator();
                return new RecordIterator<int[]>() {
                    @Override
                    public int[] next() {
                        return iterator.hasNext() ? iterator.next() : null;
                    }

                    @Override
                    public void releaseBatch() {}
                };
            }

            @Override
            public void close() {}
        };
    }

    /** Files of (first key, last key), and the file numbers of each run of each section. */
    private static String sections(Random random, int c) {
        int count = 1 + random.nextInt(12);
        List<DataFileMeta> files = new ArrayList<>();
        StringJoiner ranges = new StringJoiner(",", "[", "]");
        for (int i = 0; i < count; i++) {
            int min = random.nextInt(40);
            int max = min + random.nextInt(c % 2 == 0 ? 4 : 15);
            files.add(file(String.valueOf(i), min, max));
            ranges.add("[" + min + "," + max + "]");
        }
        RecordComparator comparator =
                CodeGenUtils.newRecordComparator(
                        Collections.singletonList(DataTypes.INT()), new int[] {0}, true);
        StringJoiner result = new StringJoiner(",", "[", "]");
        for (List<SortedRun> section : new IntervalPartition(files, comparator).partition()) {
            StringJoiner runs = new StringJoiner(",", "[", "]");
            for (SortedRun run : section) {
                StringJoiner names = new StringJoiner(",", "[", "]");
                run.files().forEach(file -> names.add(file.fileName()));
                runs.add(names.toString());
            }
            result.add(runs.toString());
        }
        return "{\"files\":" + ranges + ",\"sections\":" + result + "}";
    }

    private static DataFileMeta file(String name, int min, int max) {
        BinaryRow minKey = BinaryRow.singleColumn(min);
        BinaryRow maxKey = BinaryRow.singleColumn(max);
        return DataFileMeta.create(
                name, 1, 1, minKey, maxKey, NONE, NONE, 0, 0, 0, 0, 0L, null, FileSource.APPEND,
                null, null, null);
    }

    /** Per type the signs of comparing every value with every value, ascending and descending. */
    private static String orders() {
        StringJoiner orders = new StringJoiner(",\n");
        orders.add(
                order(
                        "DOUBLE",
                        DataTypes.DOUBLE(),
                        null,
                        Double.NaN,
                        -0.0,
                        0.0,
                        1.5,
                        Double.NEGATIVE_INFINITY,
                        Double.POSITIVE_INFINITY));
        orders.add(
                order(
                        "VARCHAR",
                        DataTypes.STRING(),
                        null,
                        text(""),
                        text("a"),
                        text("ab"),
                        text("\uFFFD"),
                        text("\uD83D\uDE00")));
        orders.add(
                order(
                        "VARBINARY",
                        DataTypes.BYTES(),
                        null,
                        new byte[] {},
                        new byte[] {1},
                        new byte[] {(byte) 200},
                        new byte[] {1, 2, 3, 4, 5, 6, 7, 8, (byte) 129},
                        new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9}));
        orders.add(order("BOOLEAN", DataTypes.BOOLEAN(), null, false, true));
        orders.add(
                order(
                        "DECIMAL",
                        DataTypes.DECIMAL(22, 2),
                        null,
                        decimal("-99999999999999999999.01"),
                        decimal("-1"),
                        decimal("0.05"),
                        decimal("99999999999999999999.01")));
        orders.add(
                order(
                        "TIMESTAMP",
                        DataTypes.TIMESTAMP(9),
                        null,
                        Timestamp.fromEpochMillis(-1, 999999),
                        Timestamp.fromEpochMillis(0, 1),
                        Timestamp.fromEpochMillis(253402300799999L, 999999),
                        Timestamp.fromEpochMillis(-62167219200000L, 0)));
        return orders.toString();
    }

    private static BinaryString text(String value) {
        return BinaryString.fromString(value);
    }

    private static Decimal decimal(String value) {
        return Decimal.fromBigDecimal(new BigDecimal(value), 22, 2);
    }

    private static String order(String name, DataType type, Object... values) {
        StringJoiner ways = new StringJoiner(",", "[", "]");
        for (boolean ascending : new boolean[] {true, false}) {
            RecordComparator comparator =
                    CodeGenUtils.newRecordComparator(
                            Collections.singletonList(type), new int[] {0}, ascending);
            StringJoiner rows = new StringJoiner(",", "[", "]");
            for (Object left : values) {
                StringJoiner signs = new StringJoiner(",", "[", "]");
                for (Object right : values) {
                    int sign = comparator.compare(GenericRow.of(left), GenericRow.of(right));
                    signs.add(String.valueOf(Integer.signum(sign)));
                }
                rows.add(signs.toString());
            }
            ways.add(rows.toString());
        }
        return "\"" + name + "\":" + ways;
    }
}
