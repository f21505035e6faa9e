// Single expectations about the rows of one data file. Each sees all batches, then says what is wrong.
import type { Field } from '../../base/index.ts';
import {
  type Batch,
  compareRows,
  compareValues,
  decodeRow,
  isValid,
  type LongVector,
  type Value,
  type Vector,
  valueAt,
} from '../../codec/index.ts';
import {
  bucketFunction,
  bucketKeys,
  fieldsOf,
  type ManifestEntry,
  POSTPONE_BUCKET,
  StatsEvolution,
  type TableSchema,
  trimmedPrimaryKeys,
} from '../../format/index.ts';
import { isRetract } from '../../tree/index.ts';
import type { Table } from '../table.ts';
import type { Rule } from './problem.ts';

/** One expectation. `finish` gives what is wrong, undefined when nothing is. */
export interface RowCheck {
  readonly rule: Rule;
  batch(batch: Batch): void;
  finish(): string | undefined;
}

/**
 * A file and how it is read: `fields` are the columns of the batches, for primary-key tables the two of a
 * merge last.
 */
export interface FileUnderCheck {
  readonly table: Table;
  readonly schema: TableSchema;
  readonly entry: ManifestEntry;
  readonly role: 'data' | 'changelog';
  readonly fields: readonly Field[];
}

/**
 * Everything that must hold in a file. Changelog files hold several rows of a key in the order they happened.
 */
export function fileExpectations(under: FileUnderCheck): readonly RowCheck[] {
  const { table, entry, role } = under;
  const keyed = table.schema.primaryKeys.length > 0;
  const checks: RowCheck[] = [rowCount(under)];
  if (keyed) checks.push(rowKinds(under), ...bucketOfKeys(under));
  else checks.push(...bucketOfKeys(under));
  if (role === 'changelog') return checks;
  if (keyed) checks.push(deleteCount(under), sequenceNumbers(under));
  if (keyed) checks.push(keyCopy(under));
  if (keyed && entry.bucket !== POSTPONE_BUCKET) checks.push(keyOrder(under), keyBounds(under));
  return [...checks, ...columnStats(under), ...notNull(under)];
}

function rowCount({ entry }: FileUnderCheck): RowCheck {
  let rows = 0n;
  return {
    rule: 'rows',
    batch: (batch) => {
      rows += BigInt(batch.rowCount);
    },
    finish: () => differs('rows', rows, entry.file.rowCount),
  };
}

function rowKinds({ fields }: FileUnderCheck): RowCheck {
  let bad: number | undefined;
  return {
    rule: 'rows',
    batch: ({ columns, rowCount }) => {
      for (let row = 0; row < rowCount; row++) {
        const kind = kindAt(columns, fields, row);
        if (kind < 0 || kind > 3) bad = kind;
      }
    },
    finish: () => (bad === undefined ? undefined : `a row has kind ${bad}`),
  };
}

function deleteCount({ entry, fields }: FileUnderCheck): RowCheck {
  let deletes = 0n;
  return {
    rule: 'deletes',
    batch: ({ columns, rowCount }) => {
      for (let row = 0; row < rowCount; row++) if (isRetract(kindAt(columns, fields, row))) deletes++;
    },
    finish: () => {
      const said = entry.file.deleteRowCount;
      return said === undefined ? undefined : differs('rows that take keys away', deletes, said);
    },
  };
}

function sequenceNumbers({ entry, fields }: FileUnderCheck): RowCheck {
  let min: bigint | undefined;
  let max: bigint | undefined;
  return {
    rule: 'sequence',
    batch: ({ columns, rowCount }) => {
      const { values } = columns[fields.length - 2] as LongVector;
      for (let row = 0; row < rowCount; row++) {
        const value = values[row] as bigint;
        if (min === undefined || value < min) min = value;
        if (max === undefined || value > max) max = value;
      }
    },
    finish: () => {
      const { minSequenceNumber, maxSequenceNumber } = entry.file;
      if (min === undefined || max === undefined) return undefined;
      if (min === minSequenceNumber && max === maxSequenceNumber) return undefined;
      const said = `${minSequenceNumber} to ${maxSequenceNumber}`;
      return `its sequence numbers go from ${min} to ${max}, metadata says ${said}`;
    },
  };
}

/** Keys ascend, and none stands twice: a merge finds them by that. */
function keyOrder({ schema, fields }: FileUnderCheck): RowCheck {
  const { types, positions } = keyOf(schema, fields);
  let last: readonly Value[] | undefined;
  let at = 0;
  let bad: string | undefined;
  return {
    rule: 'keys',
    batch: ({ columns, rowCount }) => {
      for (let row = 0; row < rowCount; row++, at++) {
        const key = keyAt(columns, positions, row);
        const order = last === undefined ? -1 : compareRows(types, last, key);
        if (order >= 0) bad ??= `the key of row ${at} is not above that of the row before`;
        last = key;
      }
    },
    finish: () => bad,
  };
}

function keyBounds({ schema, fields, entry }: FileUnderCheck): RowCheck {
  const { types, positions } = keyOf(schema, fields);
  let first: readonly Value[] | undefined;
  let last: readonly Value[] | undefined;
  return {
    rule: 'keys',
    batch: ({ columns, rowCount }) => {
      first ??= keyAt(columns, positions, 0);
      last = keyAt(columns, positions, rowCount - 1);
    },
    finish: () => {
      const { minKey, maxKey, fileName } = entry.file;
      if (first === undefined || last === undefined) return undefined;
      if (compareRows(types, first, decodeRow(types, minKey, fileName)) !== 0) {
        return 'its first key is not the one metadata says';
      }
      if (compareRows(types, last, decodeRow(types, maxKey, fileName)) !== 0) {
        return 'its last key is not the one metadata says';
      }
      return undefined;
    },
  };
}

/**
 * Where ids of the copies of key columns begin. Source: Paimon, table/SpecialFields.java
 * (KEY_FIELD_ID_START).
 */
const KEY_COPY_ID_START = 2147483647 - 10_000;

/**
 * The copies of the key columns that files hold in front, unless they were written in thin mode; nullable, to
 * see that.
 */
export function keyCopies(schema: TableSchema): readonly Field[] {
  return fieldsOf(schema, trimmedPrimaryKeys(schema)).map((field) => ({
    id: field.id + KEY_COPY_ID_START,
    name: `_KEY_${field.name}`,
    type: { ...field.type, nullable: true },
  }));
}

/** Java merges by the copies and gives the columns themselves. */
function keyCopy({ schema, fields }: FileUnderCheck): RowCheck {
  const { types, positions } = keyOf(schema, fields);
  const copies = keyCopies(schema).map((copy) => fields.findIndex((field) => field.id === copy.id));
  let at = 0;
  let bad: string | undefined;
  let thin: boolean | undefined;
  return {
    rule: 'keys',
    batch: ({ columns, rowCount }) => {
      thin ??= keyAt(columns, copies, 0).every((cell) => cell === null);
      for (let row = 0; !thin && row < rowCount; row++, at++) {
        const [key, copy] = [keyAt(columns, positions, row), keyAt(columns, copies, row)];
        if (compareRows(types, key, copy) !== 0)
          bad ??= `the key columns of row ${at} differ from their copies`;
      }
    },
    finish: () => bad,
  };
}

/** Every row is in the bucket its key hashes to; only where the number of buckets is fixed. */
function bucketOfKeys({ table, schema, fields, entry }: FileUnderCheck): readonly RowCheck[] {
  const { bucket, totalBuckets } = entry;
  const names = bucketKeys(schema);
  if (bucket < 0 || totalBuckets <= 0 || names.length === 0) return [];
  const types = fieldsOf(schema, names).map((field) => field.type);
  const positions = names.map((name) => fields.findIndex((field) => field.name === name));
  const bucketOf = bucketFunction(table.options.bucketFunction, types);
  let at = 0;
  let bad: string | undefined;
  return [
    {
      rule: 'bucket',
      batch: ({ columns, rowCount }) => {
        for (let row = 0; row < rowCount; row++, at++) {
          const right = bucketOf(keyAt(columns, positions, row), totalBuckets);
          if (right !== bucket)
            bad ??= `row ${at} belongs to bucket ${right}, the file is in bucket ${bucket}`;
        }
      },
      finish: () => bad,
    },
  ];
}

/** Readers leave files out by these. */
function columnStats({ schema, fields, entry }: FileUnderCheck): readonly RowCheck[] {
  const statsOf = new StatsEvolution(schema, schema).valueStats(entry.file);
  const places = new Map(fields.map((field, i) => [field.id, i]));
  return schema.fields.flatMap((field): RowCheck[] => {
    const at = places.get(field.id) ?? -1;
    const stats = statsOf(field.name);
    if (stats === undefined || schema.partitionKeys.includes(field.name)) return [];
    const { type, min, max, nullCount } = stats;
    let nulls = 0n;
    let bad: string | undefined;
    return [
      {
        rule: 'stats',
        batch: ({ columns, rowCount }) => {
          const vector = columns[at] as Vector;
          for (let row = 0; row < rowCount; row++) {
            if (!isValid(vector, row)) nulls++;
            else if (bad === undefined && (min !== null || max !== null)) {
              const value = valueAt(vector, row);
              if (min !== null && below(type, value, min))
                bad = `column ${field.name} has a value below its minimum`;
              if (max !== null && below(type, max, value))
                bad = `column ${field.name} has a value above its maximum`;
            }
          }
        },
        finish: () =>
          bad ??
          (nullCount === undefined ? undefined : differs(`nulls in column ${field.name}`, nulls, nullCount)),
      },
    ];
  });
}

/** Zeros of either sign are equal to a reader. */
function below(type: Field['type'], a: Value, b: Value): boolean {
  if (a === 0 && b === 0) return false;
  return compareValues(type, a, b) < 0;
}

/**
 * Columns that must not be null are not, but in rows that take keys away, which need no more than the key.
 */
function notNull({ schema, fields, entry, table }: FileUnderCheck): readonly RowCheck[] {
  const { writeCols } = entry.file;
  const keyed = table.schema.primaryKeys.length > 0;
  const places = new Map(fields.map((field, i) => [field.id, i]));
  return schema.fields.flatMap((field): RowCheck[] => {
    if (field.type.nullable || (writeCols !== undefined && !writeCols.includes(field.name))) return [];
    const at = places.get(field.id) ?? -1;
    let bad = false;
    return [
      {
        rule: 'nulls',
        batch: ({ columns, rowCount }) => {
          const vector = columns[at] as Vector;
          if (vector.validity === null) return;
          for (let row = 0; row < rowCount; row++) {
            if (isValid(vector, row)) continue;
            if (!keyed || !isRetract(kindAt(columns, fields, row))) bad = true;
          }
        },
        finish: () => (bad ? `column ${field.name} is NOT NULL and has nulls` : undefined),
      },
    ];
  });
}

function kindAt(columns: readonly Vector[], fields: readonly Field[], row: number): number {
  return valueAt(columns[fields.length - 1] as Vector, row) as number;
}

function keyOf(
  schema: TableSchema,
  fields: readonly Field[],
): { types: Field['type'][]; positions: number[] } {
  const keys = fieldsOf(schema, trimmedPrimaryKeys(schema));
  return {
    types: keys.map((field) => field.type),
    positions: keys.map((field) => fields.findIndex((f) => f.id === field.id)),
  };
}

function keyAt(columns: readonly Vector[], positions: readonly number[], row: number): readonly Value[] {
  return positions.map((at) => valueAt(columns[at] as Vector, row));
}

function differs(what: string, found: bigint, said: bigint): string | undefined {
  return found === said ? undefined : `it has ${found} ${what}, metadata says ${said}`;
}
