package spillway.compaction;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.Set;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.paimon.utils.JsonSerdeUtil;
import spillway.Arguments;

/**
 * Plays scripts of files and compactions through Java's own compact manager and says what it did.
 *
 * <p>Usage: {@code compaction-scripts}. A line of standard input is a script, see {@link TreeScript}; a line of output
 * is a list with what became of each of its steps.
 */
public final class ScriptsCommand {

    private ScriptsCommand() {}

    public static void run(String[] words) throws Exception {
        new Arguments(words, 0, Set.of(), Set.of());
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            JsonNode script = JsonSerdeUtil.OBJECT_MAPPER_INSTANCE.readTree(line);
            System.out.println(played(script));
        }
    }

    /** Once more where the hour, which decides on off-peak picks, has changed meanwhile. */
    private static JsonNode played(JsonNode script) throws Exception {
        for (; ; ) {
            int hour = LocalDateTime.now().getHour();
            JsonNode result = new TreeScript(script).play();
            if (hour == LocalDateTime.now().getHour()) {
                return result;
            }
        }
    }
}
