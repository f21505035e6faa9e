package spillway.schema;

import java.util.Set;
import spillway.Arguments;
import spillway.Warehouse;

/**
 * Prints the newest schema of each table as Java would write it.
 *
 * <p>Usage: {@code schema WAREHOUSE DATABASE.TABLE...}. Tables are opened through the catalog, so that what makes a
 * table unusable is seen and said in place of it; a line {@code --} follows each.
 */
public final class SchemaCommand {

    private SchemaCommand() {}

    public static void run(String[] words) throws Exception {
        Arguments arguments = new Arguments(words, 0, Set.of(), Set.of());
        Warehouse warehouse = Warehouse.open(arguments.at(0, "WAREHOUSE"));
        for (int i = 1; i < words.length; i++) {
            System.out.println(text(warehouse, arguments.at(i, "DATABASE.TABLE")));
            System.out.println("--");
        }
    }

    private static String text(Warehouse warehouse, String table) throws Exception {
        try {
            return warehouse.fileStoreTable(Warehouse.identifier(table)).schemaManager().latest().get().toString();
        } catch (RuntimeException e) {
            return "cannot open " + table + ": " + e;
        }
    }
}
