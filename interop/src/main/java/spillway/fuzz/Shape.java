package spillway.fuzz;

/** The kinds of tables made in turn. */
enum Shape {
    DEDUPLICATE("dedup", true),
    FIRST_ROW("first", true),
    PARTIAL_PLAIN("partial", true),
    PARTIAL_GROUPS("groups", true),
    AGGREGATE("agg", true),
    AGGREGATE_RETRACT("retract", true),
    APPEND("append", false),
    APPEND_BUCKETED("bucketed", false);

    final String label;
    final boolean keyed;

    Shape(String label, boolean keyed) {
        this.label = label;
        this.keyed = keyed;
    }
}
