package spillway.json;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.paimon.data.Decimal;
import org.apache.paimon.data.InternalArray;
import org.apache.paimon.data.InternalMap;
import org.apache.paimon.data.InternalRow;
import org.apache.paimon.data.Timestamp;
import org.apache.paimon.types.ArrayType;
import org.apache.paimon.types.DataField;
import org.apache.paimon.types.DataType;
import org.apache.paimon.types.DataTypes;
import org.apache.paimon.types.MapType;
import org.apache.paimon.types.MultisetType;
import org.apache.paimon.types.RowType;

/** Rows as lines of JSON in the project's encoding: keys in schema order, 64-bit integers as strings. */
public final class RowEncoder {

    private final RowType type;
    private final InternalRow.FieldGetter[] getters;
    private final UnaryOperator<String> rewriteText;

    public RowEncoder(RowType type) {
        this(type, UnaryOperator.identity());
    }

    /** With a rewrite of every string value, for system tables whose texts name this machine's paths. */
    public RowEncoder(RowType type, UnaryOperator<String> rewriteText) {
        this.type = type;
        this.getters = getters(type);
        this.rewriteText = rewriteText;
    }

    public String line(InternalRow row) {
        return line("", row);
    }

    /** A line that starts with {@code prefix}: members already printed, each followed by a comma. */
    public String line(String prefix, InternalRow row) {
        StringBuilder out = new StringBuilder(128).append('{').append(prefix);
        appendFields(out, type, getters, row);
        return out.append('}').toString();
    }

    private static InternalRow.FieldGetter[] getters(RowType type) {
        InternalRow.FieldGetter[] getters = new InternalRow.FieldGetter[type.getFieldCount()];
        for (int i = 0; i < getters.length; i++) {
            // Nullable on purpose: a file may hold nulls a later schema forbids.
            getters[i] = InternalRow.createFieldGetter(type.getTypeAt(i).copy(true), i);
        }
        return getters;
    }

    private void appendFields(
            StringBuilder out, RowType rowType, InternalRow.FieldGetter[] get, InternalRow row) {
        List<DataField> fields = rowType.getFields();
        for (int i = 0; i < fields.size(); i++) {
            if (i > 0) {
                out.append(',');
            }
            JsonText.appendString(out, fields.get(i).name());
            out.append(':');
            appendValue(out, fields.get(i).type(), get[i].getFieldOrNull(row));
        }
        if (fields.isEmpty() && out.charAt(out.length() - 1) == ',') {
            out.setLength(out.length() - 1);
        }
    }

    private void appendValue(StringBuilder out, DataType valueType, Object value) {
        if (value == null) {
            out.append("null");
            return;
        }
        switch (valueType.getTypeRoot()) {
            case BOOLEAN, TINYINT, SMALLINT, INTEGER -> out.append(value);
            case BIGINT -> out.append('"').append(value).append('"');
            case FLOAT, DOUBLE -> JsonText.appendDouble(out, ((Number) value).doubleValue());
            case DECIMAL -> out.append('"')
                    .append(((Decimal) value).toBigDecimal().toPlainString()).append('"');
            case CHAR, VARCHAR -> JsonText.appendString(out, rewriteText.apply(value.toString()));
            case BINARY, VARBINARY -> JsonText.appendHex(out, (byte[]) value);
            case DATE -> appendDate(out.append('"'), LocalDate.ofEpochDay((Integer) value)).append('"');
            case TIME_WITHOUT_TIME_ZONE -> appendTime(out, (Integer) value);
            case TIMESTAMP_WITHOUT_TIME_ZONE -> appendTimestamp(out, (Timestamp) value, "");
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> appendTimestamp(out, (Timestamp) value, "Z");
            case ARRAY -> appendArray(out, ((ArrayType) valueType).getElementType(), (InternalArray) value);
            case MAP -> {
                MapType map = (MapType) valueType;
                appendMap(out, map.getKeyType(), map.getValueType(), (InternalMap) value);
            }
            case MULTISET -> appendMap(
                    out, ((MultisetType) valueType).getElementType(), DataTypes.INT(), (InternalMap) value);
            case ROW -> {
                RowType nested = (RowType) valueType;
                appendFields(out.append('{'), nested, getters(nested), (InternalRow) value);
                out.append('}');
            }
            default -> throw new UnsupportedOperationException("no encoding for " + valueType.asSQLString());
        }
    }

    private void appendArray(StringBuilder out, DataType elementType, InternalArray array) {
        InternalArray.ElementGetter get = InternalArray.createElementGetter(elementType.copy(true));
        out.append('[');
        for (int i = 0; i < array.size(); i++) {
            if (i > 0) {
                out.append(',');
            }
            appendValue(out, elementType, get.getElementOrNull(array, i));
        }
        out.append(']');
    }

    private void appendMap(StringBuilder out, DataType keyType, DataType valueType, InternalMap map) {
        InternalArray.ElementGetter getKey = InternalArray.createElementGetter(keyType.copy(true));
        InternalArray.ElementGetter getValue = InternalArray.createElementGetter(valueType.copy(true));
        InternalArray keys = map.keyArray();
        InternalArray values = map.valueArray();
        List<String[]> entries = new ArrayList<>(map.size());
        for (int i = 0; i < map.size(); i++) {
            StringBuilder key = new StringBuilder();
            StringBuilder value = new StringBuilder();
            appendValue(key, keyType, getKey.getElementOrNull(keys, i));
            appendValue(value, valueType, getValue.getElementOrNull(values, i));
            entries.add(new String[] {key.toString(), value.toString()});
        }
        entries.sort((a, b) -> a[0].compareTo(b[0]));
        out.append('[');
        for (int i = 0; i < entries.size(); i++) {
            out.append(i > 0 ? ",[" : "[").append(entries.get(i)[0]).append(',');
            out.append(entries.get(i)[1]).append(']');
        }
        out.append(']');
    }

    private static StringBuilder appendDate(StringBuilder out, LocalDate date) {
        appendPadded(out, date.getYear(), 4).append('-');
        appendPadded(out, date.getMonthValue(), 2).append('-');
        return appendPadded(out, date.getDayOfMonth(), 2);
    }

    private static void appendTime(StringBuilder out, int millisOfDay) {
        out.append('"');
        appendClock(out, millisOfDay / 1000).append('.');
        appendPadded(out, millisOfDay % 1000, 3).append('"');
    }

    private static void appendTimestamp(StringBuilder out, Timestamp time, String zone) {
        long seconds = Math.floorDiv(time.getMillisecond(), 1000L);
        int millis = (int) Math.floorMod(time.getMillisecond(), 1000L);
        long day = Math.floorDiv(seconds, 86_400L);
        appendDate(out.append('"'), LocalDate.ofEpochDay(day)).append('T');
        appendClock(out, (int) Math.floorMod(seconds, 86_400L)).append('.');
        appendPadded(out, millis * 1_000_000L + time.getNanoOfMillisecond(), 9);
        out.append(zone).append('"');
    }

    private static StringBuilder appendClock(StringBuilder out, int secondOfDay) {
        appendPadded(out, secondOfDay / 3600, 2).append(':');
        appendPadded(out, secondOfDay / 60 % 60, 2).append(':');
        return appendPadded(out, secondOfDay % 60, 2);
    }

    private static StringBuilder appendPadded(StringBuilder out, long value, int width) {
        String digits = Long.toString(Math.abs(value));
        if (value < 0) {
            out.append('-');
        }
        return out.append("0".repeat(Math.max(0, width - digits.length()))).append(digits);
    }
}
