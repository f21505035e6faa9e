package spillway.layout;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.paimon.data.BinaryString;
import org.apache.paimon.data.GenericArray;
import org.apache.paimon.data.GenericMap;
import org.apache.paimon.data.GenericRow;
import org.apache.paimon.schema.Schema;
import org.apache.paimon.types.DataTypes;
import org.apache.paimon.types.RowType;

/** Columns and fields whose names differ by case only, or hold dots, quotes, spaces and letters of any script. */
final class NameRows implements LayoutsCommand.Rows {

    private static final String[] NAMES = {"a", "A", "b.c", "b", "quo\"te", "it's", "sp ace", "ünïcødé", "名前",
        "Ünïcødé", "select", "semi;colon", "back\\slash", "[0]", "*", "c0", "A_1"};

    @Override
    public int count() {
        return 12;
    }

    @Override
    public Schema.Builder columns(Schema.Builder schema) {
        schema.column("id", DataTypes.INT());
        for (String name : NAMES) {
            schema.column(name, DataTypes.STRING());
        }
        return schema.column("row", fields(100))
                .column("ROW", fields(200))
                .column("rows", DataTypes.ARRAY(fields(300)))
                .column("map.of", DataTypes.MAP(DataTypes.STRING().notNull(), fields(400)));
    }

    private static RowType fields(int firstId) {
        RowType.Builder builder = RowType.builder(true, new AtomicInteger(firstId));
        for (String name : NAMES) {
            builder.field(name, DataTypes.STRING());
        }
        builder.field("inner", DataTypes.ROW(
                DataTypes.FIELD(firstId + 90, "x", DataTypes.INT()),
                DataTypes.FIELD(firstId + 91, "X", DataTypes.INT())));
        return builder.build();
    }

    @Override
    public GenericRow row(int i) {
        GenericRow row = new GenericRow(NAMES.length + 5);
        row.setField(0, i);
        for (int k = 0; k < NAMES.length; k++) {
            row.setField(k + 1, TypeRows.text("column " + k + " of " + i));
        }
        row.setField(NAMES.length + 1, i % 5 == 2 ? null : inner("row", i));
        row.setField(NAMES.length + 2, inner("ROW", i));
        row.setField(NAMES.length + 3, new GenericArray(new GenericRow[] {inner("first", i), inner("second", i)}));
        Map<BinaryString, GenericRow> map = new LinkedHashMap<>();
        map.put(TypeRows.text("k"), inner("map", i));
        row.setField(NAMES.length + 4, new GenericMap(map));
        return row;
    }

    private static GenericRow inner(String where, int i) {
        GenericRow row = new GenericRow(NAMES.length + 1);
        for (int k = 0; k < NAMES.length; k++) {
            row.setField(k, k == i % 20 ? null : TypeRows.text(where + " " + k + " of " + i));
        }
        row.setField(NAMES.length, GenericRow.of(i, -i));
        return row;
    }
}
