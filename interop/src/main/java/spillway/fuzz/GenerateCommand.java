package spillway.fuzz;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.paimon.catalog.Identifier;
import spillway.Arguments;
import spillway.Warehouse;
import spillway.write.Tables;

/**
 * {@code generate WAREHOUSE --seed S --count N [--only I]}: makes N random tables in database {@code fuzz}
 * and, in WAREHOUSE/expected, what Java reads from them. Table I depends on S and I alone.
 */
public final class GenerateCommand {

    private static final String DATABASE = "fuzz";

    private final Warehouse warehouse;
    private final Dice root;
    private final long seed;

    private GenerateCommand(Warehouse warehouse, long seed) {
        this.warehouse = warehouse;
        this.seed = seed;
        this.root = new Dice(seed).child("tables");
    }

    public static void run(String[] words) throws Exception {
        Arguments args = new Arguments(words, 0, Set.of("trace"), Set.of("seed", "count", "only"));
        Warehouse warehouse = Warehouse.open(args.at(0, "WAREHOUSE"));
        GenerateCommand generate = new GenerateCommand(warehouse, args.number("seed", 1));
        long count = args.number("count", 60);
        int made = 0;
        for (int index = 0; index < count; index++) {
            if (!args.has("only") || args.values("only").contains(Integer.toString(index))) {
                made += generate.table(index, args.has("trace")) ? 1 : 0;
            }
        }
        System.out.println("made " + made + " of " + count + ", seed " + generate.seed);
    }

    private boolean table(int index, boolean trace) throws Exception {
        Draft draft = new DraftMaker(root, index).draw();
        Identifier id = Identifier.create(DATABASE, String.format("t%03d_%s", index, draft.shape.label));
        File folder = new File(warehouse.directory(), "expected/" + id.getObjectName());
        removeTree(folder.toPath());
        try {
            Tables.recreate(warehouse, id, draft.schema());
            Dice dice = root.child(index);
            boolean evolves = Dice.spread(root, "evolves", index, true, false);
            History history = new History(dice.child("history"), warehouse, id, draft, evolves);
            history.run();
            ExpectedFiles expected = new ExpectedFiles(dice.child("expected"), warehouse, id, folder);
            expected.write(draft, history, seed, index);
            System.out.println("made    " + id.getObjectName() + "  " + String.join(", ", draft.covers)
                    + "; " + String.join(", ", history.events()));
            expected.refused().forEach(reason -> System.out.println("        without " + firstLine(reason)));
            return true;
        } catch (Exception e) {
            System.out.println("dropped " + id.getObjectName() + "  " + String.join(", ", draft.covers)
                    + "  because " + firstLine(rootCause(e).toString()));
            if (trace) {
                e.printStackTrace(System.out);
            }
            warehouse.catalog().dropTable(id, true);
            removeTree(folder.toPath());
            return false;
        }
    }

    private static Throwable rootCause(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static String firstLine(String text) {
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }

    private static void removeTree(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
