package spillway.json;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.paimon.data.BinaryString;
import org.apache.paimon.data.Decimal;
import org.apache.paimon.data.GenericArray;
import org.apache.paimon.data.GenericMap;
import org.apache.paimon.data.GenericRow;
import org.apache.paimon.data.Timestamp;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.paimon.types.ArrayType;
import org.apache.paimon.types.DataField;
import org.apache.paimon.types.DataType;
import org.apache.paimon.types.DataTypes;
import org.apache.paimon.types.DecimalType;
import org.apache.paimon.types.MapType;
import org.apache.paimon.types.MultisetType;
import org.apache.paimon.types.RowKind;
import org.apache.paimon.types.RowType;

/** Rows from JSON in the project's encoding: the way back from {@link RowEncoder}. */
public final class RowDecoder {

    private final RowType type;

    public RowDecoder(RowType type) {
        this.type = type;
    }

    /** A missing member is null; {@code _kind} is the row's kind, +I when it is missing. */
    public GenericRow row(JsonNode object) {
        GenericRow row = row(type, object);
        if (object.has("_kind")) {
            row.setRowKind(RowKind.fromShortString(object.get("_kind").asText()));
        }
        return row;
    }

    private static GenericRow row(RowType type, JsonNode object) {
        List<DataField> fields = type.getFields();
        GenericRow row = new GenericRow(fields.size());
        for (int i = 0; i < fields.size(); i++) {
            row.setField(i, value(fields.get(i).type(), object.get(fields.get(i).name())));
        }
        return row;
    }

    private static Object value(DataType type, JsonNode node) {
        if (node == null || node.isNull()) {
            return null;
        }
        return switch (type.getTypeRoot()) {
            case BOOLEAN -> node.asBoolean();
            case TINYINT -> (byte) node.asInt();
            case SMALLINT -> (short) node.asInt();
            case INTEGER -> node.asInt();
            case BIGINT -> Long.parseLong(node.asText());
            case FLOAT -> (float) Double.parseDouble(node.asText());
            case DOUBLE -> Double.parseDouble(node.asText());
            case DECIMAL -> {
                DecimalType decimal = (DecimalType) type;
                BigDecimal exact = new BigDecimal(node.asText());
                yield Decimal.fromBigDecimal(exact, decimal.getPrecision(), decimal.getScale());
            }
            case CHAR, VARCHAR -> BinaryString.fromString(node.asText());
            case BINARY, VARBINARY -> HexFormat.of().parseHex(node.asText());
            case DATE -> (int) LocalDate.parse(node.asText()).toEpochDay();
            case TIME_WITHOUT_TIME_ZONE ->
                (int) (LocalTime.parse(node.asText()).toNanoOfDay() / 1_000_000);
            case TIMESTAMP_WITHOUT_TIME_ZONE ->
                Timestamp.fromLocalDateTime(LocalDateTime.parse(node.asText()));
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> Timestamp.fromInstant(Instant.parse(node.asText()));
            case ARRAY -> {
                Object[] items = new Object[node.size()];
                for (int i = 0; i < items.length; i++) {
                    items[i] = value(((ArrayType) type).getElementType(), node.get(i));
                }
                yield new GenericArray(items);
            }
            case MAP -> map(((MapType) type).getKeyType(), ((MapType) type).getValueType(), node);
            case MULTISET -> map(((MultisetType) type).getElementType(), DataTypes.INT(), node);
            case ROW -> row((RowType) type, node);
            default -> throw new UnsupportedOperationException("no decoding for " + type.asSQLString());
        };
    }

    private static GenericMap map(DataType keyType, DataType valueType, JsonNode pairs) {
        Map<Object, Object> map = new HashMap<>();
        for (JsonNode pair : pairs) {
            map.put(value(keyType, pair.get(0)), value(valueType, pair.get(1)));
        }
        return new GenericMap(map);
    }
}
