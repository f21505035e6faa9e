package spillway;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import spillway.bench.BenchPlan;
import spillway.bench.BenchRead;
import spillway.bench.BenchWrite;
import spillway.bench.PlanTable;
import spillway.example.ExampleCommand;
import spillway.fuzz.GenerateCommand;
import spillway.layout.LayoutsCommand;
import spillway.read.ChangesCommand;
import spillway.read.DumpCommand;
import spillway.read.VerifyCommand;

/** Picks the command by its first word. */
public final class Main {

    private static final Map<String, Command> COMMANDS = new TreeMap<>(Map.of(
            "dump", DumpCommand::run,
            "changes", ChangesCommand::run,
            "verify", VerifyCommand::run,
            "bench-plan", BenchPlan::run,
            "bench-plan-table", PlanTable::run,
            "bench-write", BenchWrite::run,
            "bench-read", BenchRead::run,
            "generate", GenerateCommand::run,
            "example", ExampleCommand::run,
            "layouts", LayoutsCommand::run));

    private Main() {}

    public static void main(String[] words) throws Exception {
        Command command = words.length == 0 ? null : COMMANDS.get(words[0]);
        try {
            if (command == null) {
                throw new UsageException("commands: " + String.join(", ", COMMANDS.keySet()));
            }
            command.run(Arrays.copyOfRange(words, 1, words.length));
            // Paimon keeps thread pools that are not daemons.
            System.exit(0);
        } catch (UsageException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        } catch (Throwable e) {
            e.printStackTrace();
            System.exit(1);
        }
    }
}
