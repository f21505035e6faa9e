package spillway.read;

import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import spillway.Arguments;
import spillway.Warehouse;

/** {@code dump WAREHOUSE db.table}: the rows Java's batch reader sees, one line each. */
public final class DumpCommand {

    private DumpCommand() {}

    public static void run(String[] words) throws Exception {
        Arguments args = new Arguments(words, 0, Set.of("sort", "kind"), ReadRequest.VALUED);
        Warehouse warehouse = Warehouse.open(args.at(0, "WAREHOUSE"));
        ReadRequest request = ReadRequest.parse(args, args.at(1, "db.table"));
        try (PrintWriter out = standardOutput()) {
            if (args.has("sort")) {
                BatchRead.sortedLines(warehouse, request).forEach(line -> out.print(line + "\n"));
            } else {
                BatchRead.lines(warehouse, request, line -> out.print(line + "\n"));
            }
            if (out.checkError()) {
                throw new IOException("cannot write to standard output");
            }
        }
    }

    static PrintWriter standardOutput() {
        FileOutputStream bytes = new FileOutputStream(FileDescriptor.out);
        return new PrintWriter(new BufferedWriter(
                new OutputStreamWriter(bytes, StandardCharsets.UTF_8), 1 << 16));
    }
}
