package spillway.fuzz;

import java.util.ArrayList;
import java.util.List;
import org.apache.paimon.types.ArrayType;
import org.apache.paimon.types.DataField;
import org.apache.paimon.types.DataType;
import org.apache.paimon.types.DataTypeFamily;
import org.apache.paimon.types.DataTypes;
import org.apache.paimon.types.MapType;
import org.apache.paimon.types.MultisetType;
import org.apache.paimon.types.RowType;

/**
 * Random types, less what Java cannot write or read back: Avro takes no timestamps finer than microseconds
 * and no multisets but of text; the Parquet reader breaks on multisets of decimals and timestamps; the lookup
 * store compares no byte arrays, so keys looked up have none.
 */
record ColumnTypes(boolean avro, boolean lookup) {

    private static final int DEPTH_MAX = 3;

    private int timestampPrecisionMax() {
        return avro ? 6 : 9;
    }

    DataType any(Dice dice) {
        return dice.chance(0.25) ? nested(dice, 1) : atomic(dice);
    }

    DataType atomic(Dice dice) {
        return switch (dice.below(19)) {
            case 0 -> DataTypes.BOOLEAN();
            case 1 -> DataTypes.TINYINT();
            case 2 -> DataTypes.SMALLINT();
            case 3 -> DataTypes.INT();
            case 4 -> DataTypes.BIGINT();
            case 5 -> DataTypes.FLOAT();
            case 6 -> DataTypes.DOUBLE();
            case 7, 8 -> decimal(dice);
            case 9 -> DataTypes.CHAR(dice.between(1, 20));
            case 10 -> DataTypes.VARCHAR(dice.between(1, 50));
            case 11 -> DataTypes.STRING();
            case 12 -> DataTypes.BINARY(dice.between(1, 16));
            case 13 -> dice.chance(0.5) ? DataTypes.BYTES() : DataTypes.VARBINARY(dice.between(1, 40));
            case 14 -> DataTypes.DATE();
            case 15 -> DataTypes.TIME(dice.between(0, 3));
            case 16, 17 -> DataTypes.TIMESTAMP(dice.between(0, timestampPrecisionMax()));
            default -> DataTypes.TIMESTAMP_WITH_LOCAL_TIME_ZONE(dice.between(0, timestampPrecisionMax()));
        };
    }

    static DataType decimal(Dice dice) {
        int precision = dice.oneOf(dice.between(1, 9), dice.between(10, 18), dice.between(19, 38), 38);
        return DataTypes.DECIMAL(precision, dice.between(0, precision));
    }

    static DataType numeric(Dice dice) {
        return dice.oneOf(
                DataTypes.TINYINT(), DataTypes.SMALLINT(), DataTypes.INT(), DataTypes.BIGINT(),
                DataTypes.FLOAT(), DataTypes.DOUBLE(), decimal(dice), decimal(dice));
    }

    /** What can be a primary key. */
    DataType key(Dice dice) {
        DataType type = atomic(dice);
        boolean binary = type.is(DataTypeFamily.BINARY_STRING);
        return lookup && binary || dice.chance(0.25)
                ? dice.oneOf(DataTypes.INT(), DataTypes.BIGINT(), DataTypes.STRING())
                : type;
    }

    /** What can be a partition: Java prints binary values as object identities in paths. */
    DataType partition(Dice dice) {
        return dice.oneOf(
                DataTypes.STRING(), DataTypes.STRING(), DataTypes.INT(), DataTypes.BIGINT(), DataTypes.DATE(),
                DataTypes.DATE(), DataTypes.BOOLEAN(), DataTypes.TINYINT(), DataTypes.SMALLINT(),
                DataTypes.DECIMAL(dice.between(1, 20), 1), DataTypes.CHAR(4), DataTypes.VARCHAR(9),
                DataTypes.TIMESTAMP(0), DataTypes.DOUBLE());
    }

    /** What orders versions of a row. */
    DataType sequence(Dice dice) {
        return dice.oneOf(
                DataTypes.INT(), DataTypes.INT(), DataTypes.BIGINT(), DataTypes.SMALLINT(), DataTypes.DATE(),
                DataTypes.TIMESTAMP(dice.between(0, timestampPrecisionMax())), DataTypes.STRING(),
                DataTypes.DECIMAL(dice.between(5, 30), 2), DataTypes.DOUBLE(), DataTypes.TIME(0));
    }

    DataType nested(Dice dice, int depth) {
        return switch (dice.below(4)) {
            case 0 -> new ArrayType(element(dice, depth));
            case 1 -> new MapType(mapKey(dice), element(dice, depth));
            case 2 -> new MultisetType(avro ? DataTypes.STRING() : multisetElement(dice));
            default -> row(dice, depth);
        };
    }

    RowType row(Dice dice, int depth) {
        int count = dice.between(1, 4);
        List<DataField> fields = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            fields.add(new DataField(i, String.valueOf((char) ('p' + i)), element(dice, depth)));
        }
        return new RowType(fields);
    }

    private DataType element(Dice dice, int depth) {
        return depth < DEPTH_MAX && dice.chance(0.25) ? nested(dice, depth + 1) : atomic(dice);
    }

    private static DataType multisetElement(Dice dice) {
        return dice.oneOf(
                DataTypes.STRING(), DataTypes.INT(), DataTypes.BIGINT(), DataTypes.DATE(),
                DataTypes.VARCHAR(12), DataTypes.SMALLINT(), DataTypes.BOOLEAN());
    }

    // Byte arrays have no value equality in Java's maps, and a map has no null keys.
    DataType mapKey(Dice dice) {
        DataType type = dice.oneOf(
                DataTypes.STRING(), DataTypes.STRING(), DataTypes.INT(), DataTypes.BIGINT(), DataTypes.DATE(),
                DataTypes.VARCHAR(12), DataTypes.DECIMAL(12, 3), DataTypes.TIMESTAMP(3), DataTypes.BOOLEAN());
        return type.copy(dice.chance(0.5));
    }
}
