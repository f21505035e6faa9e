package spillway.write;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.apache.paimon.data.BinaryRow;
import org.apache.paimon.data.InternalRow;
import org.apache.paimon.disk.IOManager;
import org.apache.paimon.table.FileStoreTable;
import org.apache.paimon.table.sink.CommitMessage;
import org.apache.paimon.table.sink.StreamTableCommit;
import org.apache.paimon.table.sink.StreamTableWrite;
import org.apache.paimon.table.sink.StreamWriteBuilder;

/** One long-lived writer of a table, as a streaming job has it: rows in, one commit per call. */
public final class TableWriter implements AutoCloseable {

    private final File spill;
    private final IOManager ioManager;
    private final StreamTableWrite write;
    private final StreamTableCommit commit;
    private long identifier;

    public TableWriter(FileStoreTable table, String user, long firstIdentifier) throws Exception {
        spill = Files.createTempDirectory("spillway-proofs").toFile();
        ioManager = IOManager.create(spill.getPath());
        StreamWriteBuilder builder = table.newStreamWriteBuilder().withCommitUser(user);
        write = (StreamTableWrite) builder.newWrite().withIOManager(ioManager);
        commit = builder.newCommit();
        identifier = firstIdentifier;
    }

    public void write(InternalRow row) throws Exception {
        write.write(row);
    }

    /** Writes a row and says where it went. */
    public <T> T write(InternalRow row, BiFunction<BinaryRow, Integer, T> place) throws Exception {
        write.write(row);
        return place.apply(write.getPartition(row).copy(), write.getBucket(row));
    }

    /** Writes to a bucket the caller picked, as a job with dynamic buckets does. */
    public void write(InternalRow row, int bucket) throws Exception {
        write.write(row, bucket);
    }

    public void compact(BinaryRow partition, int bucket, boolean full) throws Exception {
        write.compact(partition, bucket, full);
    }

    /** Commits what was written, after the compactions it started have ended. */
    public void commit() throws Exception {
        List<CommitMessage> messages = write.prepareCommit(true, identifier);
        commit.commit(identifier, messages);
        identifier++;
    }

    public long nextIdentifier() {
        return identifier;
    }

    @Override
    public void close() throws Exception {
        try (AutoCloseable first = commit; AutoCloseable second = ioManager; AutoCloseable third = write) {
            // Closed in reverse order, all of them, whatever one throws.
        } finally {
            removeTree(spill);
        }
    }

    private static void removeTree(File directory) throws Exception {
        if (!directory.exists()) {
            return;
        }
        try (Stream<Path> paths = Files.walk(directory.toPath())) {
            paths.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
    }
}
