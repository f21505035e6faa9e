// How the columns of a statement become the fields a caller asked for: read as they are, or cast by DuckDB
// first.
import { type Field, LakeError } from '../../base/index.ts';
import { duckTypeOf, quoteName } from '../sql-text.ts';
import { type DuckType, paimonTypeOf, type Shape, shapeOf } from './duck-type.ts';

/** One result column as prepared. */
export interface ResultColumn {
  readonly name: string;
  readonly type: DuckType;
}

/**
 * What to do with a result.
 *
 * Shape   `shapes[i]` reads column i; where it is undefined the column has to be cast to `casts[i]` (a DuckDB
 *         type) first.
 */
export interface ResultPlan {
  readonly fields: readonly Field[];
  readonly shapes: readonly (Shape | undefined)[];
  readonly casts: readonly (string | undefined)[];
}

/**
 * Plans the columns of a result.
 *
 * Errors  ARGUMENT_INVALID when `fields` are not as many as the columns.
 */
export function planResult(
  columns: readonly ResultColumn[],
  fields: readonly Field[] | undefined,
): ResultPlan {
  if (fields !== undefined && fields.length !== columns.length) {
    const text = `The statement has ${columns.length} columns, ${fields.length} fields were given.`;
    throw new LakeError('ARGUMENT_INVALID', text);
  }
  const out = fields ?? columns.map((c, id) => ({ id, name: c.name, type: paimonTypeOf(c.type) }));
  const shapes = columns.map((c, i) => shapeOf(c.type, (out[i] as Field).type));
  const casts = shapes.map((s, i) => (s === undefined ? duckTypeOf((out[i] as Field).type) : undefined));
  return { fields: out, shapes, casts };
}

/** The statement with the columns that need it cast; row order stays as it is. */
export function castColumns(sql: string, casts: readonly (string | undefined)[]): string {
  const names = casts.map((_, i) => quoteName(`c${i}`));
  const list = casts.map((type, i) => (type === undefined ? names[i] : `CAST(${names[i]} AS ${type})`));
  const inner = sql.replace(/[\s;]+$/, '');
  return `SELECT ${list.join(', ')} FROM (\n${inner}\n) AS result(${names.join(', ')})`;
}
