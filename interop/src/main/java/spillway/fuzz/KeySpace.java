package spillway.fuzz;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.paimon.types.DataField;
import org.apache.paimon.types.DataTypeRoot;
import org.apache.paimon.types.DataTypes;
import org.apache.paimon.types.RowType;

/**
 * The partition and key values a table is written with: few enough that rows meet again. Values are held by
 * field id, so that renaming a column changes nothing.
 */
final class KeySpace {

    private final List<Map<Integer, Object>> places = new ArrayList<>();

    KeySpace(Dice dice, Draft draft, RowType type) {
        int count = draft.shape.keyed ? dice.between(12, 70) * (draft.large ? 40 : 1) : dice.between(2, 6);
        Map<Integer, List<Object>> pools = new HashMap<>();
        for (DataField field : type.getFields()) {
            if (draft.partitionKeys.contains(field.name())) {
                pools.put(field.id(), partitionPool(dice, field));
            } else if (draft.keys.contains(field.name())) {
                int several = draft.large ? 40 : 8;
                pools.put(field.id(), keyPool(dice, field, draft.keys.size() == 1 ? count : several));
            }
        }
        for (int i = 0; i < count; i++) {
            Map<Integer, Object> place = new HashMap<>();
            pools.forEach((id, pool) -> place.put(id, dice.pick(pool)));
            places.add(place);
        }
    }

    int size() {
        return places.size();
    }

    Map<Integer, Object> place(int number) {
        return places.get(number);
    }

    private static List<Object> partitionPool(Dice dice, DataField field) {
        // Directory names have a length limit; the values stay short.
        var type = field.type().getTypeRoot() == DataTypeRoot.VARCHAR ? DataTypes.VARCHAR(9) : field.type();
        List<Object> pool = new ArrayList<>();
        for (int i = dice.between(1, 3); i > 0; i--) {
            pool.add(Values.make(dice, type, Flavour.ORDERED));
        }
        if (field.type().isNullable() && dice.chance(0.5)) {
            pool.add(null);
        }
        return pool;
    }

    private static List<Object> keyPool(Dice dice, DataField field, int size) {
        List<Object> pool = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            pool.add(Values.make(dice, field.type(), Flavour.ORDERED));
        }
        return pool;
    }
}
