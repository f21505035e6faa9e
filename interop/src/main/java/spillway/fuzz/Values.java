package spillway.fuzz;

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
import org.apache.paimon.types.ArrayType;
import org.apache.paimon.types.BinaryType;
import org.apache.paimon.types.CharType;
import org.apache.paimon.types.DataType;
import org.apache.paimon.types.DataTypeChecks;
import org.apache.paimon.types.DecimalType;
import org.apache.paimon.types.MapType;
import org.apache.paimon.types.MultisetType;
import org.apache.paimon.types.RowType;
import org.apache.paimon.types.VarBinaryType;
import org.apache.paimon.types.VarCharType;

/** Random values in Paimon's internal form, edges of each type included. */
final class Values {

    private static final String[] WORDS = {
        "", " ", "a", "A", "ab", "null", "ß", "é", "日本", "😀", "x\ty", "\"q\"", "back\\slash", "line\nbreak",
        "\u0001", "zz", "0", "-1", "true", "~", "\u2028", "ÿ", "\uFFFD", "\uE000", "👩‍👩‍👧"
    };
    private static final long DAY_MS = 86_400_000L;
    // 0001-01-01 and 9999-12-31: the years the text encoding prints with four digits.
    private static final int DAY_LEAST = -719_162;
    private static final int DAY_MOST = 2_932_896;

    private Values() {}

    static Object make(Dice dice, DataType type, Flavour flavour) {
        return switch (type.getTypeRoot()) {
            case BOOLEAN -> dice.chance(0.5);
            case TINYINT -> (byte) whole(dice, flavour, Byte.MIN_VALUE, Byte.MAX_VALUE);
            case SMALLINT -> (short) whole(dice, flavour, Short.MIN_VALUE, Short.MAX_VALUE);
            case INTEGER -> (int) whole(dice, flavour, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case BIGINT -> whole(dice, flavour, Long.MIN_VALUE, Long.MAX_VALUE);
            case FLOAT -> (float) fraction(dice, flavour, Float.MIN_VALUE, Float.MAX_VALUE);
            case DOUBLE -> fraction(dice, flavour, Double.MIN_VALUE, Double.MAX_VALUE);
            case DECIMAL -> decimal(dice, (DecimalType) type, flavour);
            case CHAR -> BinaryString.fromString(cut(text(dice, flavour), ((CharType) type).getLength()));
            case VARCHAR -> BinaryString.fromString(
                    cut(text(dice, flavour), ((VarCharType) type).getLength()));
            case BINARY -> bytes(dice, ((BinaryType) type).getLength());
            case VARBINARY -> flavour.fixed()
                    ? Sketches.make(dice, flavour)
                    : bytes(dice, dice.below(Math.min(((VarBinaryType) type).getLength(), 40) + 1));
            case DATE -> day(dice);
            case TIME_WITHOUT_TIME_ZONE -> truncate(time(dice), 3 - DataTypeChecks.getPrecision(type));
            case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
                timestamp(dice, DataTypeChecks.getPrecision(type));
            case ARRAY -> array(dice, ((ArrayType) type).getElementType(), flavour);
            case MAP -> map(dice, ((MapType) type).getKeyType(), ((MapType) type).getValueType());
            case MULTISET -> multiset(dice, ((MultisetType) type).getElementType());
            case ROW -> row(dice, (RowType) type, flavour);
            default -> throw new UnsupportedOperationException("no random values of " + type);
        };
    }

    /** Null once in a while where the type allows it. */
    static Object makeOrNull(Dice dice, DataType type, Flavour flavour, double nulls) {
        return type.isNullable() && dice.chance(nulls) ? null : make(dice, type, flavour);
    }

    private static long whole(Dice dice, Flavour flavour, long least, long most) {
        if (flavour == Flavour.SMALL) {
            return dice.oneOf(-2, -1, 1, 1, 2, 3);
        }
        return switch (dice.below(8)) {
            case 0 -> dice.oneOf(least, most, 0L, -1L, 1L);
            case 1, 2, 3 -> dice.between(-100, 100);
            default -> {
                long value = dice.anyLong() >> dice.below(63);
                yield value < least || value > most ? value % (most + 1) : value;
            }
        };
    }

    private static double fraction(Dice dice, Flavour flavour, double least, double most) {
        if (flavour == Flavour.SMALL) {
            return dice.oneOf(-2.0, -0.5, 0.25, 1.0, 1.5);
        }
        double value = switch (dice.below(8)) {
            case 0 -> dice.oneOf(0.0, -0.0, least, most, -most, 1.0);
            case 1 -> dice.oneOf(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
            case 2, 3 -> dice.between(-1000, 1000) / 8.0;
            case 4 -> dice.between(-100_000, 100_000) / 100.0;
            default -> (dice.unit() - 0.5) * Math.pow(10, dice.between(-12, 15));
        };
        boolean refused = flavour == Flavour.ORDERED && Double.isNaN(value)
                || flavour == Flavour.FINITE && !Float.isFinite((float) value);
        return refused ? 0.5 : value;
    }

    private static Decimal decimal(Dice dice, DecimalType type, Flavour flavour) {
        BigInteger limit = BigInteger.TEN.pow(type.getPrecision());
        BigInteger unscaled;
        if (flavour == Flavour.SMALL) {
            unscaled = BigInteger.valueOf(dice.oneOf(-2, -1, 1, 2, 3));
        } else {
            int kind = dice.below(6);
            unscaled = kind == 0
                    ? dice.oneOf(
                            limit.subtract(BigInteger.ONE), BigInteger.ONE.subtract(limit), BigInteger.ZERO)
                    : wide(dice).mod(BigInteger.TEN.pow(dice.between(1, type.getPrecision())));
            unscaled = kind == 1 ? unscaled.negate() : unscaled;
        }
        BigDecimal value = new BigDecimal(unscaled, type.getScale());
        return Decimal.fromBigDecimal(value, type.getPrecision(), type.getScale());
    }

    private static BigInteger wide(Dice dice) {
        return BigInteger.valueOf(dice.anyLong()).shiftLeft(64).or(BigInteger.valueOf(dice.anyLong())).abs();
    }

    private static String text(Dice dice, Flavour flavour) {
        if (flavour == Flavour.NUMERIC_TEXT) {
            return Integer.toString(dice.below(100));
        }
        if (flavour == Flavour.ROW_KIND) {
            return dice.oneOf("+I", "+I", "+U", "-U", "-D");
        }
        if (dice.chance(0.3)) {
            return dice.oneOf(WORDS);
        }
        int length = dice.chance(0.03) ? dice.between(100, 400) : dice.below(24);
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < length; i++) {
            boolean rare = dice.chance(0.05);
            out.append(rare ? dice.oneOf("ö", "語", "😀", " ", "%") : (char) ('a' + dice.below(26)));
        }
        return out.toString();
    }

    private static String cut(String text, int charactersMax) {
        int characters = text.codePointCount(0, text.length());
        return characters <= charactersMax
                ? text
                : text.substring(0, text.offsetByCodePoints(0, charactersMax));
    }

    private static byte[] bytes(Dice dice, int length) {
        byte[] bytes = new byte[length];
        dice.fill(bytes);
        return bytes;
    }

    private static int day(Dice dice) {
        return dice.chance(0.1) ? dice.oneOf(DAY_LEAST, DAY_MOST, 0, -1, 1) : dice.between(-30_000, 60_000);
    }

    private static int time(Dice dice) {
        return dice.chance(0.1) ? dice.oneOf(0, 86_399_999, 1) : dice.below(86_400_000);
    }

    private static int truncate(int value, int digits) {
        int unit = (int) Math.pow(10, Math.max(0, digits));
        return value / unit * unit;
    }

    private static Timestamp timestamp(Dice dice, int precision) {
        long millis = dice.chance(0.1) ? dice.oneOf(0L, -1L, 1L, -DAY_MS) : day(dice) * DAY_MS + time(dice);
        int nanos = dice.below(1_000_000);
        if (precision <= 3) {
            long unit = (long) Math.pow(10, 3 - precision);
            return Timestamp.fromEpochMillis(Math.floorDiv(millis, unit) * unit);
        }
        return Timestamp.fromEpochMillis(millis, truncate(nanos, 9 - precision));
    }

    private static GenericArray array(Dice dice, DataType element, Flavour flavour) {
        Object[] values = new Object[dice.below(5)];
        for (int i = 0; i < values.length; i++) {
            values[i] = makeOrNull(dice, element, flavour, 0.1);
        }
        return new GenericArray(values);
    }

    private static GenericMap map(Dice dice, DataType key, DataType value) {
        Map<Object, Object> entries = new LinkedHashMap<>();
        for (int i = dice.below(5); i > 0; i--) {
            entries.put(make(dice, key, Flavour.ORDERED), makeOrNull(dice, value, Flavour.ANY, 0.15));
        }
        return new GenericMap(entries);
    }

    private static GenericMap multiset(Dice dice, DataType element) {
        Map<Object, Object> entries = new LinkedHashMap<>();
        for (int i = dice.below(4); i > 0; i--) {
            entries.put(make(dice, element, Flavour.ORDERED), dice.between(1, 9));
        }
        return new GenericMap(entries);
    }

    private static GenericRow row(Dice dice, RowType type, Flavour flavour) {
        GenericRow row = new GenericRow(type.getFieldCount());
        for (int i = 0; i < type.getFieldCount(); i++) {
            row.setField(i, makeOrNull(dice, type.getTypeAt(i), flavour, 0.2));
        }
        return row;
    }
}
