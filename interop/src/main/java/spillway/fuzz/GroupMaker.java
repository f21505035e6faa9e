package spillway.fuzz;

import java.util.ArrayList;
import java.util.List;

/** Draws partial-update tables with sequence groups. */
final class GroupMaker {

    private final Dice dice;
    private final Draft draft;
    private final List<String> sequenceColumns = new ArrayList<>();

    GroupMaker(Dice dice, Draft draft) {
        this.dice = dice;
        this.draft = draft;
    }

    void draw() {
        draft.option("merge-engine", "partial-update");
        draft.nulls = 0.35;
        Aggregations aggregations = new Aggregations(dice.child("functions"), draft);
        aggregations.addTyped(dice.between(1, 4));
        drawKinds();
        boolean retract = draft.kinds != Kinds.INSERTS && !draft.options.containsKey("ignore-delete");
        List<Draft.Column> members = dice.shuffled(draft.values());
        int groups = dice.between(1, 3);
        int given = 0;
        for (int group = 0; group < groups && given < members.size(); group++) {
            int count = Math.min(members.size() - given, dice.between(1, 4));
            List<Draft.Column> mine = members.subList(given, given + count);
            given += count;
            group(group, mine);
            for (Draft.Column column : mine) {
                if (dice.chance(0.5)) {
                    aggregations.assign(column, retract);
                }
            }
        }
        if (retract && dice.chance(0.4)) {
            draft.option("partial-update.remove-record-on-sequence-group", dice.pick(sequenceColumns));
            draft.covers.add("remove-record-on-sequence-group");
        }
        draft.covers.add(groups + " sequence groups");
    }

    private void drawKinds() {
        switch (dice.below(4)) {
            case 0 -> {
                draft.option("ignore-delete", "true");
                draft.kinds = Kinds.ANY;
            }
            case 1 -> draft.kinds = Kinds.INSERTS;
            default -> draft.kinds = dice.oneOf(Kinds.INSERTS_AND_DELETES, Kinds.ANY);
        }
    }

    private void group(int number, List<Draft.Column> members) {
        List<String> names = new ArrayList<>();
        for (int i = dice.between(1, 2); i > 0; i--) {
            String name = "g" + number + "_" + i;
            draft.add(name, draft.types.sequence(dice), Flavour.ORDERED);
            draft.frozen.add(name);
            names.add(name);
        }
        sequenceColumns.addAll(names);
        draft.option(
                "fields." + String.join(",", names) + ".sequence-group",
                String.join(",", members.stream().map(Draft.Column::name).toList()));
        members.forEach(column -> draft.frozen.add(column.name()));
    }
}
