// Which columns of a data file become which columns of the read: by field id, through the schema the file
// was written with.
import type { Field } from '../../base/index.ts';
import {
  type Batch,
  castableInPlace,
  constantVector,
  holdsMaps,
  inHashMapOrder,
  type Value,
  type Vector,
} from '../../codec/index.ts';
import type { DataFileMeta, TableSchema } from '../../format/index.ts';
import { SEQUENCE_NUMBER_FIELD, VALUE_KIND_FIELD } from '../../tree/index.ts';
import { type Evolve, evolveColumn } from './evolve.ts';

/**
 * The way from a file's columns to the wanted ones.
 *
 * Shape   `fileFields` are to be read from the file, named and typed as it was written; `shape` turns a
 *         batch of them into columns of the wanted fields, and `shapeAvro` one out of an Avro file, whose
 *         maps Java holds in another order when they become text.
 */
export interface FileColumns {
  readonly fileFields: readonly Field[];
  readonly shape: (columns: readonly Vector[], rowCount: number) => Vector[];
  readonly shapeAvro: (columns: readonly Vector[], rowCount: number) => Vector[];
  /**
   * By wanted field: the file's own field when its values are read unchanged, for conditions pushed into
   * the file.
   */
  readonly unchanged: readonly (Field | undefined)[];
}

type Source =
  | { readonly kind: 'file'; readonly at: number; readonly evolve: Evolve }
  | { readonly kind: 'constant'; readonly field: Field; readonly value: Value };

/**
 * Resolves the wanted columns in one file.
 *
 * Shape   `wanted` fields of the table's schema, or the two system columns of merged rows. `partition`:
 *         values of the table's partition columns by name, which are never read from the file.
 * Source  Paimon, utils/FormatReaderMapping.java. Keys are taken from the value columns, so `_KEY_` columns
 *         are never read.
 */
export function resolveColumns(
  file: Pick<DataFileMeta, 'writeCols'>,
  fileSchema: TableSchema,
  wanted: readonly Field[],
  partition: ReadonlyMap<string, Value>,
): FileColumns {
  const fileFields: Field[] = [];
  const unchanged: (Field | undefined)[] = [];
  const storedById = storedFields(file, fileSchema);
  const sources = wanted.map((field): Source => {
    const value = partition.get(field.name);
    const stored = value === undefined ? storedField(storedById, field) : undefined;
    const evolve = stored === undefined ? undefined : evolveColumn(stored.type, field.type);
    if (stored === undefined || evolve === undefined) {
      unchanged.push(undefined);
      return { kind: 'constant', field, value: value ?? null };
    }
    unchanged.push(castableInPlace(stored.type, field.type) ? stored : undefined);
    return { kind: 'file', at: fileFields.push(stored) - 1, evolve };
  });
  const shape = (columns: readonly Vector[], rowCount: number): Vector[] =>
    sources.map((source) =>
      source.kind === 'file'
        ? source.evolve(columns[source.at] as Vector)
        : constantVector(source.field.type, source.value, rowCount),
    );
  const kept = new Set<number>();
  for (const [i, source] of sources.entries()) {
    if (source.kind === 'file' && unchanged[i] === fileFields[source.at]) kept.add(source.at);
  }
  const reordered = fileFields.map((stored, at) => !kept.has(at) && holdsMaps(stored.type));
  const shapeAvro = (columns: readonly Vector[], rowCount: number): Vector[] => {
    const ordered = columns.map((column, at) =>
      reordered[at] === true ? inHashMapOrder((fileFields[at] as Field).type, column) : column,
    );
    return shape(ordered, rowCount);
  };
  return { fileFields, shape, shapeAvro, unchanged };
}

/** The columns a file holds, by their ids; of fields with the same id the first counts. */
function storedFields(
  { writeCols }: Pick<DataFileMeta, 'writeCols'>,
  { fields, partitionKeys }: TableSchema,
): ReadonlyMap<number, Field> {
  const written = writeCols === undefined ? undefined : new Set(writeCols);
  const partitions = new Set(partitionKeys);
  const stored = new Map<number, Field>();
  for (const field of fields.toReversed()) {
    const holds = !partitions.has(field.name) && (written === undefined || written.has(field.name));
    if (holds) stored.set(field.id, field);
    else stored.delete(field.id);
  }
  return stored;
}

function storedField(stored: ReadonlyMap<number, Field>, wanted: Field): Field | undefined {
  return isSystemField(wanted) ? wanted : stored.get(wanted.id);
}

/** The row's number in a table with row tracking. Source: Paimon, table/SpecialFields.java. */
export const ROW_ID_FIELD: Field = {
  id: 2147483642,
  name: '_ROW_ID',
  type: { kind: 'BIGINT', nullable: false },
};

/**
 * True for columns that files hold beside the table's: the sequence number and the row kind in every file of
 * a primary-key table, sequence number and row id in some files with row tracking.
 */
export function isSystemField(field: Field): boolean {
  const { id } = field;
  return id === SEQUENCE_NUMBER_FIELD.id || id === VALUE_KIND_FIELD.id || id === ROW_ID_FIELD.id;
}

/** The columns of these names, in that order, as a batch of their own. */
export function projectBatch(batch: Batch, fields: readonly Field[]): Batch {
  const columns = fields.map((field) => {
    const at = batch.fields.findIndex((f) => f.id === field.id);
    return batch.columns[at] as Vector;
  });
  return { fields, rowCount: batch.rowCount, columns };
}
