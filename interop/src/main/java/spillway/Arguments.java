package spillway;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Command-line words: what comes by position, and {@code --name value} options. */
public final class Arguments {

    private final List<String> positional = new ArrayList<>();
    private final Map<String, List<String>> options = new HashMap<>();

    /** {@code flags} take no value; {@code valued} do. Anything else starting with "--" is refused. */
    public Arguments(String[] words, int start, Set<String> flags, Set<String> valued) {
        for (int i = start; i < words.length; i++) {
            if (!words[i].startsWith("--")) {
                positional.add(words[i]);
                continue;
            }
            String name = words[i].substring(2);
            if (flags.contains(name)) {
                options.computeIfAbsent(name, k -> new ArrayList<>()).add("true");
            } else if (valued.contains(name) && i + 1 < words.length) {
                options.computeIfAbsent(name, k -> new ArrayList<>()).add(words[++i]);
            } else {
                throw new UsageException("option --" + name + " is unknown here, or lacks its value");
            }
        }
    }

    public String at(int index, String name) {
        if (index >= positional.size()) {
            throw new UsageException("missing argument " + name);
        }
        return positional.get(index);
    }

    public boolean has(String name) {
        return options.containsKey(name);
    }

    /** The last value given for an option, or null. */
    public String value(String name) {
        List<String> values = options.get(name);
        return values == null ? null : values.get(values.size() - 1);
    }

    public List<String> values(String name) {
        return options.getOrDefault(name, List.of());
    }

    public long number(String name, long fallback) {
        return has(name) ? Long.parseLong(value(name)) : fallback;
    }

    public long numberAt(int index, String name) {
        return Long.parseLong(at(index, name).replace("_", ""));
    }
}
