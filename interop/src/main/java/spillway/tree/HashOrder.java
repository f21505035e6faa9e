package spillway.tree;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;
import org.apache.paimon.data.BinaryRow;
import org.apache.paimon.data.BinaryRowWriter;
import org.apache.paimon.data.BinaryString;
import org.apache.paimon.data.Decimal;
import org.apache.paimon.data.Timestamp;

/**
 * Prints the hash codes of Paimon's values and the order in which Java's hash maps keep keys. Its
 * output is test/data/tree/hash-1.4.2.json.
 */
public final class HashOrder {
    private static final int CASES = 80;

    private HashOrder() {}

    public static void main(String[] args) {
        System.out.println("{\"hashes\":{\n" + hashes() + "\n},\"maps\":[");
        Random random = new Random(7);
        StringJoiner maps = new StringJoiner(",\n");
        for (int c = 0; c < CASES; c++) {
            maps.add(map(random, c));
        }
        System.out.println(maps + "\n]}");
    }

    private static String hashes() {
        StringJoiner text = new StringJoiner(",", "[", "]");
        for (String value : new String[] {"", "a", "ab", "abc", "abcd", "zß水🍌", "hello"}) {
            text.add("[\"" + value + "\"," + BinaryString.fromString(value).hashCode() + "]");
        }
        StringJoiner longs = new StringJoiner(",", "[", "]");
        for (long value : new long[] {0, 1, -1, 4294967296L, Long.MAX_VALUE, Long.MIN_VALUE}) {
            longs.add("[\"" + value + "\"," + Long.hashCode(value) + "]");
        }
        StringJoiner doubles = new StringJoiner(",", "[", "]");
        StringJoiner floats = new StringJoiner(",", "[", "]");
        for (double value : new double[] {0.0, -0.0, 1.5, -2.25, 1e300}) {
            doubles.add("[\"" + value + "\"," + Double.hashCode(value) + "]");
            floats.add("[\"" + value + "\"," + Float.hashCode((float) value) + "]");
        }
        StringJoiner decimals = new StringJoiner(",", "[", "]");
        for (String value :
                new String[] {
                    "0", "1", "-1", "4294967296", "-99999999999", "12345678901234567890123456789"
                }) {
            BigDecimal unscaled = new BigDecimal(value).movePointLeft(3);
            Decimal decimal = Decimal.fromBigDecimal(unscaled, 38, 3);
            decimals.add("[\"" + value + "\"," + decimal.hashCode() + "]");
        }
        StringJoiner times = new StringJoiner(",", "[", "]");
        for (long micros : new long[] {0, 1, -1, 1700000000123456L, -62167219200000001L}) {
            times.add("[\"" + micros + "\"," + Timestamp.fromMicros(micros).hashCode() + "]");
        }
        StringJoiner rows = new StringJoiner(",", "[", "]");
        for (int i = 0; i < 4; i++) {
            rows.add("[" + i + "," + row(i).hashCode() + "]");
        }
        return "\"VARCHAR\":" + text + ",\n\"BIGINT\":" + longs + ",\n\"DOUBLE\":" + doubles
                + ",\n\"FLOAT\":" + floats + ",\n\"DECIMAL\":" + decimals + ",\n\"TIMESTAMP\":"
                + times + ",\n\"ROW\":" + rows;
    }

    /** The row (i, "row number i"), the text null for 3. */
    private static BinaryRow row(int i) {
        BinaryRow row = new BinaryRow(2);
        BinaryRowWriter writer = new BinaryRowWriter(row);
        writer.writeInt(0, i);
        if (i == 3) {
            writer.setNullAt(1);
        } else {
            writer.writeString(1, BinaryString.fromString("row number " + i));
        }
        writer.complete();
        return row;
    }

    /** Operations on integer keys: p put, c computeIfAbsent, r remove; then the keys in order. */
    private static String map(Random random, int c) {
        Map<Integer, Integer> map = new HashMap<>();
        int step = new int[] {1, 16, 65536, 7919}[c % 4];
        // Chains of more than 8 keys become trees in tables of 64 buckets: those cases stay small.
        int range = step == 16 || step == 65536 ? 12 : 60;
        boolean computes = random.nextBoolean();
        StringJoiner operations = new StringJoiner(",", "[", "]");
        int count = random.nextInt(range * 2);
        for (int i = 0; i < count; i++) {
            int key = random.nextInt(range) * step;
            int dice = random.nextInt(6);
            if (dice == 0) {
                map.remove(key);
            } else if (computes) {
                map.computeIfAbsent(key, k -> k);
            } else {
                map.put(key, key);
            }
            operations.add("[\"" + (dice == 0 ? "r" : computes ? "c" : "p") + "\"," + key + "]");
        }
        StringJoiner keys = new StringJoiner(",", "[", "]");
        map.keySet().forEach(key -> keys.add(String.valueOf(key)));
        return "{\"operations\":" + operations + ",\"keys\":" + keys + "}";
    }
}
