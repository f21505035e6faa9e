package spillway.compaction;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.apache.paimon.compact.CompactResult;
import org.apache.paimon.data.InternalRow;
import org.apache.paimon.io.DataFileMeta;
import org.apache.paimon.mergetree.LevelSortedRun;
import org.apache.paimon.mergetree.Levels;
import org.apache.paimon.mergetree.compact.CompactStrategy;
import org.apache.paimon.mergetree.compact.EarlyFullAt;
import org.apache.paimon.mergetree.compact.ForceUpLevel0Compaction;
import org.apache.paimon.mergetree.compact.MergeTreeCompactManager;
import org.apache.paimon.mergetree.compact.OffPeakHours;
import org.apache.paimon.mergetree.compact.UniversalCompaction;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.node.ArrayNode;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.paimon.utils.JsonSerdeUtil;

/**
 * One bucket with Java's compact manager, and files that exist as metadata only.
 *
 * <p>A script is {@code {"options": {...}, "files": [file...], "steps": [step...]}}. A step is {@code {"add": file}} or
 * {@code {"full": boolean, "now": ms, "hour": 0..23}}: a compaction is triggered and its result taken. What became of
 * a step is {@code {"did": [...], "levels": [[level, name...]...]}}.
 */
final class TreeScript {

    private final JsonNode options;
    private final JsonNode steps;
    private final Levels levels;
    private final ScriptRewriter rewriter = new ScriptRewriter();
    private final MergeTreeCompactManager manager;
    private final ExecutorService executor = new CallerExecutor();
    private long now;

    TreeScript(JsonNode script) {
        options = script.get("options");
        steps = script.get("steps");
        List<DataFileMeta> files = new ArrayList<>();
        script.get("files").forEach(file -> files.add(ScriptFiles.parse(file)));
        Comparator<InternalRow> comparator = (a, b) -> Integer.compare(a.getInt(0), b.getInt(0));
        levels = new Levels(comparator, files, options.get("levels").asInt());
        manager =
                new MergeTreeCompactManager(
                        executor,
                        levels,
                        strategy(script.get("hour").asInt()),
                        comparator,
                        options.get("small").asLong(),
                        8,
                        rewriter,
                        null,
                        null,
                        false,
                        false,
                        null,
                        options.get("rewriteAll").asBoolean(),
                        false);
    }

    private CompactStrategy strategy(int hour) {
        Long interval = longOption("interval");
        Long total = longOption("total");
        Long incremental = longOption("incremental");
        boolean early = interval != null || total != null || incremental != null;
        // The hour of the script becomes the hour that is now, and the off-peak hours move with it.
        int shift = LocalDateTime.now().getHour() - hour + 24;
        UniversalCompaction universal =
                new UniversalCompaction(
                        options.get("amplification").asInt(),
                        options.get("ratio").asInt(),
                        options.get("trigger").asInt(),
                        early ? new EarlyFullAt(interval, total, incremental, () -> now) : null,
                        OffPeakHours.create(
                                moved(options.get("offPeakStart").asInt(), shift),
                                moved(options.get("offPeakEnd").asInt(), shift),
                                options.get("offPeakRatio").asInt()));
        if (!options.get("forceUp").asBoolean()) {
            return universal;
        }
        Long upEvery = longOption("forceUpInterval");
        return new ForceUpLevel0Compaction(universal, upEvery == null ? null : upEvery.intValue());
    }

    private static int moved(int hour, int shift) {
        return hour == -1 ? -1 : (hour + shift) % 24;
    }

    private Long longOption(String name) {
        return options.has(name) ? Long.valueOf(options.get(name).asLong()) : null;
    }

    ArrayNode play() throws Exception {
        ArrayNode results = JsonSerdeUtil.OBJECT_MAPPER_INSTANCE.createArrayNode();
        for (JsonNode step : steps) {
            ArrayNode did = rewriter.begin();
            if (step.has("add")) {
                manager.addNewFile(ScriptFiles.parse(step.get("add")));
            } else {
                now = step.get("now").asLong();
                manager.triggerCompaction(step.get("full").asBoolean());
                CompactResult result = manager.getCompactionResult(true).orElse(null);
                if (result != null) {
                    did.addObject().set("before", ScriptFiles.names(result.before()));
                }
            }
            ObjectNode outcome = results.addObject();
            outcome.set("did", did);
            outcome.set("levels", printLevels());
        }
        return results;
    }

    private ArrayNode printLevels() {
        ArrayNode runs = JsonSerdeUtil.OBJECT_MAPPER_INSTANCE.createArrayNode();
        for (LevelSortedRun run : levels.levelSortedRuns()) {
            ArrayNode one = runs.addArray().add(run.level());
            run.run().files().forEach(file -> one.add(file.fileName()));
        }
        return runs;
    }
}
