package spillway.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.paimon.types.ArrayType;
import org.apache.paimon.types.DataType;
import org.apache.paimon.types.DataTypes;
import org.apache.paimon.types.MapType;
import org.apache.paimon.types.RowType;
import org.apache.paimon.types.VarCharType;

/** Aggregate functions that fit a column, and columns that fit the functions with narrow demands. */
final class Aggregations {

    private static final Set<String> TAKE_RETRACTION = Set.of(
            "sum", "collect", "merge_map", "nested_update", "last_value", "last_non_null_value");

    private final Dice dice;
    private final Draft draft;

    Aggregations(Dice dice, Draft draft) {
        this.dice = dice;
        this.draft = draft;
    }

    /** Adds columns of the types that random columns seldom have: numbers, collections, bitmaps, sketches. */
    void addTyped(int count) {
        for (int i = 0; i < count; i++) {
            String name = "a" + i;
            switch (dice.below(12)) {
                case 0, 1, 2 -> draft.add(name, ColumnTypes.numeric(dice), Flavour.ANY);
                case 3 -> draft.add(name, ColumnTypes.numeric(dice), Flavour.SMALL);
                case 4 -> draft.add(name, DataTypes.BOOLEAN(), Flavour.ANY);
                case 5 -> draft.add(name, DataTypes.STRING(), Flavour.ANY);
                case 6 -> draft.add(name, new ArrayType(draft.types.atomic(dice)), Flavour.ANY);
                case 7 -> draft.add(name, nestedTable(), Flavour.SMALL);
                case 8 -> draft.add(
                        name, new MapType(draft.types.mapKey(dice), draft.types.atomic(dice)), Flavour.ANY);
                case 9 -> draft.add(name, timedMap(), Flavour.ANY);
                case 10 -> draft.add(name, DataTypes.BYTES(), Flavour.BITMAP32);
                default -> draft.add(name, DataTypes.BYTES(),
                        dice.oneOf(Flavour.HLL_SKETCH, Flavour.THETA_SKETCH));
            }
        }
    }

    private DataType nestedTable() {
        return new ArrayType(RowType.of(
                new DataType[] {DataTypes.INT(), draft.types.atomic(dice), draft.types.atomic(dice)},
                new String[] {"k", "a", "b"}).notNull());
    }

    private DataType timedMap() {
        return new MapType(DataTypes.STRING(), RowType.of(
                new DataType[] {draft.types.atomic(dice), DataTypes.STRING()}, new String[] {"v", "t"}));
    }

    void assign(Draft.Column column, boolean retract) {
        List<String> functions = fitting(column);
        if (retract && draft.removesOnDelete()) {
            functions.retainAll(TAKE_RETRACTION);
        }
        if (functions.isEmpty()) {
            return;
        }
        String function = dice.pick(functions);
        String prefix = "fields." + column.name() + ".";
        draft.option(prefix + "aggregate-function", function);
        draft.covers.add(function);
        switch (function) {
            case "listagg" -> {
                if (dice.chance(0.5)) {
                    draft.option(prefix + "list-agg-delimiter", dice.oneOf(";", "--", "|"));
                }
                if (dice.chance(0.3)) {
                    draft.option(prefix + "distinct", "true");
                }
            }
            case "collect" -> {
                // With plain elements, distinct gives the order of a hash set.
                if (dice.chance(0.4)) {
                    draft.option(prefix + "distinct", "true");
                    if (!(((ArrayType) column.type()).getElementType() instanceof RowType)) {
                        draft.unordered.add(column.name());
                    }
                }
            }
            case "nested_update", "nested_partial_update" -> {
                if (function.equals("nested_partial_update") || dice.chance(0.4)) {
                    draft.option(prefix + "nested-key", "k");
                    draft.unordered.add(column.name());
                } else if (dice.chance(0.3)) {
                    draft.option(prefix + "count-limit", dice.between(2, 8));
                }
            }
            default -> { }
        }
        boolean ignores = !TAKE_RETRACTION.contains(function) || dice.chance(0.1);
        if (retract && !draft.removesOnDelete() && ignores) {
            draft.option(prefix + "ignore-retract", "true");
        }
        draft.frozen.add(column.name());
    }

    private List<String> fitting(Draft.Column column) {
        Flavour flavour = draft.flavours.get(column.name());
        switch (flavour) {
            case BITMAP32: return new ArrayList<>(List.of("rbm32"));
            case HLL_SKETCH: return new ArrayList<>(List.of("hll_sketch"));
            case THETA_SKETCH: return new ArrayList<>(List.of("theta_sketch"));
            default: break;
        }
        List<String> functions = new ArrayList<>(List.of(
                "last_value", "last_non_null_value", "first_value", "first_non_null_value"));
        DataType type = column.type();
        switch (type.getTypeRoot()) {
            case TINYINT, SMALLINT, INTEGER, BIGINT, FLOAT, DOUBLE, DECIMAL -> {
                functions.addAll(List.of("sum", "sum", "sum", "min", "max"));
                if (flavour == Flavour.SMALL) {
                    functions.addAll(List.of("product", "product", "product"));
                }
            }
            case BOOLEAN -> functions.addAll(List.of("bool_and", "bool_or", "bool_and", "bool_or"));
            case CHAR, VARCHAR -> {
                functions.addAll(List.of("min", "max"));
                if (type instanceof VarCharType text && text.getLength() == VarCharType.MAX_LENGTH) {
                    functions.addAll(List.of("listagg", "listagg", "listagg"));
                }
            }
            case DATE, TIME_WITHOUT_TIME_ZONE, TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE,
                    BINARY, VARBINARY -> functions.addAll(List.of("min", "max", "min", "max"));
            case ARRAY -> functions.addAll(array(((ArrayType) type).getElementType()));
            case MAP -> functions.addAll(map(((MapType) type).getValueType()));
            default -> { }
        }
        return functions;
    }

    private static List<String> array(DataType element) {
        boolean table = element instanceof RowType row && row.getFieldIndex("k") >= 0;
        return table
                ? List.of("nested_update", "nested_update", "nested_partial_update", "collect")
                : List.of("collect", "collect", "collect");
    }

    private static List<String> map(DataType value) {
        boolean timed = value instanceof RowType row && row.getFieldIndex("t") >= 0;
        return timed
                ? List.of("merge_map_with_keytime", "merge_map_with_keytime", "merge_map_with_keytime")
                : List.of("merge_map", "merge_map", "merge_map");
    }
}
