package spillway.schema;

import java.util.Set;
import spillway.Arguments;
import spillway.Warehouse;

/**
 * Prints the newest schema of each table as Java would write it.
 *
 * <p>Usage: {@code schema WAREHOUSE DATABASE.TABLE...}. Tables are opened through the catalog, so that what makes a
 * table unusable is seen; a line {@code --} follows each.
 */
public final class SchemaCommand {

    private SchemaCommand() {}

    public static void run(String[] words) throws Exception {
        Arguments arguments = new Arguments(words, 0, Set.of(), Set.of());
        Warehouse warehouse = Warehouse.open(arguments.at(0, "WAREHOUSE"));
        for (int i = 1; i < words.length; i++) {
            System.out.println(warehouse.fileStoreTable(Warehouse.identifier(arguments.at(i, "DATABASE.TABLE")))
                    .schemaManager().latest().get());
            System.out.println("--");
        }
    }
}
