package spillway.example;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.paimon.catalog.Identifier;
import org.apache.paimon.data.BinaryString;
import org.apache.paimon.data.Decimal;
import org.apache.paimon.data.GenericRow;
import org.apache.paimon.data.Timestamp;
import org.apache.paimon.schema.Schema;
import org.apache.paimon.table.FileStoreTable;
import org.apache.paimon.types.DataTypes;
import org.apache.paimon.types.RowKind;
import spillway.Arguments;
import spillway.Warehouse;
import spillway.write.TableWriter;
import spillway.write.Tables;

/**
 * Writes the small shop that comes with Spillway as its example: one table per way to keep rows.
 *
 * <p>Usage: {@code example WAREHOUSE}. The rows are the same every time; file names and commit times are not.
 */
public final class ExampleCommand {

    private static final String[] PRODUCTS = {"kettle", "lamp", "radio", "chair", "clock"};
    private static final int[] PRICES = {3490, 5900, 8950, 12000, 2475};
    private static final String[] NAMES = {"Ada", "Bruno", "Chen", "Dalia", "Emre", "Farid", "Greta", "Hana"};
    private static final String[] CITIES = {"Lisbon", "Oslo", "Lyon", "Cairo"};
    private static final LocalDate FIRST_DAY = LocalDate.of(2026, 3, 2);
    private static final int DAYS = 3;
    private static final int ORDERS_A_DAY = 20;

    private final Warehouse warehouse;

    private ExampleCommand(Warehouse warehouse) {
        this.warehouse = warehouse;
    }

    public static void run(String[] words) throws Exception {
        Arguments arguments = new Arguments(words, 0, Set.of(), Set.of());
        ExampleCommand example = new ExampleCommand(Warehouse.open(arguments.at(0, "WAREHOUSE")));
        example.orders();
        example.customers();
        example.revenue();
        example.visits();
    }

    /** The newest state of each order: deduplicate, with the changes kept, never compacted. */
    private void orders() throws Exception {
        FileStoreTable table = create("orders", Schema.newBuilder()
                .column("id", DataTypes.BIGINT())
                .column("customer", DataTypes.INT())
                .column("product", DataTypes.STRING())
                .column("amount", DataTypes.DECIMAL(10, 2))
                .column("status", DataTypes.STRING())
                .column("updated", DataTypes.TIMESTAMP(3))
                .primaryKey("id")
                .options(Map.of("bucket", "2", "write-only", "true", "changelog-producer", "input")));
        try (TableWriter writer = new TableWriter(table, "shop", 1)) {
            for (int day = 0; day < DAYS; day++) {
                for (int i = 0; i < ORDERS_A_DAY; i++) {
                    writer.write(order(RowKind.INSERT, day * ORDERS_A_DAY + i, "placed", day, 9));
                }
                writer.commit();
                for (int i = 0; i < ORDERS_A_DAY; i++) {
                    int id = day * ORDERS_A_DAY + i;
                    if (id % 10 == 7) {
                        writer.write(order(RowKind.DELETE, id, "placed", day, 9));
                    } else if (dice(id, 1).nextInt(4) > 0) {
                        writer.write(order(RowKind.UPDATE_BEFORE, id, "placed", day, 9));
                        writer.write(order(RowKind.UPDATE_AFTER, id, dice(id, 2).nextBoolean() ? "shipped" : "paid", day, 15));
                    }
                }
                writer.commit();
                if (day == 0) {
                    table.createTag("first-day");
                }
            }
        }
    }

    private static GenericRow order(RowKind kind, int id, String status, int day, int hour) {
        Random dice = dice(id, 0);
        int product = dice.nextInt(PRODUCTS.length);
        long cents = (long) PRICES[product] * (1 + dice.nextInt(4));
        LocalDateTime updated = FIRST_DAY.plusDays(day).atTime(hour, id % 60);
        return GenericRow.ofKind(kind, 1000L + id, 1 + dice.nextInt(NAMES.length), text(PRODUCTS[product]),
                Decimal.fromBigDecimal(BigDecimal.valueOf(cents, 2), 10, 2), text(status),
                Timestamp.fromLocalDateTime(updated));
    }

    /** What two systems know of each customer: partial update fills in the columns they bring. */
    private void customers() throws Exception {
        FileStoreTable table = create("customers", Schema.newBuilder()
                .column("id", DataTypes.INT())
                .column("name", DataTypes.STRING())
                .column("city", DataTypes.STRING())
                .column("newsletter", DataTypes.BOOLEAN())
                .primaryKey("id")
                .options(Map.of("bucket", "1", "write-only", "true", "merge-engine", "partial-update")));
        try (TableWriter writer = new TableWriter(table, "shop", 1)) {
            for (int i = 0; i < NAMES.length; i++) {
                writer.write(GenericRow.of(1 + i, text(NAMES[i]), text(CITIES[i % CITIES.length]), null));
            }
            writer.commit();
            for (int i = 0; i < NAMES.length; i += 2) {
                writer.write(GenericRow.of(1 + i, null, i == 4 ? text("Porto") : null, i % 4 == 0));
            }
            writer.commit();
        }
    }

    /** Sums kept by the table itself: every record is added to its key's row. */
    private void revenue() throws Exception {
        FileStoreTable table = create("revenue", Schema.newBuilder()
                .column("day", DataTypes.DATE())
                .column("product", DataTypes.STRING())
                .column("amount", DataTypes.DECIMAL(12, 2))
                .column("orders", DataTypes.BIGINT())
                .column("largest", DataTypes.DECIMAL(10, 2))
                .primaryKey("day", "product")
                .options(Map.of("bucket", "1", "write-only", "true", "merge-engine", "aggregation",
                        "fields.amount.aggregate-function", "sum",
                        "fields.orders.aggregate-function", "sum",
                        "fields.largest.aggregate-function", "max")));
        try (TableWriter writer = new TableWriter(table, "shop", 1)) {
            for (int day = 0; day < DAYS; day++) {
                for (int i = 0; i < ORDERS_A_DAY; i++) {
                    GenericRow order = order(RowKind.INSERT, day * ORDERS_A_DAY + i, "placed", day, 9);
                    Decimal amount = order.getDecimal(3, 10, 2);
                    Decimal wide = Decimal.fromBigDecimal(amount.toBigDecimal(), 12, 2);
                    writer.write(GenericRow.of((int) FIRST_DAY.plusDays(day).toEpochDay(), order.getField(2),
                            wide, 1L, amount));
                }
                writer.commit();
            }
        }
    }

    /** Every visit, one after the other: no key, a partition per day. */
    private void visits() throws Exception {
        FileStoreTable table = create("visits", Schema.newBuilder()
                .column("day", DataTypes.STRING())
                .column("minute", DataTypes.INT())
                .column("customer", DataTypes.INT())
                .column("page", DataTypes.STRING())
                .partitionKeys("day")
                .options(Map.of("bucket", "-1", "write-only", "true")));
        try (TableWriter writer = new TableWriter(table, "shop", 1)) {
            for (int day = 0; day < DAYS; day++) {
                for (int i = 0; i < 100; i++) {
                    Random dice = dice(day * 100 + i, 3);
                    Integer customer = dice.nextInt(4) == 0 ? null : 1 + dice.nextInt(NAMES.length);
                    writer.write(GenericRow.of(text(FIRST_DAY.plusDays(day).toString()), i * 14, customer,
                            text("/" + PRODUCTS[dice.nextInt(PRODUCTS.length)])));
                }
                writer.commit();
            }
        }
    }

    private FileStoreTable create(String name, Schema.Builder schema) throws Exception {
        return Tables.recreate(warehouse, Identifier.create("shop", name), schema.build());
    }

    /** The same numbers for the same row every time; seeds that lie near each other must not give the same ones. */
    private static Random dice(int row, int purpose) {
        return new Random((row * 4L + purpose) * 0x9E3779B97F4A7C15L);
    }

    private static BinaryString text(String value) {
        return BinaryString.fromString(value);
    }
}
