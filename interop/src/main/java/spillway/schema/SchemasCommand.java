package spillway.schema;

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.paimon.catalog.Identifier;
import org.apache.paimon.schema.Schema;
import org.apache.paimon.schema.SchemaChange;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.node.ArrayNode;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.paimon.types.DataField;
import org.apache.paimon.utils.JsonSerdeUtil;
import spillway.Arguments;
import spillway.Warehouse;

/**
 * Creates and alters tables as told, one case a line, and says what became of each step.
 *
 * <p>Usage: {@code schemas WAREHOUSE}. A line of standard input is {@code {"table", "draft", "snapshot"?,
 * "changes": [[change...]...]}}: {@code draft} in the shape of Paimon's Schema (ids do not count), {@code snapshot}
 * the text of a snapshot file put there after creation, changes in the shape of Paimon's SchemaChange. A line of
 * output is a list: for creation and for each list of changes the schema file's JSON, or {@code {"refused"}} with
 * Java's words.
 */
public final class SchemasCommand {

    private final Warehouse warehouse;

    private SchemasCommand(Warehouse warehouse) {
        this.warehouse = warehouse;
    }

    public static void run(String[] words) throws Exception {
        Arguments arguments = new Arguments(words, 0, Set.of(), Set.of());
        SchemasCommand command = new SchemasCommand(Warehouse.open(arguments.at(0, "WAREHOUSE")));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println(command.answer(json(line)));
        }
    }

    private ArrayNode answer(JsonNode question) throws Exception {
        ArrayNode steps = JsonSerdeUtil.OBJECT_MAPPER_INSTANCE.createArrayNode();
        Identifier id = Warehouse.identifier(question.get("table").asText());
        warehouse.catalog().createDatabase(id.getDatabaseName(), true);
        steps.add(step(id, () -> warehouse.catalog().createTable(id, schema(question.get("draft")), false)));
        if (question.has("snapshot") && !steps.get(0).has("refused")) {
            File directory = new File(directory(id), "snapshot");
            directory.mkdirs();
            Files.writeString(new File(directory, "snapshot-1").toPath(), question.get("snapshot").asText());
        }
        for (JsonNode list : question.get("changes")) {
            steps.add(step(id, () -> warehouse.catalog().alterTable(id, changes(list), false)));
        }
        return steps;
    }

    private File directory(Identifier id) {
        return new File(warehouse.directory(), id.getDatabaseName() + ".db/" + id.getTableName());
    }

    private JsonNode step(Identifier id, Work work) throws Exception {
        try {
            work.run();
        } catch (Exception e) {
            ObjectNode refused = JsonSerdeUtil.OBJECT_MAPPER_INSTANCE.createObjectNode();
            Throwable cause = e;
            while (cause.getMessage() == null && cause.getCause() != null) {
                cause = cause.getCause();
            }
            return refused.put("refused", String.valueOf(cause));
        }
        return json(warehouse.fileStoreTable(id).schemaManager().latest().get().toString());
    }

    /** A schema from its JSON; ids do not count. */
    public static Schema schema(JsonNode draft) {
        Schema parsed = JsonSerdeUtil.fromJson(draft.toString(), Schema.class);
        Schema.Builder builder = Schema.newBuilder();
        for (DataField field : parsed.fields()) {
            builder.column(field.name(), field.type(), field.description(), field.defaultValue());
        }
        return builder.partitionKeys(parsed.partitionKeys())
                .primaryKey(parsed.primaryKeys())
                .options(parsed.options())
                .comment(parsed.comment())
                .build();
    }

    /** Changes from their JSON. */
    public static List<SchemaChange> changes(JsonNode list) {
        List<SchemaChange> changes = new ArrayList<>();
        list.forEach(change -> changes.add(JsonSerdeUtil.fromJson(change.toString(), SchemaChange.class)));
        return changes;
    }

    private static JsonNode json(String text) throws Exception {
        return JsonSerdeUtil.OBJECT_MAPPER_INSTANCE.readTree(text);
    }

    private interface Work {
        void run() throws Exception;
    }
}
