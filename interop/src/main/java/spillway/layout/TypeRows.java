package spillway.layout;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.paimon.data.BinaryString;
import org.apache.paimon.data.Decimal;
import org.apache.paimon.data.GenericArray;
import org.apache.paimon.data.GenericMap;
import org.apache.paimon.data.GenericRow;
import org.apache.paimon.data.Timestamp;
import org.apache.paimon.schema.Schema;
import org.apache.paimon.types.DataTypes;

/** A column of each type, with nulls, values that repeat and values that do not. */
final class TypeRows implements LayoutsCommand.Rows {

    private final int count;

    TypeRows(int count) {
        this.count = count;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public Schema.Builder columns(Schema.Builder schema) {
        return schema.column("id", DataTypes.INT())
                .column("flag", DataTypes.BOOLEAN())
                .column("tiny", DataTypes.TINYINT())
                .column("small", DataTypes.SMALLINT())
                .column("big", DataTypes.BIGINT())
                .column("single", DataTypes.FLOAT())
                .column("double", DataTypes.DOUBLE())
                .column("dec9", DataTypes.DECIMAL(9, 2))
                .column("dec18", DataTypes.DECIMAL(18, 4))
                .column("dec38", DataTypes.DECIMAL(38, 10))
                .column("word", DataTypes.STRING())
                .column("text", DataTypes.STRING())
                .column("fixed", DataTypes.BINARY(4))
                .column("blob", DataTypes.BYTES())
                .column("day", DataTypes.DATE())
                .column("clock", DataTypes.TIME(3))
                .column("ts3", DataTypes.TIMESTAMP(3))
                .column("ts6", DataTypes.TIMESTAMP(6))
                .column("ts9", DataTypes.TIMESTAMP(9))
                .column("ltz6", DataTypes.TIMESTAMP_WITH_LOCAL_TIME_ZONE(6))
                .column("nothing", DataTypes.INT())
                .column("list", DataTypes.ARRAY(DataTypes.INT()))
                .column("map", DataTypes.MAP(DataTypes.STRING().notNull(), DataTypes.BIGINT()))
                .column("row", DataTypes.ROW(
                        DataTypes.FIELD(100, "a", DataTypes.BIGINT()),
                        DataTypes.FIELD(101, "t", DataTypes.TIMESTAMP(9))));
    }

    @Override
    public GenericRow row(int i) {
        boolean gap = i % 7 == 3;
        long mix = mix(i);
        Timestamp ts = Timestamp.fromEpochMillis(
                1_700_000_000_000L + i * 86_399_123L, (int) (mix & 0xfffff) % 1_000_000);
        return GenericRow.of(i, gap ? null : i % 3 == 0, gap ? null : (byte) mix, gap ? null : (short) mix,
                gap ? null : mix, gap ? null : i * 0.5f, gap ? null : mix / 3.0, decimal(mix % 1_000_000_000L, 9, 2),
                gap ? null : decimal(mix % 1_000_000_000_000_000_000L, 18, 4),
                gap ? null : Decimal.fromBigDecimal(new BigDecimal(BigInteger.valueOf(mix)
                        .multiply(BigInteger.valueOf(mix(i + 1) >>> 8)), 10), 38, 10),
                text("word-" + i % 4), gap ? null : text("text " + i + " é " + Long.toHexString(mix)),
                gap ? null : bytes(mix, 4), gap ? null : bytes(mix, i % 9), gap ? null : 19_000 + i * 37,
                gap ? null : Math.floorMod((int) mix, 86_400_000), gap ? null : millis(ts), gap ? null : micros(ts),
                gap ? null : ts, gap ? null : micros(ts), null, list(i, gap), map(i, gap),
                i % 5 == 4 ? null : GenericRow.of(gap ? null : mix, gap ? null : ts));
    }

    private static Decimal decimal(long unscaled, int precision, int scale) {
        return Decimal.fromUnscaledLong(unscaled, precision, scale);
    }

    private static Timestamp millis(Timestamp ts) {
        return Timestamp.fromEpochMillis(ts.getMillisecond());
    }

    private static Timestamp micros(Timestamp ts) {
        return Timestamp.fromEpochMillis(ts.getMillisecond(), ts.getNanoOfMillisecond() / 1000 * 1000);
    }

    private static GenericArray list(int i, boolean gap) {
        if (gap) {
            return null;
        }
        Integer[] out = new Integer[i % 4];
        for (int k = 0; k < out.length; k++) {
            out[k] = k == 2 ? null : i * k;
        }
        return new GenericArray(out);
    }

    private static GenericMap map(int i, boolean gap) {
        if (gap) {
            return null;
        }
        Map<BinaryString, Long> out = new LinkedHashMap<>();
        for (int k = 0; k < i % 3; k++) {
            out.put(text("key" + k), k == 1 ? null : mix(i + k));
        }
        return new GenericMap(out);
    }

    static BinaryString text(String value) {
        return BinaryString.fromString(value);
    }

    static byte[] bytes(long mix, int count) {
        byte[] out = new byte[count];
        for (int k = 0; k < count; k++) {
            out[k] = (byte) (mix >> (k % 8 * 8));
        }
        return out;
    }

    /** A number that looks random, the same every time. */
    static long mix(long i) {
        long z = (i + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
