package spillway.fuzz;

import java.util.ArrayList;
import java.util.List;
import org.apache.paimon.types.DataTypes;

/** Draws the options of the merge engines; sequence groups have a class of their own. */
final class EngineMaker {

    private final Dice dice;
    private final Draft draft;

    EngineMaker(Dice dice, Draft draft) {
        this.dice = dice;
        this.draft = draft;
    }

    void deduplicate() {
        draft.kinds = draft.producer().equals("input")
                ? Kinds.CHANGELOG
                : dice.oneOf(Kinds.ANY, Kinds.CHANGELOG, Kinds.INSERTS_AND_DELETES, Kinds.INSERTS);
        sequence(0.5);
        if (dice.chance(0.2)) {
            draft.option("ignore-delete", "true");
            draft.covers.add("ignore-delete");
        }
        if (dice.chance(0.15)) {
            draft.add("op", DataTypes.STRING().notNull(), Flavour.ROW_KIND);
            draft.frozen.add("op");
            draft.option("rowkind.field", "op");
            draft.covers.add("rowkind.field");
            draft.kinds = Kinds.INSERTS;
        }
    }

    void firstRow() {
        draft.option("merge-engine", "first-row");
        if (dice.chance(0.4)) {
            draft.option("ignore-delete", "true");
            draft.kinds = Kinds.ANY;
        }
    }

    void partialPlain() {
        draft.option("merge-engine", "partial-update");
        draft.nulls = 0.45;
        sequence(0.4);
        switch (dice.below(3)) {
            case 0 -> {
                draft.option("ignore-delete", "true");
                draft.kinds = Kinds.ANY;
                draft.covers.add("ignore-delete");
            }
            case 1 -> {
                draft.option("partial-update.remove-record-on-delete", "true");
                draft.kinds = Kinds.INSERTS_AND_DELETES;
                draft.covers.add("remove-record-on-delete");
            }
            default -> draft.kinds = Kinds.INSERTS;
        }
        if (dice.chance(0.25)) {
            draft.option("fields.default-aggregate-function", "last_non_null_value");
        }
    }

    void aggregate(boolean retract) {
        draft.option("merge-engine", "aggregation");
        draft.nulls = dice.oneOf(0.1, 0.3);
        sequence(0.35);
        if (retract) {
            draft.kinds = draft.producer().equals("input") ? Kinds.CHANGELOG : Kinds.ANY;
            if (dice.chance(0.4)) {
                draft.option("aggregation.remove-record-on-delete", "true");
                draft.covers.add("remove-record-on-delete");
            }
        } else if (dice.chance(0.3)) {
            draft.option("ignore-delete", "true");
            draft.kinds = Kinds.INSERTS_AND_DELETES;
        }
        Aggregations aggregations = new Aggregations(dice.child("functions"), draft);
        aggregations.addTyped(dice.between(2, 6));
        for (Draft.Column column : draft.values()) {
            if (!dice.chance(0.1)) {
                aggregations.assign(column, retract);
            } else if (retract && !draft.removesOnDelete()) {
                draft.option("fields." + column.name() + ".ignore-retract", "true");
            }
        }
    }

    /** One or two columns that order the versions of a row, with some probability. */
    private void sequence(double probability) {
        if (!dice.chance(probability)) {
            return;
        }
        List<String> names = new ArrayList<>();
        for (int i = dice.between(1, 2); i > 0; i--) {
            String name = "seq" + i;
            draft.add(name, draft.types.sequence(dice), Flavour.ORDERED);
            names.add(name);
            draft.frozen.add(name);
        }
        draft.option("sequence.field", String.join(",", names));
        boolean descending = dice.chance(0.35);
        if (descending) {
            draft.option("sequence.field.sort-order", "descending");
        }
        draft.covers.add("sequence.field" + (descending ? " descending" : ""));
    }
}
