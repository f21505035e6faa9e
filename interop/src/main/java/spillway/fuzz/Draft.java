package spillway.fuzz;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.paimon.schema.Schema;
import org.apache.paimon.types.DataType;

/** A table's definition while it is being drawn, and how the table is to be written. */
final class Draft {

    record Column(String name, DataType type) {}

    /** How a table's files are compacted. */
    enum Compaction {
        /** By the writer, as it goes. */
        INLINE,
        /** Never: every file stays where it was written. */
        NEVER,
        /** By a job of its own between commits. */
        DEDICATED
    }

    final Shape shape;
    final ColumnTypes types;
    final List<Column> columns = new ArrayList<>();
    final List<String> partitionKeys = new ArrayList<>();
    /** The primary key without partition columns. */
    final List<String> keys = new ArrayList<>();
    /** Options in a fixed order: the schema file lists them as given. */
    final Map<String, String> options = new LinkedHashMap<>();
    final Map<String, Flavour> flavours = new HashMap<>();
    /** Columns no schema change may drop or retype. */
    final Set<String> frozen = new HashSet<>();
    /** Columns whose elements come in the order of a Java hash map. */
    final Set<String> unordered = new HashSet<>();
    final List<String> covers = new ArrayList<>();
    Kinds kinds = Kinds.INSERTS;
    Compaction compaction = Compaction.INLINE;
    double nulls = 0.15;
    /** A few tables are larger than one batch of Java's readers. */
    boolean large;
    String format = "parquet";

    Draft(Shape shape, ColumnTypes types) {
        this.shape = shape;
        this.types = types;
    }

    void add(String name, DataType type, Flavour flavour) {
        columns.add(new Column(name, type));
        flavours.put(name, flavour);
    }

    void option(String key, Object value) {
        options.put(key, value.toString());
    }

    boolean dynamicBuckets() {
        return shape.keyed && "-1".equals(options.get("bucket"));
    }

    boolean deletionVectors() {
        return "true".equals(options.get("deletion-vectors.enabled"));
    }

    /** Java then allows no column to ignore retractions. */
    boolean removesOnDelete() {
        return "true".equals(options.get("aggregation.remove-record-on-delete"));
    }

    String producer() {
        return options.getOrDefault("changelog-producer", "none");
    }

    /** Columns that are neither key nor partition, nor set aside for something else. */
    List<Column> values() {
        return columns.stream()
                .filter(c -> !keys.contains(c.name) && !partitionKeys.contains(c.name))
                .filter(c -> !frozen.contains(c.name))
                .toList();
    }

    Schema schema() {
        Schema.Builder builder = Schema.newBuilder();
        for (Column column : columns) {
            builder.column(column.name, column.type);
        }
        builder.partitionKeys(partitionKeys);
        if (shape.keyed) {
            List<String> primaryKey = new ArrayList<>(partitionKeys);
            primaryKey.addAll(keys);
            builder.primaryKey(primaryKey);
        }
        return builder.options(options).build();
    }
}
