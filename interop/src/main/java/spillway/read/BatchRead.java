package spillway.read;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.paimon.data.InternalRow;
import org.apache.paimon.predicate.Predicate;
import org.apache.paimon.reader.RecordReader;
import org.apache.paimon.table.FileStoreTable;
import org.apache.paimon.table.Table;
import org.apache.paimon.table.source.ReadBuilder;
import org.apache.paimon.table.source.TableRead;
import org.apache.paimon.types.RowType;
import spillway.Warehouse;
import spillway.json.RowEncoder;

/** Reads a table, or a system table, with Java's batch reader and hands out lines. */
public final class BatchRead {

    private BatchRead() {}

    public static List<String> sortedLines(Warehouse warehouse, ReadRequest request) throws Exception {
        List<String> lines = new ArrayList<>();
        lines(warehouse, request, lines::add);
        // String order in Java is the order of UTF-16 code units.
        lines.sort(null);
        return lines;
    }

    /** As {@link #sortedLines}, but reading every row and testing the filter only then. */
    public static List<String> sortedLinesFilteredLast(Warehouse warehouse, ReadRequest request)
            throws Exception {
        Table table = warehouse.table(request.table(), request.options());
        Predicate predicate = FilterText.parse(request.filter(), table.rowType());
        RowEncoder encoder = new RowEncoder(table.rowType());
        List<String> lines = new ArrayList<>();
        ReadBuilder builder = table.newReadBuilder();
        try (RecordReader<InternalRow> reader = builder.newRead().createReader(builder.newScan().plan())) {
            reader.forEachRemaining(row -> {
                if (predicate.test(row)) {
                    lines.add(encoder.line(row));
                }
            });
        }
        lines.sort(null);
        return lines;
    }

    public static void lines(Warehouse warehouse, ReadRequest request, Consumer<String> sink)
            throws Exception {
        Table table = warehouse.table(request.table(), request.options());
        RowType rowType = table.rowType();
        ReadBuilder builder = table.newReadBuilder();
        if (!request.columns().isEmpty()) {
            int[] projection = request.columns().stream().mapToInt(rowType::getFieldIndex).toArray();
            builder.withProjection(projection);
            rowType = rowType.project(projection);
        }
        if (request.filter() != null) {
            Predicate predicate = FilterText.parse(request.filter(), table.rowType());
            builder.withFilter(predicate);
        }
        TableRead read = builder.newRead();
        if (request.filter() != null) {
            read = read.executeFilter();
        }
        RowEncoder encoder = new RowEncoder(rowType, rewrite(warehouse, request, table));
        try (RecordReader<InternalRow> reader = read.createReader(builder.newScan().plan())) {
            reader.forEachRemaining(row -> sink.accept(encoder.line(prefix(request, row), row)));
        }
    }

    private static String prefix(ReadRequest request, InternalRow row) {
        return request.kind() ? "\"_kind\":\"" + row.getRowKind().shortString() + "\"," : "";
    }

    // System tables print absolute paths; the expected text must not depend on where the warehouse lies.
    private static UnaryOperator<String> rewrite(Warehouse warehouse, ReadRequest request, Table table)
            throws Exception {
        if (table instanceof FileStoreTable) {
            return UnaryOperator.identity();
        }
        String warehousePath = warehouse.directory().getPath();
        String tablePath = warehousePath + "/" + request.table().getDatabaseName() + ".db/"
                + request.table().getTableName();
        return text -> text
                .replace("file:" + tablePath, "table:").replace(tablePath, "table:")
                .replace("file:" + warehousePath, "warehouse:").replace(warehousePath, "warehouse:");
    }
}
