package spillway.session;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.paimon.catalog.Identifier;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.paimon.table.FileStoreTable;
import org.apache.paimon.utils.JsonSerdeUtil;
import spillway.Arguments;
import spillway.UsageException;
import spillway.Warehouse;
import spillway.read.BatchRead;
import spillway.read.ReadRequest;
import spillway.schema.SchemasCommand;
import spillway.upkeep.UpkeepCommand;
import spillway.write.CompactCommand;

/**
 * {@code session WAREHOUSE}: works on tables for as long as standard input lasts. A line in is an object: {@code do}
 * says what, {@code table} where; a line out is {@code {"ok": ...}}, or {@code {"refused": why}} with Java's words.
 */
public final class SessionCommand {

    /** Characters shown of each cause: Paimon lists all entries of a commit. */
    private static final int CAUSE_CHARS = 400;

    private final Warehouse warehouse;
    private final Map<Integer, FollowedTable> followed = new HashMap<>();

    private SessionCommand(Warehouse warehouse) {
        this.warehouse = warehouse;
    }

    public static void run(String[] words) throws Exception {
        Arguments args = new Arguments(words, 0, Set.of(), Set.of());
        // Whatever Paimon or its libraries print must not come between the answers.
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        SessionCommand session = new SessionCommand(Warehouse.open(args.at(0, "WAREHOUSE")));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.print(session.answer(JsonSerdeUtil.OBJECT_MAPPER_INSTANCE.readTree(line)) + "\n");
            out.flush();
        }
    }

    private ObjectNode answer(JsonNode request) {
        ObjectNode answer = JsonSerdeUtil.OBJECT_MAPPER_INSTANCE.createObjectNode();
        try {
            answer.set("ok", JsonSerdeUtil.OBJECT_MAPPER_INSTANCE.valueToTree(perform(request)));
        } catch (Exception e) {
            List<String> causes = new ArrayList<>();
            for (Throwable cause = e; cause != null && causes.size() < 5; cause = cause.getCause()) {
                StackTraceElement[] stack = cause.getStackTrace();
                String text = cause.toString();
                String shown = text.length() > CAUSE_CHARS ? text.substring(0, CAUSE_CHARS) + "..." : text;
                causes.add(shown + (stack.length > 0 ? " at " + stack[0] : ""));
            }
            answer.put("refused", String.join("; because ", causes));
        }
        return answer;
    }

    private Object perform(JsonNode request) throws Exception {
        String action = request.get("do").asText();
        Identifier id = request.has("table") ? Warehouse.identifier(request.get("table").asText()) : null;
        return switch (action) {
            case "create" -> {
                warehouse.catalog().createDatabase(id.getDatabaseName(), true);
                warehouse.catalog().createTable(id, SchemasCommand.schema(request.get("draft")), false);
                yield null;
            }
            case "alter" -> {
                warehouse.catalog().alterTable(id, SchemasCommand.changes(request.get("changes")), false);
                yield null;
            }
            case "write" -> new Writes(warehouse.fileStoreTable(id)).write(request);
            case "write-many" -> {
                FileStoreTable table = warehouse.fileStoreTable(id).copy(strings(request.get("options")));
                yield new Writes(table).writeMany(request);
            }
            case "truncate" -> new Writes(warehouse.fileStoreTable(id)).truncate();
            case "drop-partition" ->
                new Writes(warehouse.fileStoreTable(id)).dropPartition(strings(request.get("partition")));
            case "compact" -> {
                FileStoreTable table = warehouse.fileStoreTable(id).copy(Map.of("write-only", "false"));
                String user = request.get("user").asText();
                CompactCommand.compact(table, user, request.get("full").asBoolean());
                yield null;
            }
            case "upkeep" -> {
                String[] words = request.get("line").asText().split("\t");
                UpkeepCommand.perform(warehouse.fileStoreTable(Warehouse.identifier(words[0])), words);
                yield null;
            }
            case "read" -> BatchRead.sortedLines(
                    warehouse, new ReadRequest(id, strings(request.get("options")), List.of(), null, false));
            case "inspect" -> new FileInspection(warehouse.fileStoreTable(id)).problems();
            case "follow" -> follow(id, strings(request.get("options")));
            case "poll" -> followed.get(request.get("stream").asInt()).poll();
            case "unfollow" -> {
                followed.remove(request.get("stream").asInt());
                yield null;
            }
            default -> throw new UsageException("no action " + action);
        };
    }

    private int follow(Identifier id, Map<String, String> options) throws Exception {
        int stream = followed.size();
        while (followed.containsKey(stream)) {
            stream++;
        }
        followed.put(stream, new FollowedTable(warehouse.fileStoreTable(id), options));
        return stream;
    }

    private static Map<String, String> strings(JsonNode object) {
        Map<String, String> map = new LinkedHashMap<>();
        if (object != null) {
            object.fields().forEachRemaining(member -> map.put(member.getKey(), member.getValue().asText()));
        }
        return map;
    }
}
