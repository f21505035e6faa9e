package spillway.fuzz;

/** What a column's values must be beyond its type. */
enum Flavour {
    ANY,
    /** Few different small values, as products and keys want them. */
    SMALL,
    /** Text that is a whole number from 0 to 99, which casts to every number. */
    NUMERIC_TEXT,
    /** Short row kinds, for rowkind.field. */
    ROW_KIND,
    /** No NaN: it equals everything in Java's generated comparison, so order would be undefined. */
    ORDERED,
    /** Neither NaN nor infinite: a decimal can be made of it. */
    FINITE,
    /** What the bitmap and sketch functions take. */
    BITMAP32,
    HLL_SKETCH,
    THETA_SKETCH;

    /** The type and the meaning hang together: no schema change may touch such a column. */
    boolean fixed() {
        return this == ROW_KIND || ordinal() >= BITMAP32.ordinal();
    }
}
