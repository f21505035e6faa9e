package spillway.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.paimon.casting.CastExecutors;
import org.apache.paimon.catalog.Identifier;
import org.apache.paimon.schema.SchemaChange;
import org.apache.paimon.schema.TableSchema;
import org.apache.paimon.types.ArrayType;
import org.apache.paimon.types.DataField;
import org.apache.paimon.types.DataType;
import org.apache.paimon.types.DataTypeCasts;
import org.apache.paimon.types.DataTypeFamily;
import org.apache.paimon.types.DataTypeRoot;
import org.apache.paimon.types.MapType;
import org.apache.paimon.types.RowType;
import spillway.Warehouse;

/** Random schema changes. What Java refuses is skipped, what it takes is done. */
final class Evolution {

    private final Dice dice;
    private final Draft draft;
    private final RowSource source;
    private final Set<String> done = new TreeSet<>();
    private int added;

    Evolution(Dice dice, Draft draft, RowSource source) {
        this.dice = dice;
        this.draft = draft;
        this.source = source;
    }

    /** What kinds of changes were made so far. */
    Set<String> done() {
        return done;
    }

    void change(Warehouse warehouse, Identifier id) throws Exception {
        for (int i = dice.between(1, 3); i > 0; i--) {
            TableSchema schema = warehouse.fileStoreTable(id).schema();
            Step step = draw(schema);
            if (step == null) {
                continue;
            }
            try {
                warehouse.catalog().alterTable(id, List.of(step.change), false);
                done.add(step.name);
            } catch (Exception refused) {
                done.add(step.name + " refused");
            }
        }
    }

    private record Step(String name, SchemaChange change) {}

    private Step draw(TableSchema schema) {
        List<DataField> free = schema.fields().stream().filter(f -> isFree(schema, f)).toList();
        int kind = dice.below(9);
        if (kind <= 1 || free.isEmpty()) {
            return add(schema);
        }
        DataField field = dice.pick(free);
        return switch (kind) {
            case 2 -> draft.frozen.contains(field.name()) || free.size() < 3
                    ? add(schema)
                    : new Step("drop", SchemaChange.dropColumn(field.name()));
            case 3 -> rename(field);
            case 4 -> new Step("move", SchemaChange.updateColumnPosition(
                    move(field.name(), schema)));
            case 5 -> nested(field);
            default -> retype(new String[] {field.name()}, field.type(), source.flavour(field.id()));
        };
    }

    private static boolean isFree(TableSchema schema, DataField field) {
        return !schema.primaryKeys().contains(field.name()) && !schema.partitionKeys().contains(field.name())
                && !schema.bucketKeys().contains(field.name());
    }

    private Step add(TableSchema schema) {
        String name = "n" + added++;
        DataType type = draft.types.any(dice);
        return new Step("add", switch (dice.below(3)) {
            case 0 -> SchemaChange.addColumn(name, type, "added", SchemaChange.Move.first(name));
            case 1 -> SchemaChange.addColumn(name, type, null,
                    SchemaChange.Move.after(name, dice.pick(schema.fieldNames())));
            default -> SchemaChange.addColumn(name, type);
        });
    }

    private Step rename(DataField field) {
        // Options that list several columns are not all rewritten by a rename.
        return draft.frozen.contains(field.name())
                ? null
                : new Step("rename", SchemaChange.renameColumn(field.name(), "r" + added++));
    }

    private SchemaChange.Move move(String name, TableSchema schema) {
        List<String> others = schema.fieldNames().stream().filter(other -> !other.equals(name)).toList();
        return switch (dice.below(4)) {
            case 0 -> SchemaChange.Move.first(name);
            case 1 -> SchemaChange.Move.last(name);
            case 2 -> SchemaChange.Move.before(name, dice.pick(others));
            default -> SchemaChange.Move.after(name, dice.pick(others));
        };
    }

    private Step retype(String[] path, DataType from, Flavour flavour) {
        if (flavour.fixed() || !from.isNullable()) {
            return null;
        }
        boolean text = from.getTypeRoot() == DataTypeRoot.CHAR || from.getTypeRoot() == DataTypeRoot.VARCHAR;
        List<DataType> targets = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            DataType to = text && flavour == Flavour.NUMERIC_TEXT ? ColumnTypes.numeric(dice) : draft.types.atomic(dice);
            boolean reads = !text || flavour == Flavour.NUMERIC_TEXT || isText(to);
            boolean whole = from.is(DataTypeFamily.APPROXIMATE_NUMERIC) && to.getTypeRoot() == DataTypeRoot.DECIMAL;
            if (reads && (!whole || flavour == Flavour.FINITE) && !to.equals(from) && DataTypeCasts.supportsCast(from, to, true)
                    && CastExecutors.resolve(from, to) != null) {
                targets.add(to);
            }
        }
        if (targets.isEmpty()) {
            return null;
        }
        DataType to = dice.pick(targets);
        return new Step("retype " + name(from) + " to " + name(to), SchemaChange.updateColumnType(path, to, true));
    }

    private static String name(DataType type) {
        return type.copy(true).asSQLString();
    }

    // Any text casts to another text type or to bytes; to numbers or dates, only text that is one.
    private static boolean isText(DataType type) {
        return switch (type.getTypeRoot()) {
            case CHAR, VARCHAR, BINARY, VARBINARY -> true;
            default -> false;
        };
    }

    /** A change inside a row, or a row that is an element or a map value. */
    private Step nested(DataField field) {
        List<String> path = new ArrayList<>(List.of(field.name()));
        DataType type = field.type();
        while (!(type instanceof RowType)) {
            if (type instanceof ArrayType array) {
                path.add("element");
                type = array.getElementType();
            } else if (type instanceof MapType map) {
                path.add("value");
                type = map.getValueType();
            } else {
                return null;
            }
        }
        if (draft.frozen.contains(field.name())) {
            return null;
        }
        RowType row = (RowType) type;
        DataField child = dice.pick(row.getFields());
        String[] existing = join(path, child.name());
        return switch (dice.below(4)) {
            case 0 -> new Step("nested add", SchemaChange.addColumn(
                    join(path, "n" + added++), draft.types.atomic(dice), null, null));
            case 1 -> row.getFieldCount() < 2 ? null : new Step("nested drop", SchemaChange.dropColumn(existing));
            case 2 -> new Step("nested rename", SchemaChange.renameColumn(existing, "r" + added++));
            default -> retype(existing, child.type(), source.flavour(field.id()));
        };
    }

    private static String[] join(List<String> path, String last) {
        List<String> joined = new ArrayList<>(path);
        joined.add(last);
        return joined.toArray(String[]::new);
    }
}
