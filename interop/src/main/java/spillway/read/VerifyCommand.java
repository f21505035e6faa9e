package spillway.read;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.paimon.catalog.Identifier;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import spillway.Arguments;
import spillway.UsageException;
import spillway.Warehouse;

/**
 * {@code verify WAREHOUSE DATABASE EXPECTED [--table T]}: reads every table again the ways its index.json
 * lists and compares with the files beside it. Exits with 1 when anything differs.
 */
public final class VerifyCommand {

    private static final Pattern PLACE = Pattern.compile(
            "^\\{\"_snapshot\":(\\d+),\"_partition\":\"((?:[^\"\\\\]|\\\\.)*)\",\"_bucket\":(\\d+),");

    private final Warehouse warehouse;
    private final String database;
    private int checked;
    private int failed;

    private VerifyCommand(Warehouse warehouse, String database) {
        this.warehouse = warehouse;
        this.database = database;
    }

    public static void run(String[] words) throws Exception {
        Arguments args = new Arguments(words, 0, Set.of(), Set.of("table"));
        VerifyCommand verify = new VerifyCommand(
                Warehouse.open(args.at(0, "WAREHOUSE")), args.at(1, "DATABASE"));
        File[] folders = new File(args.at(2, "EXPECTED")).listFiles(File::isDirectory);
        if (folders == null) {
            throw new UsageException("no such directory: " + args.at(2, "EXPECTED"));
        }
        Arrays.sort(folders);
        for (File folder : folders) {
            if (!args.has("table") || args.values("table").contains(folder.getName())) {
                verify.table(folder);
            }
        }
        System.out.println("checked " + verify.checked + ", failed " + verify.failed);
        if (verify.failed > 0) {
            System.exit(1);
        }
    }

    private void table(File folder) throws IOException {
        JsonNode index = new ObjectMapper().readTree(new File(folder, "index.json"));
        for (JsonNode entry : index.get("expected")) {
            if (!entry.has("read")) {
                continue;
            }
            File file = new File(folder, entry.get("file").asText());
            checked++;
            try {
                compare(folder.getName() + "/" + file.getName(),
                        Files.readAllLines(file.toPath(), StandardCharsets.UTF_8),
                        read(folder.getName(), entry));
            } catch (Exception e) {
                failed++;
                System.out.println("FAIL " + folder.getName() + "/" + file.getName() + ": " + e);
            }
        }
    }

    private List<String> read(String table, JsonNode entry) throws Exception {
        JsonNode read = entry.get("read");
        if (read.has("stream")) {
            List<String> lines = new ArrayList<>();
            Long from = read.has("from") ? read.get("from").asLong() : null;
            StreamRead.lines(warehouse, Identifier.create(database, table), from, Map.of(), lines::add);
            return lines;
        }
        List<String> words = new ArrayList<>();
        read.fields().forEachRemaining(member -> {
            switch (member.getKey()) {
                case "kind" -> words.add("--kind");
                case "incremental" -> words.addAll(List.of("--between", join(member.getValue())));
                case "columns" -> words.addAll(List.of("--columns", join(member.getValue())));
                default -> words.addAll(List.of("--" + member.getKey(), member.getValue().asText()));
            }
        });
        Arguments args = new Arguments(words.toArray(String[]::new), 0, Set.of("kind"), ReadRequest.VALUED);
        return BatchRead.sortedLines(warehouse, ReadRequest.parse(args, database + "." + table));
    }

    private static String join(JsonNode array) {
        List<String> parts = new ArrayList<>();
        array.forEach(part -> parts.add(part.asText()));
        return String.join(",", parts);
    }

    private void compare(String name, List<String> expected, List<String> actual) {
        List<String> left = ordered(expected);
        List<String> right = ordered(actual);
        if (left.equals(right)) {
            return;
        }
        failed++;
        int at = 0;
        while (at < Math.min(left.size(), right.size()) && left.get(at).equals(right.get(at))) {
            at++;
        }
        System.out.println("FAIL " + name + ": " + left.size() + " lines expected, " + right.size()
                + " read, first difference at line " + (at + 1));
        System.out.println("  expected " + (at < left.size() ? left.get(at) : "the end"));
        System.out.println("  read     " + (at < right.size() ? right.get(at) : "the end"));
    }

    // Changes are ordered inside one bucket only; a stable sort by place leaves that order alone.
    private static List<String> ordered(List<String> lines) {
        List<String> sorted = new ArrayList<>(lines);
        sorted.sort(Comparator.comparingLong(VerifyCommand::snapshot).thenComparing(VerifyCommand::place));
        return sorted;
    }

    private static long snapshot(String line) {
        Matcher matcher = PLACE.matcher(line);
        return matcher.lookingAt() ? Long.parseLong(matcher.group(1)) : 0;
    }

    private static String place(String line) {
        Matcher matcher = PLACE.matcher(line);
        return matcher.lookingAt() ? matcher.group() : "";
    }
}
