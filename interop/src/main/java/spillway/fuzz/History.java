package spillway.fuzz;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.paimon.catalog.Identifier;
import org.apache.paimon.data.BinaryRow;
import org.apache.paimon.data.InternalRow;
import org.apache.paimon.disk.IOManager;
import org.apache.paimon.index.SimpleHashBucketAssigner;
import org.apache.paimon.table.FileStoreTable;
import org.apache.paimon.table.sink.BatchTableCommit;
import org.apache.paimon.table.sink.BatchTableWrite;
import org.apache.paimon.table.sink.BatchWriteBuilder;
import org.apache.paimon.table.sink.CommitMessage;
import org.apache.paimon.table.sink.RowKeyExtractor;
import org.apache.paimon.table.sink.StreamTableCommit;
import spillway.Warehouse;
import spillway.write.TableWriter;

/** What happens to one table after its creation: commits, compactions, schema changes, tags, a branch. */
final class History {

    private static final String USER = "fuzz";

    private record Place(BinaryRow partition, int bucket) {}

    private final Dice dice;
    private final Warehouse warehouse;
    private final Identifier id;
    private final Draft draft;
    private final RowSource source;
    private final Evolution evolution;
    private final boolean evolves;
    private final Set<Place> written = new LinkedHashSet<>();
    private final Set<String> events = new TreeSet<>();
    private final List<String> tags = new ArrayList<>();
    private final SimpleHashBucketAssigner assigner;
    private FileStoreTable table;
    private TableWriter writer;
    private long identifier = 1;
    private String branch;

    History(Dice dice, Warehouse warehouse, Identifier id, Draft draft, boolean evolves) throws Exception {
        this.dice = dice;
        this.warehouse = warehouse;
        this.id = id;
        this.draft = draft;
        this.evolves = evolves;
        this.table = warehouse.fileStoreTable(id);
        this.source = new RowSource(dice.child("rows"), draft, table.rowType());
        this.evolution = new Evolution(dice.child("evolution"), draft, source);
        this.assigner = draft.dynamicBuckets()
                ? new SimpleHashBucketAssigner(1, 0, table.coreOptions().dynamicBucketTargetRowNum(), -1)
                : null;
    }

    List<String> tags() {
        return tags;
    }

    /** The branch made, or null. */
    String branch() {
        return branch;
    }

    Set<String> events() {
        Set<String> all = new TreeSet<>(events);
        all.addAll(evolution.done());
        return all;
    }

    void run() throws Exception {
        int commits = draft.large ? 2 : dice.between(2, 6);
        int rows = draft.large ? 2500 : dice.oneOf(8, 20, 40, 60);
        try {
            for (int commit = 0; commit < commits; commit++) {
                step(commit, dice.between(rows / 2, rows));
            }
            boolean hidesLevel0 = draft.shape == Shape.FIRST_ROW || draft.deletionVectors();
            if (draft.compaction == Draft.Compaction.DEDICATED && (hidesLevel0 || dice.chance(0.4))) {
                compact();
            }
        } finally {
            closeWriter();
        }
        if (!tags.isEmpty() && dice.chance(0.5)) {
            makeBranch();
        }
    }

    private void step(int commit, int rows) throws Exception {
        if (commit > 0 && evolves && dice.chance(0.6)) {
            closeWriter();
            evolution.change(warehouse, id);
            table = warehouse.fileStoreTable(id);
            source.forget();
        }
        if (commit > 0 && dice.chance(0.07)) {
            closeWriter();
            overwrite(rows);
        } else {
            write(rows, commit);
        }
        if (!draft.shape.keyed && draft.deletionVectors() && dice.chance(0.6)) {
            closeWriter();
            commit(AppendDeletes.draw(dice, table), "deleter");
            events.add("row deletes");
        }
        if (draft.compaction == Draft.Compaction.DEDICATED && dice.chance(0.35)) {
            closeWriter();
            compact();
        }
        if (dice.chance(0.12)) {
            String tag = "tag" + (tags.size() + 1);
            table.createTag(tag, table.snapshotManager().latestSnapshotId());
            tags.add(tag);
        }
    }

    private void write(int count, int commit) throws Exception {
        if (writer == null) {
            writer = new TableWriter(table, USER, identifier);
        }
        for (InternalRow row : source.rows(table.rowType(), count)) {
            write(row);
        }
        boolean full = draft.compaction == Draft.Compaction.INLINE && draft.shape.keyed
                && (draft.producer().equals("full-compaction") ? commit % 2 == 1 : dice.chance(0.12));
        if (full) {
            for (Place place : written) {
                writer.compact(place.partition, place.bucket, true);
            }
            events.add("full compaction");
        }
        writer.commit();
        identifier = writer.nextIdentifier();
        if (dice.chance(0.4)) {
            closeWriter();
        }
    }

    private void write(InternalRow row) throws Exception {
        if (assigner == null) {
            Place place = writer.write(row, Place::new);
            written.add(place);
            return;
        }
        Place place = dynamicPlace(row);
        written.add(place);
        writer.write(row, place.bucket);
    }

    private Place dynamicPlace(InternalRow row) {
        RowKeyExtractor extractor = table.createRowKeyExtractor();
        extractor.setRecord(row);
        BinaryRow partition = extractor.partition().copy();
        return new Place(partition, assigner.assign(partition, extractor.trimmedPrimaryKey().hashCode()));
    }

    /** Replaces the partitions written to, or the whole table if it has none. */
    private void overwrite(int count) throws Exception {
        BatchWriteBuilder builder = table.newBatchWriteBuilder().withOverwrite(Map.of());
        try (IOManager io = IOManager.create(System.getProperty("java.io.tmpdir"));
                BatchTableWrite write = (BatchTableWrite) builder.newWrite().withIOManager(io);
                BatchTableCommit commit = builder.newCommit()) {
            for (InternalRow row : source.inserts(table.rowType(), Math.max(1, count / 2))) {
                if (assigner == null) {
                    write.write(row);
                } else {
                    write.write(row, dynamicPlace(row).bucket);
                }
            }
            commit.commit(write.prepareCommit());
        }
        source.forget();
        events.add("overwrite");
    }

    private void compact() throws Exception {
        closeWriter();
        events.add("compaction");
        FileStoreTable compacting = table.copy(Map.of("write-only", "false"));
        if (draft.shape == Shape.APPEND) {
            commit(AppendCompaction.run(compacting, "compactor"), "compactor");
            return;
        }
        boolean full = dice.chance(0.5);
        try (TableWriter compactor = new TableWriter(compacting, "compactor", identifier)) {
            for (Place place : written) {
                compactor.compact(place.partition, place.bucket, full);
            }
            compactor.commit();
            identifier = compactor.nextIdentifier();
        }
    }

    private void commit(List<CommitMessage> messages, String user) throws Exception {
        if (messages.isEmpty()) {
            return;
        }
        try (StreamTableCommit commit = table.newStreamWriteBuilder().withCommitUser(user).newCommit()) {
            commit.commit(identifier++, messages);
        }
    }

    private void makeBranch() throws Exception {
        branch = "side";
        table.createBranch(branch, dice.pick(tags));
        table = table.switchToBranch(branch);
        source.forget();
        try {
            write(10, 0);
        } finally {
            closeWriter();
        }
    }

    private void closeWriter() throws Exception {
        if (writer != null) {
            writer.close();
            writer = null;
        }
    }
}
