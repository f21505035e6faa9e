package spillway.fuzz;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    /** Types a field had before, by field id: files of that time must cast, too. */
    private final Map<Integer, List<DataType>> earlier = new HashMap<>();
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
            default -> retype(new String[] {field.name()}, field, source.flavour(field.id()));
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

    private Step retype(String[] path, DataField field, Flavour flavour) {
        DataType from = field.type();
        if (flavour.fixed() || !from.isNullable()) {
            return null;
        }
        List<DataType> targets = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            boolean number = flavour == Flavour.NUMERIC_TEXT;
            DataType to = number ? ColumnTypes.numeric(dice) : draft.types.atomic(dice);
            if (isTarget(field, to, flavour, draft.frozen.contains(path[0]))) {
                targets.add(to);
            }
        }
        if (targets.isEmpty()) {
            return null;
        }
        DataType to = dice.pick(targets);
        earlier.computeIfAbsent(field.id(), k -> new ArrayList<>()).add(from);
        return new Step("retype " + name(from) + " to " + name(to),
                SchemaChange.updateColumnType(path, to, true));
    }

    // Java also takes changes whose old files it then cannot read; those are passed over.
    private boolean isTarget(DataField field, DataType to, Flavour flavour, boolean frozen) {
        DataType from = field.type();
        if (to.equals(from) || frozen && !isWider(from, to)) {
            return false;
        }
        boolean decimal = to.getTypeRoot() == DataTypeRoot.DECIMAL;
        List<DataType> all = new ArrayList<>(earlier.getOrDefault(field.id(), List.of()));
        all.add(from);
        for (DataType old : all) {
            boolean text = old.is(DataTypeFamily.CHARACTER_STRING);
            boolean reads = !text || flavour == Flavour.NUMERIC_TEXT || isText(to);
            boolean floating = old.is(DataTypeFamily.APPROXIMATE_NUMERIC);
            boolean finite = !decimal || flavour == Flavour.FINITE || !floating;
            boolean casts = old.equals(to)
                    || DataTypeCasts.supportsCast(old, to, true) && CastExecutors.resolve(old, to) != null;
            if (!reads || !finite || !casts) {
                return false;
            }
        }
        return true;
    }

    // A column with a function of its own must stay what the function takes.
    private static boolean isWider(DataType from, DataType to) {
        return from.is(DataTypeFamily.NUMERIC) && to.is(DataTypeFamily.NUMERIC)
                && DataTypeCasts.supportsCast(from, to, false) && from.getTypeRoot() != DataTypeRoot.DECIMAL
                && to.getTypeRoot() != DataTypeRoot.DECIMAL;
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
            case 1 -> row.getFieldCount() < 2
                    ? null
                    : new Step("nested drop", SchemaChange.dropColumn(existing));
            case 2 -> new Step("nested rename", SchemaChange.renameColumn(existing, "r" + added++));
            default -> retype(existing, child, source.flavour(field.id()));
        };
    }

    private static String[] join(List<String> path, String last) {
        List<String> joined = new ArrayList<>(path);
        joined.add(last);
        return joined.toArray(String[]::new);
    }
}
