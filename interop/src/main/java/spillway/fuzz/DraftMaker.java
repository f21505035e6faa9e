package spillway.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.paimon.types.DataType;
import org.apache.paimon.types.DataTypes;

/**
 * Draws a table's columns and options. What must hold between options is settled here, the rest is left to
 * Java.
 */
final class DraftMaker {

    private static final String[] ODD_NAMES = {"Select", "two words", "größe", "UPPER", "数量", "a-b", "order"};

    private final Dice root;
    private final int index;
    private final Dice dice;

    DraftMaker(Dice root, int index) {
        this.root = root;
        this.index = index;
        this.dice = root.child(index).child("draft");
    }

    Draft draw() {
        String format = Dice.spread(root, "format", index,
                "parquet", "parquet", "parquet", "parquet", "avro", "avro", "orc", "avro-parquet",
                "parquet-avro");
        boolean avro = format.contains("avro");
        Shape shape = Dice.spread(root, "shape", index, Shape.values());
        Draft draft = new Draft(shape, new ColumnTypes(avro, drawsLookup(shape)));
        draft.format = format;
        draft.large = Dice.spread(root, "large", index,
                true, false, false, false, false, false, false, false, false, false, false, false);
        drawColumns(draft);
        drawBuckets(draft);
        drawProducer(draft);
        drawEngine(draft);
        drawCompaction(draft);
        new StorageMaker(dice.child("storage")).draw(draft);
        draft.covers.add(0, shape.label);
        return draft;
    }

    private void drawColumns(Draft draft) {
        int partitions = Dice.spread(root, "partitions", index, 0, 0, 0, 1, 1, 2);
        List<Draft.Column> columns = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            String name = i == 0 ? "dt" : "region";
            columns.add(new Draft.Column(name, draft.types.partition(dice)));
            draft.partitionKeys.add(name);
            draft.flavours.put(name, Flavour.ORDERED);
        }
        int keys = draft.shape.keyed ? dice.oneOf(1, 1, 1, 2, 2, 3, 4) : 0;
        for (int i = 0; i < keys; i++) {
            String name = "k" + i;
            columns.add(new Draft.Column(name, draft.types.key(dice)));
            draft.keys.add(name);
            draft.flavours.put(name, Flavour.ORDERED);
        }
        if (keys > 0 && dice.chance(0.3)) {
            columns = dice.shuffled(columns);
        }
        draft.columns.addAll(columns);
        int values = dice.between(2, 9);
        for (int i = 0; i < values; i++) {
            boolean numericText = dice.chance(0.08);
            String name = !draft.types.avro() && dice.chance(0.06) ? dice.oneOf(ODD_NAMES) + i : "v" + i;
            DataType type = numericText ? DataTypes.STRING() : draft.types.any(dice);
            // A partial update must be able to leave a column out.
            boolean notNull = draft.shape != Shape.PARTIAL_PLAIN && draft.shape != Shape.PARTIAL_GROUPS
                    && draft.shape != Shape.AGGREGATE_RETRACT && dice.chance(0.06);
            Flavour flavour = dice.chance(0.5) ? Flavour.FINITE : Flavour.ANY;
            draft.add(name, type.copy(!notNull), numericText ? Flavour.NUMERIC_TEXT : flavour);
        }
        if (partitions > 0) {
            draft.covers.add(partitions + " partition columns");
        }
    }

    private void drawBuckets(Draft draft) {
        int bucket = Dice.spread(root, "bucket", index, 1, 1, 2, 3, 5, -1);
        if (draft.shape == Shape.APPEND) {
            bucket = -1;
        } else if (draft.shape == Shape.APPEND_BUCKETED) {
            bucket = Math.abs(bucket) + 1;
            List<String> candidates = draft.columns.stream()
                    .filter(c -> isAtomic(c.type()) && !draft.partitionKeys.contains(c.name()))
                    .map(Draft.Column::name).toList();
            if (candidates.isEmpty()) {
                draft.add("bk", DataTypes.BIGINT(), Flavour.ANY);
                candidates = List.of("bk");
            }
            int count = Math.min(candidates.size(), dice.between(1, 2));
            List<String> keys = dice.shuffled(candidates).subList(0, count);
            draft.option("bucket-key", String.join(",", keys));
            draft.frozen.addAll(keys);
        }
        draft.option("bucket", bucket);
        if (draft.dynamicBuckets()) {
            draft.option("dynamic-bucket.target-row-num", dice.between(10, 40));
        } else if (bucket > 1 && draft.keys.size() == 1 && dice.chance(0.3) && isWholeKey(draft)) {
            draft.option("bucket-function.type", "mod");
        }
        draft.covers.add("bucket " + bucket);
    }

    private static boolean isAtomic(DataType type) {
        return switch (type.getTypeRoot()) {
            case ARRAY, MAP, MULTISET, ROW -> false;
            default -> true;
        };
    }

    private static boolean isWholeKey(Draft draft) {
        DataType type = draft.columns.stream()
                .filter(c -> c.name().equals(draft.keys.get(0))).findFirst().orElseThrow().type();
        return type.copy(true).equals(DataTypes.INT()) || type.copy(true).equals(DataTypes.BIGINT());
    }

    private void drawProducer(Draft draft) {
        String producer = spreadProducer();
        if (!draft.shape.keyed || draft.shape == Shape.FIRST_ROW && !producer.equals("lookup")) {
            return;
        }
        if (!producer.equals("none")) {
            draft.option("changelog-producer", producer);
            draft.covers.add("changelog " + producer);
            if (!producer.equals("input") && dice.chance(0.3)) {
                draft.option("changelog-producer.row-deduplicate", "true");
            }
        }
    }

    private String spreadProducer() {
        return Dice.spread(root, "producer", index,
                "none", "none", "none", "input", "lookup", "full-compaction");
    }

    private boolean spreadVectors() {
        return Dice.spread(root, "vectors", index, true, false, false, false);
    }

    private boolean drawsLookup(Shape shape) {
        return shape == Shape.FIRST_ROW || spreadVectors() || spreadProducer().equals("lookup");
    }

    private void drawEngine(Draft draft) {
        EngineMaker maker = new EngineMaker(dice.child("engine"), draft);
        switch (draft.shape) {
            case DEDUPLICATE -> maker.deduplicate();
            case FIRST_ROW -> maker.firstRow();
            case PARTIAL_PLAIN -> maker.partialPlain();
            case PARTIAL_GROUPS -> new GroupMaker(dice.child("groups"), draft).draw();
            case AGGREGATE -> maker.aggregate(false);
            case AGGREGATE_RETRACT -> maker.aggregate(true);
            default -> { }
        }
        boolean refused = draft.shape == Shape.FIRST_ROW || draft.producer().equals("full-compaction");
        if (spreadVectors() && !refused) {
            draft.option("deletion-vectors.enabled", "true");
            if (dice.chance(0.4)) {
                draft.option("deletion-vectors.bitmap64", "true");
            }
            draft.covers.add("deletion vectors");
        }
        if (draft.shape == Shape.APPEND && !draft.deletionVectors() && dice.chance(0.2)) {
            draft.option("row-tracking.enabled", "true");
            draft.covers.add("row tracking");
        }
    }

    private void drawCompaction(Draft draft) {
        Draft.Compaction compaction = Dice.spread(root, "compaction", index,
                Draft.Compaction.INLINE, Draft.Compaction.INLINE, Draft.Compaction.NEVER,
                Draft.Compaction.DEDICATED);
        boolean hidesLevel0 = draft.shape == Shape.FIRST_ROW || draft.shape.keyed && draft.deletionVectors();
        if (Map.of("lookup", true, "full-compaction", true).containsKey(draft.producer())) {
            compaction = Draft.Compaction.INLINE;
        } else if (compaction == Draft.Compaction.NEVER && hidesLevel0) {
            compaction = Draft.Compaction.DEDICATED;
        }
        draft.compaction = compaction;
        if (compaction != Draft.Compaction.INLINE) {
            draft.option("write-only", "true");
            boolean never = compaction == Draft.Compaction.NEVER;
            draft.covers.add(never ? "never compacted" : "dedicated compaction");
        } else if (draft.shape.keyed) {
            draft.option("num-sorted-run.compaction-trigger", dice.between(2, 6));
        }
        if (draft.shape.keyed && dice.chance(0.3)) {
            draft.option("num-levels", dice.between(3, 8));
        }
    }
}
