package spillway.read;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Set;
import spillway.Arguments;
import spillway.Warehouse;

/** {@code changes WAREHOUSE db.table [--from N]}: what a streaming reader sees until it has caught up. */
public final class ChangesCommand {

    private ChangesCommand() {}

    public static void run(String[] words) throws Exception {
        Arguments args = new Arguments(words, 0, Set.of(), Set.of("from", "branch", "option"));
        Warehouse warehouse = Warehouse.open(args.at(0, "WAREHOUSE"));
        ReadRequest request = ReadRequest.parse(args, args.at(1, "db.table"));
        Long from = args.has("from") ? Long.valueOf(args.value("from")) : null;
        Map<String, String> options = request.options();
        try (PrintWriter out = DumpCommand.standardOutput()) {
            StreamRead.lines(warehouse, request.table(), from, options, line -> out.print(line + "\n"));
            if (out.checkError()) {
                throw new IOException("cannot write to standard output");
            }
        }
    }
}
