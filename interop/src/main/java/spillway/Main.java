package spillway;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import spillway.bench.BenchCompact;
import spillway.bench.BenchPlan;
import spillway.bench.BenchRead;
import spillway.bench.BenchWrite;
import spillway.bench.PlanTable;
import spillway.bench.SmallCommits;
import spillway.compaction.ScriptsCommand;
import spillway.example.ExampleCommand;
import spillway.fuzz.GenerateCommand;
import spillway.layout.LayoutsCommand;
import spillway.read.ChangesCommand;
import spillway.read.DumpCommand;
import spillway.read.VerifyCommand;
import spillway.upkeep.UpkeepCommand;
import spillway.schema.SchemaCommand;
import spillway.schema.SchemasCommand;
import spillway.session.SessionCommand;
import spillway.write.CompactCommand;

/** Picks the command by its first word. */
public final class Main {

    private static final Map<String, Command> COMMANDS = commands();

    private Main() {}

    private static Map<String, Command> commands() {
        Map<String, Command> commands = new TreeMap<>();
        commands.put("dump", DumpCommand::run);
        commands.put("changes", ChangesCommand::run);
        commands.put("verify", VerifyCommand::run);
        commands.put("compact", CompactCommand::run);
        commands.put("compaction-scripts", ScriptsCommand::run);
        commands.put("bench-plan", BenchPlan::run);
        commands.put("bench-plan-table", PlanTable::run);
        commands.put("bench-write", BenchWrite::run);
        commands.put("bench-read", BenchRead::run);
        commands.put("bench-commits", SmallCommits::run);
        commands.put("bench-compact", BenchCompact::run);
        commands.put("generate", GenerateCommand::run);
        commands.put("example", ExampleCommand::run);
        commands.put("layouts", LayoutsCommand::run);
        commands.put("schema", SchemaCommand::run);
        commands.put("schemas", SchemasCommand::run);
        commands.put("session", SessionCommand::run);
        commands.put("upkeep", UpkeepCommand::run);
        return commands;
    }

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
