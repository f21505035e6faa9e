package spillway.fuzz;

import java.util.ArrayList;
import java.util.List;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.paimon.types.DataField;
import org.apache.paimon.types.RowType;

/** Random filters whose literals are values the table holds. */
final class Filters {

    private final Dice dice;
    private final RowType type;
    private final List<String> lines;

    Filters(Dice dice, RowType type, List<String> lines) {
        this.dice = dice;
        this.type = type;
        this.lines = lines;
    }

    /** A filter in the project's text form, or null when the dice found none. */
    String draw() throws Exception {
        List<String> parts = new ArrayList<>();
        for (int i = dice.oneOf(1, 1, 2); i > 0; i--) {
            String part = comparison();
            if (part != null) {
                parts.add(part);
            }
        }
        return parts.isEmpty() ? null : String.join(" and ", parts);
    }

    private String comparison() throws Exception {
        if (lines.isEmpty()) {
            return null;
        }
        DataField field = dice.pick(type.getFields());
        String name = field.name().matches("[A-Za-z_][A-Za-z0-9_]*") && !field.name().equals("Select")
                ? field.name() : "`" + field.name() + "`";
        if (dice.chance(0.12)) {
            return name + dice.oneOf(" is null", " is not null");
        }
        String literal = literal(field);
        if (literal == null) {
            return null;
        }
        if (dice.chance(0.15)) {
            String other = literal(field);
            return name + " in (" + literal + (other == null ? "" : "," + other) + ")";
        }
        boolean text = switch (field.type().getTypeRoot()) {
            case CHAR, VARCHAR -> true;
            default -> false;
        };
        if (text && dice.chance(0.25) && literal.matches("'[a-z]+'")) {
            return name + " like '" + literal.substring(1, Math.min(3, literal.length() - 1)) + "%'";
        }
        return name + " " + dice.oneOf("=", "=", "!=", "<", "<=", ">", ">=") + " " + literal;
    }

    private String literal(DataField field) throws Exception {
        JsonNode value = new ObjectMapper().readTree(dice.pick(lines)).get(field.name());
        if (value == null || value.isNull() || value.isContainerNode()) {
            return null;
        }
        String text = value.asText();
        return switch (field.type().getTypeRoot()) {
            case BOOLEAN -> text;
            case TINYINT, SMALLINT, INTEGER, BIGINT, DECIMAL -> text;
            case FLOAT, DOUBLE -> text.matches("-?\\d{1,15}(\\.\\d{1,15})?") ? text : null;
            case CHAR, VARCHAR -> text.matches("[^'\"\\\\\\p{Cntrl}]*") ? "'" + text + "'" : null;
            case DATE, TIMESTAMP_WITHOUT_TIME_ZONE -> "'" + text + "'";
            default -> null;
        };
    }
}
