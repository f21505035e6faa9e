package spillway.layout;

import org.apache.paimon.data.GenericRow;
import org.apache.paimon.schema.Schema;
import org.apache.paimon.types.DataTypes;

/** Values that make pages and a dictionary above 256 kB, which Hadoop's codec cuts in blocks, and compress well. */
final class BigRows implements LayoutsCommand.Rows {

    @Override
    public int count() {
        return 45;
    }

    @Override
    public Schema.Builder columns(Schema.Builder schema) {
        return schema.column("id", DataTypes.INT())
                .column("text", DataTypes.STRING())
                .column("again", DataTypes.STRING())
                .column("noise", DataTypes.BYTES());
    }

    @Override
    public GenericRow row(int i) {
        String piece = Long.toHexString(TypeRows.mix(i)) + " é ";
        byte[] noise = new byte[i % 9 == 0 ? 10_000 : 20];
        for (int k = 0; k < noise.length; k++) {
            noise[k] = (byte) TypeRows.mix(i * 100_003L + k);
        }
        return GenericRow.of(i, TypeRows.text(piece.repeat(900)),
                TypeRows.text(("again " + i % 21 + " ").repeat(2000)), noise);
    }
}
