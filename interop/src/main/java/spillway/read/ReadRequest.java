package spillway.read;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.paimon.catalog.Identifier;
import spillway.Arguments;
import spillway.UsageException;
import spillway.Warehouse;

/** What to read of a table: version, branch, columns, and whether to print the row kind. */
public record ReadRequest(
        Identifier table, Map<String, String> options, List<String> columns, String filter, boolean kind) {

    /** Options every reading command understands. */
    public static final java.util.Set<String> VALUED = java.util.Set.of(
            "snapshot", "tag", "branch", "between", "columns", "option", "system", "filter");

    public static ReadRequest parse(Arguments args, String fullName) {
        Identifier base = Warehouse.identifier(fullName);
        String name = base.getObjectName();
        if (args.has("branch")) {
            name += "$branch_" + args.value("branch");
        }
        if (args.has("system")) {
            name += "$" + args.value("system");
        }
        Map<String, String> options = new LinkedHashMap<>();
        if (args.has("snapshot")) {
            options.put("scan.snapshot-id", args.value("snapshot"));
        }
        if (args.has("tag")) {
            options.put("scan.tag-name", args.value("tag"));
        }
        if (args.has("between")) {
            options.put("incremental-between", args.value("between"));
        }
        for (String option : args.values("option")) {
            int equals = option.indexOf('=');
            if (equals <= 0) {
                throw new UsageException("expected --option key=value, got " + option);
            }
            options.put(option.substring(0, equals), option.substring(equals + 1));
        }
        List<String> columns = args.has("columns") ? List.of(args.value("columns").split(",")) : List.of();
        return new ReadRequest(
                Identifier.create(base.getDatabaseName(), name),
                options, columns, args.value("filter"), args.has("kind") || args.has("between"));
    }
}
