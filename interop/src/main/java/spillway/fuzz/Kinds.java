package spillway.fuzz;

import org.apache.paimon.types.RowKind;

/** Which row kinds a table is written with. */
enum Kinds {
    INSERTS,
    INSERTS_AND_DELETES,
    /** Any kind in any order, as a broken source would send them. */
    ANY,
    /** What a database's change log looks like: old and new values of the same row. */
    CHANGELOG;

    RowKind draw(Dice dice) {
        return switch (this) {
            case INSERTS -> RowKind.INSERT;
            case INSERTS_AND_DELETES -> dice.chance(0.2) ? RowKind.DELETE : RowKind.INSERT;
            default -> dice.oneOf(
                    RowKind.INSERT, RowKind.INSERT, RowKind.INSERT, RowKind.UPDATE_AFTER,
                    RowKind.UPDATE_AFTER, RowKind.UPDATE_BEFORE, RowKind.DELETE, RowKind.DELETE);
        };
    }
}
