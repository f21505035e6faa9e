// Which type a column may get instead of its own.
import { type DataType, LENGTH_MAX, sameType, type TypeKind } from '../../base/index.ts';
import { resolveCast } from '../../codec/index.ts';

const CHARACTERS: readonly TypeKind[] = ['CHAR', 'VARCHAR'];
const BINARIES: readonly TypeKind[] = ['BINARY', 'VARBINARY'];
const INTEGERS: readonly TypeKind[] = ['TINYINT', 'SMALLINT', 'INT', 'BIGINT'];
const NUMBERS: readonly TypeKind[] = [...INTEGERS, 'FLOAT', 'DOUBLE', 'DECIMAL'];
const TIMESTAMPS: readonly TypeKind[] = ['TIMESTAMP', 'TIMESTAMP_LTZ'];
const TIMES: readonly TypeKind[] = ['DATE', 'TIME', ...TIMESTAMPS];
const NESTED: readonly TypeKind[] = ['ARRAY', 'MULTISET', 'MAP', 'ROW'];
const ATOMS: readonly TypeKind[] = [...CHARACTERS, 'BOOLEAN', ...BINARIES, ...NUMBERS, ...TIMES];

/** By target: what it is cast from without being asked, and what only on purpose. */
interface CastRule {
  readonly implicit: readonly TypeKind[];
  readonly explicit: readonly TypeKind[];
}

const toNumber = (...implicit: readonly TypeKind[]): CastRule => ({
  implicit,
  explicit: [...NUMBERS, ...CHARACTERS, 'BOOLEAN', ...TIMESTAMPS],
});
const toTimestamp: CastRule = { implicit: TIMESTAMPS, explicit: [...TIMES, ...CHARACTERS, ...NUMBERS] };

/** Source: Paimon, types/DataTypeCasts.java. Types not named are cast from their own kind only. */
const RULES: Readonly<Partial<Record<TypeKind, CastRule>>> = {
  CHAR: { implicit: ['CHAR'], explicit: [...ATOMS, ...NESTED] },
  VARCHAR: { implicit: CHARACTERS, explicit: [...ATOMS, ...NESTED] },
  BOOLEAN: { implicit: ['BOOLEAN'], explicit: [...CHARACTERS, ...INTEGERS] },
  BINARY: { implicit: ['BINARY'], explicit: [...CHARACTERS, 'VARBINARY'] },
  VARBINARY: { implicit: BINARIES, explicit: CHARACTERS },
  DECIMAL: toNumber(...NUMBERS),
  TINYINT: toNumber('TINYINT'),
  SMALLINT: toNumber('TINYINT', 'SMALLINT'),
  INT: toNumber('TINYINT', 'SMALLINT', 'INT'),
  BIGINT: toNumber(...INTEGERS),
  FLOAT: toNumber(...INTEGERS, 'FLOAT', 'DECIMAL'),
  DOUBLE: toNumber(...NUMBERS),
  DATE: { implicit: ['DATE', 'TIMESTAMP'], explicit: [...TIMESTAMPS, ...CHARACTERS] },
  TIME: { implicit: ['TIME', 'TIMESTAMP'], explicit: [...TIMESTAMPS, ...CHARACTERS] },
  TIMESTAMP: toTimestamp,
  TIMESTAMP_LTZ: toTimestamp,
};

/**
 * Whether a column of type `from` may become `to`: the rules allow it, and readers can cast what is stored.
 *
 * Shape   without `explicit` only what keeps every value.
 * Source  Paimon, types/DataTypeCasts.java (supportsCast), casting/CastExecutors.java (resolve).
 */
export function mayRetype(from: DataType, to: DataType, explicit: boolean): boolean {
  if (from.nullable && !to.nullable && !explicit) return false;
  const rule = RULES[to.kind];
  const allowed =
    sameType(from, to) ||
    (rule?.implicit ?? [to.kind]).includes(from.kind) ||
    (explicit && rule?.explicit.includes(from.kind) === true);
  return allowed && canCast(from, to);
}

/** Java has no cast from these kinds to themselves: a column of one cannot be given it again. */
const NO_CAST_TO_ITSELF: readonly TypeKind[] = ['BOOLEAN', 'DATE', 'TIME', ...NESTED];

/**
 * Whether Java's CastExecutors has a cast. It also differs from ours in what only nullable STRING is cast
 * from.
 */
export function canCast(from: DataType, to: DataType): boolean {
  if (from.kind === to.kind && NO_CAST_TO_ITSELF.includes(from.kind)) return false;
  const text = to.kind === 'CHAR' || to.kind === 'VARCHAR';
  if (text && TIMES.includes(from.kind)) {
    return to.nullable && to.kind === 'VARCHAR' && to.length === LENGTH_MAX;
  }
  return resolveCast(from, to) !== undefined;
}
