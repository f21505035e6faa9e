// System tables that are another reading of the table's own rows: `$audit_log`, `$binlog`, `$ro`.
import { type DataType, type Field, LENGTH_MAX } from '../../base/index.ts';
import {
  type Batch,
  concatBatches,
  type IntVector,
  type ListVector,
  sliceBatch,
  take,
  type Vector,
  vectorOf,
} from '../../codec/index.ts';
import { joinAnd, type Predicate, splitAnd } from '../../format/index.ts';
import { SEQUENCE_NUMBER_FIELD, UPDATE_BEFORE } from '../../tree/index.ts';
import { pickByColumns } from '../plan/conditions.ts';
import { planScan } from '../plan/plan-scan.ts';
import type { Split, SplitFile } from '../plan/split.ts';
import { type ReadRequest, readPlan } from '../read/read-plan.ts';
import type { Table } from '../table.ts';
import { flag } from '../table-options.ts';
import type { OpenSystemTable, SystemRead } from './system-table.ts';

const STRING: DataType = { kind: 'VARCHAR', nullable: true, length: LENGTH_MAX };

/** Source: Paimon, table/SpecialFields.java (ROW_KIND). */
const ROWKIND_FIELD: Field = { id: 2147483643, name: 'rowkind', type: STRING };

const KIND_TEXTS = vectorOf(STRING, ['+I', '-U', '+U', '-D']);

/**
 * `$audit_log`: the rows of a read with their kinds in front, keys whose last row takes them away among them.
 *
 * Shape   `rowkind` STRING, with `table-read.sequence-number.enabled` then `_SEQUENCE_NUMBER`, then the
 *         table's columns. Travels in time and reads increments as the table does.
 * Source  Paimon, table/system/AuditLogTable.java.
 */
export function auditLog(table: Table): OpenSystemTable {
  const special = specialFields(table);
  return {
    fields: [...special, ...table.schema.fields],
    async *read(engine, signal, asked = {}) {
      const data = askedFields(table, asked);
      const fields = [...special, ...data];
      const read = { ...dataFilter(table, asked), ...(signal === undefined ? {} : { signal }) };
      const { splits } = await planScan(table, read);
      if (splits.length === 0) return;
      const request = { ...kindRequest(table, data), ...read, engine: await engine() };
      for await (const batch of readPlan(table, splits, request)) {
        yield { fields, rowCount: batch.rowCount, columns: kindFirst(data.length, batch) };
      }
    },
  };
}

/**
 * `$binlog`: as `$audit_log`, every value in an array; in increments a -U and the row after it are one row of
 * two values, which has the second one's kind.
 *
 * Limits  holds one row back while its other half is not read.
 * Source  Paimon, table/system/BinlogTable.java, reader/PackChangelogReader.java.
 */
export function binlog(table: Table): OpenSystemTable {
  const special = specialFields(table);
  return {
    fields: [...special, ...table.schema.fields.map(arrayOf)],
    async *read(engine, signal, asked = {}) {
      const data = askedFields(table, asked);
      const fields = [...special, ...data.map(arrayOf)];
      const cancel = signal === undefined ? {} : { signal };
      const { splits } = await planScan(table, cancel);
      if (splits.length === 0) return;
      const request = { ...kindRequest(table, data), ...cancel, engine: await engine() };
      for (const split of splits) {
        const pairs = split.kind === 'data' && split.way === 'as-written';
        for await (const batch of wholePairs(readPlan(table, [split], request), pairs)) {
          yield packed(data.length, fields, batch, pairs);
        }
      }
    },
  };
}

/**
 * `$ro`: of primary-key tables only what is fully compacted, which needs no merge; other tables as they are.
 *
 * Source  Paimon, table/system/ReadOptimizedTable.java.
 */
export function readOptimized(table: Table): OpenSystemTable {
  const { schema, options } = table;
  const top = options.numLevels - 1;
  const level = schema.primaryKeys.length === 0 ? undefined : (n: number) => n === top;
  return {
    fields: schema.fields,
    async *read(engine, signal, asked = {}) {
      const read = { ...dataFilter(table, asked), ...(signal === undefined ? {} : { signal }) };
      const plan = await planScan(table, { ...read, ...(level === undefined ? {} : { level }) });
      const splits = level === undefined ? plan.splits : plan.splits.map((s) => onlyLevel(s, level));
      if (splits.length === 0) return;
      const columns = askedFields(table, asked).map((field) => field.name);
      yield* readPlan(table, splits, { ...read, columns, engine: await engine() });
    },
  };
}

/** Plans of increments do not look at levels. */
function onlyLevel(split: Split, level: (level: number) => boolean): Split {
  const keep = (files: readonly SplitFile[]): readonly SplitFile[] =>
    files.filter(({ file }) => level(file.level));
  return split.kind === 'data'
    ? { ...split, files: keep(split.files) }
    : { ...split, before: keep(split.before), after: keep(split.after) };
}

function withSequence(table: Table): boolean {
  const { schema, options } = table;
  return schema.primaryKeys.length > 0 && flag(options.raw, 'table-read.sequence-number.enabled', false);
}

function specialFields(table: Table): readonly Field[] {
  return withSequence(table) ? [ROWKIND_FIELD, SEQUENCE_NUMBER_FIELD] : [ROWKIND_FIELD];
}

function kindRequest(table: Table, data: readonly Field[]): Omit<ReadRequest, 'engine'> {
  const columns = data.map((field) => field.name);
  return { columns, kind: true, keepDeletes: true, ...(withSequence(table) ? { sequence: true } : {}) };
}

/** The table's columns that were asked for, in its order. */
function askedFields(table: Table, { columns }: SystemRead): readonly Field[] {
  const { fields } = table.schema;
  return columns === undefined ? fields : fields.filter((field) => columns.includes(field.name));
}

/** The part of a filter that is about the table's own columns. */
function dataFilter(table: Table, { filter }: SystemRead): { readonly filter?: Predicate } {
  const names = table.schema.fields.map((field) => field.name);
  const own = pickByColumns(splitAnd(filter), names).picked;
  const joined = joinAnd(own);
  return joined === undefined ? {} : { filter: joined };
}

/** Source: Paimon, table/system/BinlogTable.java (rowType). */
function arrayOf(field: Field): Field {
  const element: DataType = { ...field.type, nullable: true };
  return { ...field, type: { kind: 'ARRAY', nullable: true, element } };
}

/**
 * The columns of a batch of `length` data columns that ends with (the sequence number and) the kind, these
 * put first.
 */
function kindFirst(length: number, batch: Batch): readonly Vector[] {
  const kinds = kindsOf(batch);
  const texts = take(KIND_TEXTS, Int32Array.from(kinds.values.subarray(0, batch.rowCount)));
  return [texts, ...batch.columns.slice(length, -1), ...batch.columns.slice(0, length)];
}

function kindsOf(batch: Batch): IntVector {
  return batch.columns.at(-1) as IntVector;
}

/** The batches cut so that no -U is parted from the row after it. */
async function* wholePairs(
  batches: AsyncIterable<Batch>,
  pairs: boolean,
): AsyncGenerator<Batch, void, undefined> {
  let held: Batch | undefined;
  for await (const next of batches) {
    const batch: Batch = held === undefined ? next : concatBatches([held, next]);
    held = undefined;
    const { rowCount } = batch;
    const open = pairs && (pairStarts(batch).at(-1) as number) === rowCount - 1;
    if (open && kindsOf(batch).values[rowCount - 1] === UPDATE_BEFORE) {
      held = sliceBatch(batch, rowCount - 1, rowCount);
      if (rowCount > 1) yield sliceBatch(batch, 0, rowCount - 1);
    } else yield batch;
  }
  if (held !== undefined) yield held;
}

/** The first row of every pair or single row. */
function pairStarts(batch: Batch): Int32Array {
  const kinds = kindsOf(batch).values;
  const starts = new Int32Array(batch.rowCount);
  let count = 0;
  for (let row = 0; row < batch.rowCount; row++) {
    starts[count++] = row;
    if (kinds[row] === UPDATE_BEFORE) row++;
  }
  return starts.subarray(0, count);
}

function packed(dataColumns: number, fields: readonly Field[], batch: Batch, pairs: boolean): Batch {
  const starts = pairs ? pairStarts(batch) : Int32Array.from({ length: batch.rowCount }, (_, row) => row);
  const length = starts.length;
  const offsets = new Int32Array(length + 1);
  offsets.set(starts);
  offsets[length] = batch.rowCount;
  const firsts = (vector: Vector): Vector => take(vector, starts);
  const lasts = Int32Array.from(starts, (_, i) => (offsets[i + 1] as number) - 1);
  const [texts, ...rest] = kindFirst(dataColumns, batch);
  const sequences = rest.slice(0, rest.length - dataColumns);
  const values = rest.slice(sequences.length);
  const columns = [
    take(texts as Vector, lasts),
    ...sequences.map(firsts),
    ...values.map((child): ListVector => ({ layout: 'list', length, validity: null, offsets, child })),
  ];
  return { fields, rowCount: length, columns };
}
