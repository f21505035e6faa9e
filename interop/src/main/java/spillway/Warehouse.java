package spillway;

import java.io.File;
import java.util.Map;
import org.apache.paimon.catalog.Catalog;
import org.apache.paimon.catalog.CatalogContext;
import org.apache.paimon.catalog.CatalogFactory;
import org.apache.paimon.catalog.Identifier;
import org.apache.paimon.options.CatalogOptions;
import org.apache.paimon.options.Options;
import org.apache.paimon.table.FileStoreTable;
import org.apache.paimon.table.Table;

/** A warehouse in a local directory. */
public final class Warehouse {

    private final File directory;
    private final Catalog catalog;

    private Warehouse(File directory) {
        Options options = new Options();
        options.set(CatalogOptions.WAREHOUSE, directory.getPath());
        // Java would go on seeing a table as it was when first opened.
        options.set(CatalogOptions.CACHE_ENABLED, false);
        this.directory = directory;
        this.catalog = CatalogFactory.createCatalog(CatalogContext.create(options));
    }

    public static Warehouse open(String path) {
        return new Warehouse(new File(path).getAbsoluteFile());
    }

    public File directory() {
        return directory;
    }

    public Catalog catalog() {
        return catalog;
    }

    /** "db.table", or "db.table$system", or "db.table$branch_b". */
    public static Identifier identifier(String fullName) {
        int dot = fullName.indexOf('.');
        if (dot <= 0) {
            throw new UsageException("expected db.table, got " + fullName);
        }
        return Identifier.create(fullName.substring(0, dot), fullName.substring(dot + 1));
    }

    public Table table(Identifier id, Map<String, String> options) throws Catalog.TableNotExistException {
        Table table = catalog.getTable(id);
        return options.isEmpty() ? table : table.copy(options);
    }

    public FileStoreTable fileStoreTable(Identifier id) throws Catalog.TableNotExistException {
        return (FileStoreTable) catalog.getTable(id);
    }
}
