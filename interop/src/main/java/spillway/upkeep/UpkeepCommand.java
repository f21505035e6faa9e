package spillway.upkeep;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.paimon.CoreOptions;
import org.apache.paimon.consumer.Consumer;
import org.apache.paimon.operation.LocalOrphanFilesClean;
import org.apache.paimon.options.ExpireConfig;
import org.apache.paimon.table.FileStoreTable;
import org.apache.paimon.table.sink.BatchTableCommit;
import org.apache.paimon.tag.TagTimeExpire;
import org.apache.paimon.utils.DateTimeUtils;
import spillway.Arguments;
import spillway.UsageException;
import spillway.Warehouse;

/**
 * {@code upkeep WAREHOUSE SCRIPT}: tags, branches, expiry, rollback and cleaning, a line each, words parted by
 * tabs: the table, the action, what it takes. Prints a line each: {@code ok}, or {@code refused} and why.
 */
public final class UpkeepCommand {

    private UpkeepCommand() {}

    public static void run(String[] words) throws Exception {
        Arguments args = new Arguments(words, 0, Set.of(), Set.of());
        Warehouse warehouse = Warehouse.open(args.at(0, "WAREHOUSE"));
        List<String> lines = Files.readAllLines(Path.of(args.at(1, "SCRIPT")), StandardCharsets.UTF_8);
        for (String line : lines) {
            System.out.println(perform(warehouse, line.split("\t")));
        }
    }

    private static String perform(Warehouse warehouse, String[] words) {
        try {
            FileStoreTable table = warehouse.fileStoreTable(Warehouse.identifier(words[0]));
            perform(table, words);
            return "ok";
        } catch (Exception e) {
            return "refused " + String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
        }
    }

    /** Performs a line on its table. */
    public static void perform(FileStoreTable table, String[] words) throws Exception {
        perform(table, words[1], Arrays.copyOfRange(words, 2, words.length));
    }

    private static void perform(FileStoreTable table, String action, String[] args) throws Exception {
        switch (action) {
            case "tag" -> {
                if (args.length == 1) {
                    table.createTag(args[0]);
                } else if (args.length == 2) {
                    table.createTag(args[0], Long.parseLong(args[1]));
                } else {
                    table.createTag(args[0], Long.parseLong(args[1]), Duration.ofMillis(Long.parseLong(args[2])));
                }
            }
            case "delete-tag" -> table.deleteTag(args[0]);
            case "expire-tags" -> expireTags(table, args);
            case "branch" -> {
                if (args.length == 1) {
                    table.createBranch(args[0]);
                } else {
                    table.createBranch(args[0], args[1]);
                }
            }
            case "delete-branch" -> table.deleteBranch(args[0]);
            case "fast-forward" -> table.fastForward(args[0]);
            case "rollback" -> table.rollbackTo(Long.parseLong(args[0]));
            case "rollback-tag" -> table.rollbackTo(args[0]);
            case "consumer" -> table.consumerManager().resetConsumer(args[0], new Consumer(Long.parseLong(args[1])));
            case "delete-consumer" -> table.consumerManager().deleteConsumer(args[0]);
            case "expire" -> expire(table, args);
            case "truncate" -> {
                try (BatchTableCommit commit = table.newBatchWriteBuilder().newCommit()) {
                    commit.truncateTable();
                }
            }
            case "drop-partitions" -> {
                List<Map<String, String>> specs =
                        Arrays.stream(args).map(UpkeepCommand::partition).toList();
                try (BatchTableCommit commit = table.newBatchWriteBuilder().newCommit()) {
                    commit.truncatePartitions(specs);
                }
            }
            case "clean" -> new LocalOrphanFilesClean(table, Long.parseLong(args[0]), false).clean();
            default -> throw new UsageException("unknown action " + action);
        }
    }

    /** A partition out of {@code column=value,column=value}. */
    private static Map<String, String> partition(String text) {
        Map<String, String> spec = new LinkedHashMap<>();
        for (String pair : text.split(",")) {
            String[] parts = pair.split("=", 2);
            spec.put(parts[0], parts[1]);
        }
        return spec;
    }

    /** As a commit does it: snapshots, then changelogs that have a retention of their own. */
    private static void expire(FileStoreTable table, String[] args) {
        FileStoreTable changed = table.copy(Map.of(
                "snapshot.num-retained.min", args[0],
                "snapshot.num-retained.max", args[1],
                "snapshot.expire.limit", args[2],
                "snapshot.time-retained", args[3]));
        CoreOptions options = changed.coreOptions();
        ExpireConfig config = options.expireConfig();
        changed.newExpireSnapshots().config(config).expire();
        if (options.changelogLifecycleDecoupled()) {
            changed.newExpireChangelog().config(config).expire();
        }
    }

    private static void expireTags(FileStoreTable table, String[] args) {
        TagTimeExpire expiry = TagTimeExpire.create(
                table.snapshotManager(), table.tagManager(), table.store().newTagDeletion(), List.of());
        if (args.length > 0) {
            LocalDateTime olderThan = DateTimeUtils.toLocalDateTime(Long.parseLong(args[0]), ZoneId.systemDefault());
            expiry.withOlderThanTime(olderThan);
        }
        expiry.expire();
    }
}
