// Batches made by others as batches of the table: columns found by name, laid out and typed as the table's.
import { type Field, LakeError, printType } from '../../base/index.ts';
import {
  type Batch,
  constantVector,
  type IntVector,
  isValid,
  nullVector,
  resolveFit,
  type Vector,
  valueAt,
} from '../../codec/index.ts';
import type { WritePlan } from '../data-file/index.ts';
import type { BadCells } from './bad-rows.ts';
import { checkLayout } from './check-layout.ts';
import { KIND_MEMBER, type KindBatch, kindOf } from './rows-to-batch.ts';

/**
 * A batch with all columns of the table, in their order.
 *
 * Shape   columns are found by name; missing ones are their default, else null. Values become the column's
 *         type as `resolveFit` says; rows with one that does not go to `bad`. Without `kinds` a column
 *         `_kind` that the table does not have says them: text, or numbers as `kinds` has.
 * Errors  COLUMN_MISSING naming the columns the table does not have; ARGUMENT_INVALID naming a column of a
 *         type that its column takes no value of, or that is not laid out as its type says.
 */
export function fitBatch(
  plan: WritePlan,
  given: { readonly batch: Batch; readonly kinds: Int8Array | undefined },
  bad: BadCells,
): KindBatch {
  const own = new Set(plan.fields.map((field) => field.name));
  checkLayout(given.batch);
  const { batch, kinds } = own.has(KIND_MEMBER) ? given : splitKinds(given, bad);
  checkNames(batch.fields, own);
  const columns = plan.fields.map((field): Vector => {
    const c = batch.fields.findIndex(({ name }) => name === field.name);
    if (c < 0) return constantVector(field.type, plan.defaults.get(field.name) ?? null, batch.rowCount);
    return fitColumn(batch.fields[c] as Field, batch.columns[c] as Vector, { field, bad });
  });
  const full: Batch = { fields: plan.fields, rowCount: batch.rowCount, columns };
  return { batch: full, kinds: kinds ?? new Int8Array(batch.rowCount) };
}

/** Refuses columns the table does not have, and two of one name. */
function checkNames(given: readonly Field[], own: ReadonlySet<string>): void {
  const names = given.map(({ name }) => name);
  const extra = names.filter((name) => !own.has(name));
  if (extra.length > 0) {
    const many = extra.length === 1 ? 'column' : 'columns';
    const text = `The table has no ${many} ${extra.join(', ')}; it has ${[...own].join(', ')}.`;
    throw new LakeError('COLUMN_MISSING', text, { columns: extra });
  }
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new LakeError('ARGUMENT_INVALID', `The input has two columns of the name ${twice}.`);
}

function fitColumn(
  given: Field,
  vector: Vector,
  { field, bad }: { readonly field: Field; readonly bad: BadCells },
): Vector {
  const fit = resolveFit(given.type, field.type);
  if (fit !== undefined) {
    const [column, type] = [field.name, printType(field.type)];
    return fit(vector, (row, reason) => bad.add(row, { column, type, reason }));
  }
  // A column of nulls has a type only because it must have one.
  if (isAllNull(vector)) return nullVector(field.type, vector.length);
  const types = `${printType(given.type)} is not written as ${printType(field.type)}`;
  const text = `Column ${field.name}: ${types}; cast it first.`;
  throw new LakeError('ARGUMENT_INVALID', text, { column: field.name });
}

function isAllNull(vector: Vector): boolean {
  if (vector.validity === null) return vector.length === 0;
  for (let i = 0; i < vector.length; i++) if (isValid(vector, i)) return false;
  return true;
}

/** The column of kinds taken out of a batch. */
function splitKinds(
  given: { readonly batch: Batch; readonly kinds: Int8Array | undefined },
  bad: BadCells,
): { readonly batch: Batch; readonly kinds: Int8Array | undefined } {
  const { batch } = given;
  const at = batch.fields.findIndex(({ name }) => name === KIND_MEMBER);
  if (at < 0 || given.kinds !== undefined) return given;
  const { type } = batch.fields[at] as Field;
  const vector = batch.columns[at] as Vector;
  const others = <T>(list: readonly T[]): readonly T[] => list.filter((_, c) => c !== at);
  const rest = { ...batch, fields: others(batch.fields), columns: others(batch.columns) };
  if (type.kind === 'CHAR' || type.kind === 'VARCHAR') {
    const text = (i: number): string | null => {
      const value = valueAt(vector, i);
      return value === null ? null : Buffer.from(value as Uint8Array).toString('utf8');
    };
    return {
      batch: rest,
      kinds: Int8Array.from({ length: batch.rowCount }, (_, i) => kindOf(text(i), i, bad)),
    };
  }
  if (type.kind !== 'TINYINT') {
    const text = `Column ${KIND_MEMBER} is ${printType(type)}; kinds are text, +I -U +U -D, or TINYINT.`;
    throw new LakeError('ARGUMENT_INVALID', text, { column: KIND_MEMBER });
  }
  const { values } = vector as IntVector;
  const kinds = new Int8Array(batch.rowCount);
  for (let i = 0; i < batch.rowCount; i++) {
    const kind = isValid(vector, i) ? (values[i] as number) : 0;
    if (kind >= 0 && kind <= 3) kinds[i] = kind;
    else bad.add(i, { column: KIND_MEMBER, reason: `${kind} is none of 0 to 3` });
  }
  return { batch: rest, kinds };
}
