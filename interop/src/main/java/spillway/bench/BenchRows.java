package spillway.bench;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.apache.paimon.data.BinaryString;
import org.apache.paimon.data.Decimal;
import org.apache.paimon.data.GenericRow;
import org.apache.paimon.data.Timestamp;
import org.apache.paimon.schema.Schema;
import org.apache.paimon.types.DataTypes;

/** The row shapes of the benchmarks; the same seed gives the same rows. */
final class BenchRows {

    private static final byte[] ALPHABET =
            "abcdefghijklmnopqrstuvwxyz012345".getBytes(StandardCharsets.US_ASCII);
    private static final long EPOCH_2024_MS = 1_704_067_200_000L;
    private static final long YEAR_MS = 31_536_000_000L;
    private static final String[] CITIES = {
        "Berlin", "Zürich", "Paris", "Roma", "New York", "São Paulo", "東京", "Mumbai", "Lagos", "Oslo"
    };

    private BenchRows() {}

    static Schema.Builder narrow8() {
        return Schema.newBuilder()
                .column("id", DataTypes.BIGINT())
                .column("a", DataTypes.INT())
                .column("b", DataTypes.INT())
                .column("x", DataTypes.DOUBLE())
                .column("y", DataTypes.DOUBLE())
                .column("s", DataTypes.STRING())
                .column("t", DataTypes.STRING())
                .column("ts", DataTypes.TIMESTAMP(6));
    }

    static GenericRow narrow8(long key, SplittableRandom random) {
        return GenericRow.of(
                key,
                random.nextInt(),
                random.nextInt(1000),
                random.nextDouble(),
                random.nextInt(1_000_000) / 100.0,
                text(random, 20),
                text(random, 20),
                micros(random));
    }

    static Schema.Builder wide21() {
        return Schema.newBuilder()
                .column("id", DataTypes.BIGINT())
                .column("flag", DataTypes.BOOLEAN())
                .column("tiny", DataTypes.TINYINT())
                .column("small", DataTypes.SMALLINT())
                .column("i1", DataTypes.INT())
                .column("i2", DataTypes.INT())
                .column("l1", DataTypes.BIGINT())
                .column("l2", DataTypes.BIGINT())
                .column("f", DataTypes.FLOAT())
                .column("d1", DataTypes.DOUBLE())
                .column("d2", DataTypes.DOUBLE())
                .column("price", DataTypes.DECIMAL(10, 2))
                .column("amount", DataTypes.DECIMAL(20, 4))
                .column("city", DataTypes.STRING())
                .column("name", DataTypes.STRING())
                .column("note", DataTypes.STRING())
                .column("day", DataTypes.DATE())
                .column("clock", DataTypes.TIME(3))
                .column("ts3", DataTypes.TIMESTAMP(3))
                .column("ts6", DataTypes.TIMESTAMP(6))
                .column("raw", DataTypes.BYTES());
    }

    static GenericRow wide21(long key, SplittableRandom random) {
        return GenericRow.of(
                key,
                random.nextBoolean(),
                (byte) random.nextInt(-128, 128),
                (short) random.nextInt(-32768, 32768),
                random.nextInt(),
                sometimes(random) ? random.nextInt(1000) : null,
                random.nextLong(),
                sometimes(random) ? EPOCH_2024_MS + random.nextLong(YEAR_MS) : null,
                (float) random.nextDouble(),
                random.nextDouble(),
                sometimes(random) ? random.nextInt(1_000_000) / 100.0 : null,
                Decimal.fromUnscaledLong(random.nextInt(10_000_000), 10, 2),
                Decimal.fromBigDecimal(
                        java.math.BigDecimal.valueOf(random.nextLong(1_000_000_000_000_000L), 4), 20, 4),
                BinaryString.fromString(CITIES[random.nextInt(CITIES.length)]),
                text(random, 20),
                sometimes(random) ? text(random, random.nextInt(60)) : null,
                19_000 + random.nextInt(2000),
                random.nextInt(86_400_000),
                Timestamp.fromEpochMillis(EPOCH_2024_MS + random.nextLong(YEAR_MS)),
                micros(random),
                bytes(random, 16));
    }

    static Schema.Builder strings21() {
        Schema.Builder schema = Schema.newBuilder().column("id", DataTypes.INT());
        for (int i = 1; i <= 20; i++) {
            schema = schema.column("s" + i, DataTypes.STRING());
        }
        return schema;
    }

    /** A key and twenty texts of ten hexadecimal characters. */
    static GenericRow strings21(int key, SplittableRandom random) {
        Object[] values = new Object[21];
        values[0] = key;
        for (int i = 1; i <= 20; i++) {
            values[i] = hex(random);
        }
        return GenericRow.of(values);
    }

    private static BinaryString hex(SplittableRandom random) {
        byte[] bytes = new byte[10];
        long bits = random.nextLong();
        for (int i = 0; i < bytes.length; i++, bits >>>= 4) {
            bytes[i] = (byte) "0123456789abcdef".charAt((int) bits & 15);
        }
        return BinaryString.fromBytes(bytes);
    }

    // Three of four values are there.
    private static boolean sometimes(SplittableRandom random) {
        return random.nextInt(4) != 0;
    }

    private static Timestamp micros(SplittableRandom random) {
        return Timestamp.fromEpochMillis(
                EPOCH_2024_MS + random.nextLong(YEAR_MS), random.nextInt(1000) * 1000);
    }

    private static BinaryString text(SplittableRandom random, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i += 12) {
            long bits = random.nextLong();
            for (int j = i; j < Math.min(length, i + 12); j++, bits >>>= 5) {
                bytes[j] = ALPHABET[(int) bits & 31];
            }
        }
        return BinaryString.fromBytes(bytes);
    }

    private static byte[] bytes(SplittableRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
