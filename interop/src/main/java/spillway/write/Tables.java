package spillway.write;

import org.apache.paimon.catalog.Identifier;
import org.apache.paimon.schema.Schema;
import org.apache.paimon.table.FileStoreTable;
import spillway.Warehouse;

/** Creating tables. */
public final class Tables {

    private Tables() {}

    /** Drops what bears the name, then creates the table (and its database). */
    public static FileStoreTable recreate(Warehouse warehouse, Identifier id, Schema schema)
            throws Exception {
        warehouse.catalog().createDatabase(id.getDatabaseName(), true);
        warehouse.catalog().dropTable(id, true);
        warehouse.catalog().createTable(id, schema, false);
        return warehouse.fileStoreTable(id);
    }
}
