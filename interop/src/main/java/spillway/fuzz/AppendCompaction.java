package spillway.fuzz;

import java.util.ArrayList;
import java.util.List;
import org.apache.paimon.append.AppendCompactCoordinator;
import org.apache.paimon.append.AppendCompactTask;
import org.apache.paimon.operation.BaseAppendFileStoreWrite;
import org.apache.paimon.table.FileStoreTable;
import org.apache.paimon.table.SpecialFields;
import org.apache.paimon.table.sink.CommitMessage;
import org.apache.paimon.table.source.EndOfScanException;

/** Compaction of an append table without buckets, as the dedicated job does it. */
public final class AppendCompaction {

    private AppendCompaction() {}

    public static List<CommitMessage> run(FileStoreTable table, String user) throws Exception {
        List<CommitMessage> messages = new ArrayList<>();
        AppendCompactCoordinator coordinator = new AppendCompactCoordinator(table, false);
        BaseAppendFileStoreWrite write = (BaseAppendFileStoreWrite) table.store().newWrite(user);
        try {
            if (table.coreOptions().rowTrackingEnabled()) {
                write.withWriteType(SpecialFields.rowTypeWithRowTracking(table.rowType()));
            }
            do {
                for (AppendCompactTask task : coordinator.run()) {
                    messages.add(task.doCompact(table, write));
                }
            } while (coordinator.batchRemainFiles());
        } catch (EndOfScanException nothingToCompact) {
            return messages;
        } finally {
            write.close();
        }
        return messages;
    }
}
