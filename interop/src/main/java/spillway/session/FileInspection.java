package spillway.session;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.paimon.CoreOptions;
import org.apache.paimon.KeyValue;
import org.apache.paimon.KeyValueFileStore;
import org.apache.paimon.codegen.CodeGenUtils;
import org.apache.paimon.codegen.RecordComparator;
import org.apache.paimon.data.BinaryRow;
import org.apache.paimon.data.InternalRow;
import org.apache.paimon.data.serializer.InternalRowSerializer;
import org.apache.paimon.deletionvectors.DeletionVector;
import org.apache.paimon.format.SimpleStatsCollector;
import org.apache.paimon.io.DataFileMeta;
import org.apache.paimon.manifest.ManifestEntry;
import org.apache.paimon.reader.RecordReader;
import org.apache.paimon.schema.KeyValueFieldsExtractor;
import org.apache.paimon.schema.TableSchema;
import org.apache.paimon.stats.SimpleStats;
import org.apache.paimon.stats.SimpleStatsConverter;
import org.apache.paimon.table.FileStoreTable;
import org.apache.paimon.table.PrimaryKeyTableUtils;
import org.apache.paimon.table.source.DataSplit;
import org.apache.paimon.types.RowType;
import org.apache.paimon.utils.Pair;
import org.apache.paimon.utils.StatsCollectorFactories;
import spillway.json.RowEncoder;

/**
 * Holds what the manifests say of each live data file against its rows: counts, key range, sequence numbers, and the
 * statistics Java would have recorded; and the levels of each bucket against each other.
 */
final class FileInspection {

    private final FileStoreTable table;
    private final Map<Long, FileStoreTable> bySchema = new HashMap<>();
    private final List<String> problems = new ArrayList<>();

    FileInspection(FileStoreTable table) {
        this.table = table;
    }

    /** What is wrong, one text a finding. */
    List<String> problems() throws Exception {
        Map<Pair<BinaryRow, Integer>, List<DataFileMeta>> buckets = new HashMap<>();
        for (ManifestEntry entry : table.store().newScan().plan().files()) {
            buckets.computeIfAbsent(Pair.of(entry.partition(), entry.bucket()), k -> new ArrayList<>())
                    .add(entry.file());
            FileStoreTable then = schemaOf(entry.file());
            if (table.primaryKeys().isEmpty()) {
                inspectAppended(then, entry);
            } else {
                inspectKeyed(then, entry);
            }
        }
        if (!table.primaryKeys().isEmpty()) {
            buckets.forEach((place, files) -> inspectLevels(place.toString(), files));
        }
        return problems;
    }

    private FileStoreTable schemaOf(DataFileMeta file) {
        return bySchema.computeIfAbsent(file.schemaId(), id -> {
            TableSchema schema = table.schemaManager().schema(id);
            return id == table.schema().id() ? table : table.copy(schema);
        });
    }

    private void inspectKeyed(FileStoreTable then, ManifestEntry entry) throws Exception {
        DataFileMeta file = entry.file();
        KeyValueFileStore store = (KeyValueFileStore) then.store();
        KeyValueFieldsExtractor extractor = PrimaryKeyTableUtils.PrimaryKeyFieldsExtractor.EXTRACTOR;
        RowType keyType = new RowType(extractor.keyFields(then.schema()));
        RowType valueType = new RowType(extractor.valueFields(then.schema()));
        CoreOptions options = then.coreOptions();
        List<String> thin = options.dataFileThinMode() ? keyType.getFieldNames() : List.of();
        SimpleStatsCollector keys = collector(options, keyType, List.of());
        SimpleStatsCollector values = collector(options, valueType, thin);
        InternalRowSerializer keyRows = new InternalRowSerializer(keyType);
        InternalRowSerializer valueRows = new InternalRowSerializer(valueType);
        RecordComparator order = order(keyType);
        long[] seen = {0, 0, Long.MAX_VALUE, Long.MIN_VALUE};
        List<BinaryRow> ends = new ArrayList<>(Arrays.asList(null, null));
        try (RecordReader<KeyValue> reader = store.newReaderFactoryBuilder()
                .build(entry.partition(), entry.bucket(), DeletionVector.emptyFactory())
                .createRecordReader(file)) {
            reader.forEachRemaining(kv -> {
                BinaryRow key = keyRows.toBinaryRow(kv.key()).copy();
                if (ends.get(1) != null && order.compare(ends.get(1), key) >= 0) {
                    problem(file, "keys out of order at row " + seen[0]);
                }
                ends.set(0, ends.get(0) == null ? key : ends.get(0));
                ends.set(1, key);
                seen[0]++;
                seen[1] += kv.valueKind().isRetract() ? 1 : 0;
                seen[2] = Math.min(seen[2], kv.sequenceNumber());
                seen[3] = Math.max(seen[3], kv.sequenceNumber());
                keys.collect(key);
                values.collect(valueRows.copy(kv.value()));
            });
        }
        same(file, "rows", seen[0], file.rowCount());
        same(file, "deletes", seen[1], file.deleteRowCount().orElse(-1L));
        same(file, "least sequence number", seen[2], file.minSequenceNumber());
        same(file, "greatest sequence number", seen[3], file.maxSequenceNumber());
        same(file, "least key", ends.get(0), file.minKey());
        same(file, "greatest key", ends.get(1), file.maxKey());
        sameStats(file, "key", keyType, new SimpleStatsConverter(keyType).toBinaryAllMode(keys.extract()),
                file.keyStats());
        sameStats(file, values, valueType, options);
    }

    private void inspectAppended(FileStoreTable then, ManifestEntry entry) throws Exception {
        DataFileMeta file = entry.file();
        CoreOptions options = then.coreOptions();
        RowType type = then.rowType();
        SimpleStatsCollector values = collector(options, type, List.of());
        InternalRowSerializer rows = new InternalRowSerializer(type);
        DataSplit split = DataSplit.builder()
                .withSnapshot(1)
                .withPartition(entry.partition())
                .withBucket(entry.bucket())
                .withBucketPath(then.store().pathFactory()
                        .bucketPath(entry.partition(), entry.bucket()).toString())
                .withTotalBuckets(entry.totalBuckets())
                .withDataFiles(List.of(file))
                .rawConvertible(true)
                .build();
        long[] seen = {0};
        try (RecordReader<InternalRow> reader = then.newRead().createReader(split)) {
            reader.forEachRemaining(row -> {
                seen[0]++;
                values.collect(rows.copy(row));
            });
        }
        same(file, "rows", seen[0], file.rowCount());
        same(file, "sequence numbers", file.rowCount(),
                file.maxSequenceNumber() - file.minSequenceNumber() + 1);
        sameStats(file, values, type, options);
    }

    /** Files of a level above 0 lie one behind the other; of level 0 none has the numbers of another. */
    private void inspectLevels(String place, List<DataFileMeta> files) {
        RowType keyType = new RowType(
                PrimaryKeyTableUtils.PrimaryKeyFieldsExtractor.EXTRACTOR.keyFields(table.schema()));
        RecordComparator order = order(keyType);
        DataFileMeta.groupByLevel(files).forEach((level, run) -> {
            if (level >= table.coreOptions().numLevels()) {
                problems.add(place + ": level " + level + " of " + table.coreOptions().numLevels());
            }
            Comparator<DataFileMeta> by = level == 0
                    ? Comparator.comparingLong(DataFileMeta::maxSequenceNumber)
                    : (a, b) -> order.compare(a.minKey(), b.minKey());
            List<DataFileMeta> sorted = run.stream().sorted(by).toList();
            for (int i = 1; i < sorted.size(); i++) {
                DataFileMeta left = sorted.get(i - 1);
                DataFileMeta right = sorted.get(i);
                boolean apart = level == 0
                        ? left.maxSequenceNumber() < right.minSequenceNumber()
                        : order.compare(left.maxKey(), right.minKey()) < 0;
                if (!apart) {
                    problems.add(place + ": " + left.fileName() + " and " + right.fileName()
                            + " of level " + level + " overlap");
                }
            }
        });
    }

    private static SimpleStatsCollector collector(CoreOptions options, RowType type, List<String> keyNames) {
        return new SimpleStatsCollector(type, StatsCollectorFactories.createStatsFactories(
                options.statsMode(), options, type.getFieldNames(), keyNames));
    }

    private static RecordComparator order(RowType keyType) {
        return CodeGenUtils.newRecordComparator(keyType.getFieldTypes());
    }

    private void sameStats(
            DataFileMeta file, SimpleStatsCollector collector, RowType type, CoreOptions options) {
        Pair<List<String>, SimpleStats> wanted =
                new SimpleStatsConverter(type, options.statsDenseStore()).toBinary(collector.extract());
        same(file, "columns with statistics", wanted.getKey(), file.valueStatsCols());
        RowType stored = wanted.getKey() == null ? type : type.project(wanted.getKey());
        sameStats(file, "value", stored, wanted.getValue(), file.valueStats());
    }

    private void sameStats(
            DataFileMeta file, String what, RowType type, SimpleStats wanted, SimpleStats recorded) {
        if (!print(type, wanted).equals(print(type, recorded))) {
            problem(file, what + " statistics: " + print(type, wanted) + ", recorded " + print(type, recorded));
        }
    }

    /** Zeros are one number here: some writers cannot tell them apart. */
    private static String print(RowType type, SimpleStats stats) {
        RowEncoder encoder = new RowEncoder(type);
        String range = encoder.line(stats.minValues()) + " to " + encoder.line(stats.maxValues());
        List<Long> nullCounts = new ArrayList<>();
        for (int i = 0; i < stats.nullCounts().size(); i++) {
            nullCounts.add(stats.nullCounts().isNullAt(i) ? null : stats.nullCounts().getLong(i));
        }
        return range.replace("\"-0\"", "0") + ", nulls " + nullCounts;
    }

    private void same(DataFileMeta file, String what, Object wanted, Object recorded) {
        if (!Objects.equals(wanted, recorded)) {
            problem(file, what + ": " + wanted + ", recorded " + recorded);
        }
    }

    private void problem(DataFileMeta file, String what) {
        problems.add(file.fileName() + " on level " + file.level() + ": " + what);
    }
}
