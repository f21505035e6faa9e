package spillway.bench;

import java.util.Arrays;
import java.util.List;
import org.apache.paimon.data.BinaryString;
import org.apache.paimon.data.Decimal;
import org.apache.paimon.data.InternalRow;
import org.apache.paimon.data.Timestamp;
import org.apache.paimon.types.DataType;
import org.apache.paimon.types.DecimalType;
import org.apache.paimon.types.LocalZonedTimestampType;
import org.apache.paimon.types.RowType;
import org.apache.paimon.types.TimestampType;

/** Reads every value of a row, without boxing, and folds it into a number that no order of rows changes. */
final class RowTouch {

    private interface Touch {
        long of(InternalRow row);
    }

    private final Touch[] touches;

    RowTouch(RowType type) {
        List<DataType> types = type.getFieldTypes();
        touches = new Touch[types.size()];
        for (int i = 0; i < touches.length; i++) {
            touches[i] = touch(types.get(i), i);
        }
    }

    /** A hash of the row; summed over all rows it is the checksum. */
    long of(InternalRow row) {
        long hash = 17;
        for (int i = 0; i < touches.length; i++) {
            hash = hash * 31 + (row.isNullAt(i) ? 0 : touches[i].of(row));
        }
        return hash;
    }

    private static Touch touch(DataType type, int i) {
        return switch (type.getTypeRoot()) {
            case BOOLEAN -> row -> row.getBoolean(i) ? 1 : 2;
            case TINYINT -> row -> row.getByte(i);
            case SMALLINT -> row -> row.getShort(i);
            case INTEGER, DATE, TIME_WITHOUT_TIME_ZONE -> row -> row.getInt(i);
            case BIGINT -> row -> row.getLong(i);
            case FLOAT -> row -> Float.floatToIntBits(row.getFloat(i));
            case DOUBLE -> row -> Double.doubleToLongBits(row.getDouble(i));
            case CHAR, VARCHAR -> row -> text(row.getString(i));
            case BINARY, VARBINARY -> row -> Arrays.hashCode(row.getBinary(i));
            case DECIMAL -> {
                DecimalType decimal = (DecimalType) type;
                yield row -> decimal(row.getDecimal(i, decimal.getPrecision(), decimal.getScale()));
            }
            case TIMESTAMP_WITHOUT_TIME_ZONE -> {
                int precision = ((TimestampType) type).getPrecision();
                yield row -> timestamp(row.getTimestamp(i, precision));
            }
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> {
                int precision = ((LocalZonedTimestampType) type).getPrecision();
                yield row -> timestamp(row.getTimestamp(i, precision));
            }
            default -> throw new UnsupportedOperationException("no benchmark reads " + type.asSQLString());
        };
    }

    private static long text(BinaryString text) {
        int size = text.getSizeInBytes();
        long hash = size;
        for (int i = 0; i < size; i++) {
            hash = hash * 31 + text.byteAt(i);
        }
        return hash;
    }

    private static long decimal(Decimal value) {
        return value.isCompact() ? value.toUnscaledLong() : Arrays.hashCode(value.toUnscaledBytes());
    }

    private static long timestamp(Timestamp value) {
        return value.getMillisecond() * 1_000_000 + value.getNanoOfMillisecond();
    }
}
