package spillway.read;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.paimon.predicate.Predicate;
import org.apache.paimon.predicate.PredicateBuilder;
import org.apache.paimon.types.DataType;
import org.apache.paimon.types.RowType;
import org.apache.paimon.utils.TypeUtils;
import spillway.UsageException;

/**
 * Parses a filter: conjunctions of comparisons, {@code is [not] null}, {@code in (...)} and
 * {@code like 'x%'}. Names with blanks stand in back-ticks; literals are in the project's encoding, texts in
 * single quotes.
 */
public final class FilterText {

    private static final Pattern TOKEN = Pattern.compile(
            "\\s*(`[^`]*`|'(?:[^']|'')*'|<=|>=|!=|[=<>(),]|[^\\s=<>!(),'`]+)");

    private final RowType type;
    private final PredicateBuilder builder;
    private final List<String> tokens = new ArrayList<>();
    private int next;

    private FilterText(String text, RowType type) {
        this.type = type;
        this.builder = new PredicateBuilder(type);
        Matcher matcher = TOKEN.matcher(text.strip());
        int end = 0;
        while (matcher.lookingAt()) {
            tokens.add(matcher.group(1));
            end = matcher.end();
            matcher.region(end, text.strip().length());
        }
        if (end != text.strip().length()) {
            throw new UsageException("cannot read filter at offset " + end + ": " + text);
        }
    }

    public static Predicate parse(String text, RowType type) {
        FilterText parser = new FilterText(text, type);
        List<Predicate> all = new ArrayList<>();
        do {
            all.add(parser.comparison());
        } while (parser.accept("and"));
        if (parser.next != parser.tokens.size()) {
            throw new UsageException(
                    "unexpected '" + parser.tokens.get(parser.next) + "' in filter: " + text);
        }
        return PredicateBuilder.and(all);
    }

    private Predicate comparison() {
        String name = take();
        int index = type.getFieldIndex(name.startsWith("`") ? name.substring(1, name.length() - 1) : name);
        if (index < 0) {
            throw new UsageException("unknown column " + name + " in filter");
        }
        DataType columnType = type.getTypeAt(index);
        String operator = take().toLowerCase();
        switch (operator) {
            case "=": return builder.equal(index, literal(columnType));
            case "!=": return builder.notEqual(index, literal(columnType));
            case "<": return builder.lessThan(index, literal(columnType));
            case "<=": return builder.lessOrEqual(index, literal(columnType));
            case ">": return builder.greaterThan(index, literal(columnType));
            case ">=": return builder.greaterOrEqual(index, literal(columnType));
            case "like": return builder.like(index, literal(columnType));
            case "is": {
                boolean not = accept("not");
                expect("null");
                return not ? builder.isNotNull(index) : builder.isNull(index);
            }
            case "in": {
                expect("(");
                List<Object> literals = new ArrayList<>();
                do {
                    literals.add(literal(columnType));
                } while (accept(","));
                expect(")");
                return builder.in(index, literals);
            }
            default: throw new UsageException("unknown operator " + operator + " in filter");
        }
    }

    private Object literal(DataType columnType) {
        String token = take();
        boolean quoted = token.startsWith("'");
        String text = quoted ? token.substring(1, token.length() - 1).replace("''", "'") : token;
        return switch (columnType.getTypeRoot()) {
            case BINARY, VARBINARY -> HexFormat.of().parseHex(text);
            case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
                TypeUtils.castFromString(text.replace('T', ' ').replace("Z", ""), columnType);
            default -> TypeUtils.castFromString(text, columnType);
        };
    }

    private String take() {
        if (next >= tokens.size()) {
            throw new UsageException("the filter ends too early");
        }
        return tokens.get(next++);
    }

    private boolean accept(String word) {
        boolean there = next < tokens.size() && tokens.get(next).equalsIgnoreCase(word);
        next += there ? 1 : 0;
        return there;
    }

    private void expect(String word) {
        if (!accept(word)) {
            throw new UsageException("expected " + word + " in filter");
        }
    }
}
