package spillway.fuzz;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.paimon.data.GenericRow;
import org.apache.paimon.data.InternalRow;
import org.apache.paimon.types.DataField;
import org.apache.paimon.types.RowKind;
import org.apache.paimon.types.RowType;

/** Makes the rows to write, whatever the schema is by now. */
final class RowSource {

    private final Dice dice;
    private final Draft draft;
    private final KeySpace keys;
    private final Map<Integer, Flavour> flavours = new HashMap<>();
    /** The last row written for each place, where the table is fed with a change log. */
    private final Map<Integer, GenericRow> current = new HashMap<>();

    RowSource(Dice dice, Draft draft, RowType type) {
        this.dice = dice;
        this.draft = draft;
        this.keys = new KeySpace(dice.child("keys"), draft, type);
        for (DataField field : type.getFields()) {
            flavours.put(field.id(), draft.flavours.get(field.name()));
        }
    }

    Flavour flavour(int fieldId) {
        return flavours.getOrDefault(fieldId, Flavour.ANY);
    }

    /** What was written before no longer holds: the schema changed, or rows were overwritten. */
    void forget() {
        current.clear();
    }

    List<InternalRow> rows(RowType type, int count) {
        List<InternalRow> rows = new ArrayList<>();
        while (rows.size() < count) {
            int place = dice.below(keys.size());
            if (draft.kinds == Kinds.CHANGELOG) {
                change(type, place, rows);
            } else {
                rows.add(row(type, place, draft.kinds.draw(dice)));
            }
        }
        return rows;
    }

    List<InternalRow> inserts(RowType type, int count) {
        List<InternalRow> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(row(type, dice.below(keys.size()), RowKind.INSERT));
        }
        return rows;
    }

    private void change(RowType type, int place, List<InternalRow> rows) {
        GenericRow old = current.get(place);
        if (old == null) {
            GenericRow made = row(type, place, RowKind.INSERT);
            current.put(place, made);
            rows.add(copy(made, RowKind.INSERT));
        } else if (dice.chance(0.7)) {
            GenericRow made = row(type, place, RowKind.UPDATE_AFTER);
            rows.add(copy(old, RowKind.UPDATE_BEFORE));
            rows.add(copy(made, RowKind.UPDATE_AFTER));
            current.put(place, made);
        } else {
            rows.add(copy(old, RowKind.DELETE));
            current.remove(place);
        }
    }

    private static GenericRow copy(GenericRow row, RowKind kind) {
        GenericRow copy = new GenericRow(kind, row.getFieldCount());
        for (int i = 0; i < row.getFieldCount(); i++) {
            copy.setField(i, row.getField(i));
        }
        return copy;
    }

    private GenericRow row(RowType type, int number, RowKind kind) {
        Map<Integer, Object> place = keys.place(number);
        GenericRow row = new GenericRow(kind, type.getFieldCount());
        for (int i = 0; i < type.getFieldCount(); i++) {
            DataField field = type.getFields().get(i);
            Object value = place.containsKey(field.id())
                    ? place.get(field.id())
                    : Values.makeOrNull(dice, field.type(), flavour(field.id()), draft.nulls);
            row.setField(i, value);
        }
        return row;
    }
}
