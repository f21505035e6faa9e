// Rows as Parquet sees them: for each leaf its values without the nulls, and levels that say where lists
// begin and how deep each value is defined.
//
// Source  parquet-format, "Nested Encoding"; Paimon, format/parquet/writer/ParquetRowDataWriter.java.
import { type DataType, LakeError } from '../../../base/index.ts';
import { isValid, type ListVector, type StructVector, type Vector } from '../../arrow/index.ts';
import { partsOf } from './file-schema.ts';

/**
 * What a leaf takes from the rows of a batch.
 *
 * Shape   value k is row `rows[k]` of `vector`, row k when `rows` is null. One level of either kind an entry;
 *         `definition` null: all are the leaf's greatest; `repetition` null: all are 0.
 */
export interface LeafRows {
  readonly vector: Vector;
  readonly rows: Int32Array | null;
  readonly valueCount: number;
  readonly entryCount: number;
  readonly definition: Uint8Array | null;
  readonly repetition: Uint8Array | null;
}

/** Entries on their way down: `row` is the row of the vector at hand, -1 where something above is null. */
interface Entries {
  readonly count: number;
  readonly row: Int32Array;
  readonly definition: Uint8Array;
  readonly repetition: Uint8Array | null;
}

interface Walk {
  readonly column: string;
  readonly leaves: LeafRows[];
}

/**
 * Takes a column apart.
 *
 * Shape   leaves in the order of `leavesOf`. Vectors are shared, not copied.
 * Limits  up to 6 bytes an entry of each leaf below lists, 4 bytes a value where there are nulls.
 * Errors  VALUE_INVALID for a null where the type has none.
 */
export function shredColumn(column: string, type: DataType, vector: Vector): readonly LeafRows[] {
  if (!isNested(type)) return [flatLeaf(column, type, vector)];
  const row = new Int32Array(vector.length);
  for (let i = 0; i < row.length; i++) row[i] = i;
  const definition = new Uint8Array(vector.length);
  const walk: Walk = { column, leaves: [] };
  descend(walk, type, vector, { count: row.length, row, definition, repetition: null }, 0);
  return walk.leaves;
}

function isNested({ kind }: DataType): boolean {
  return kind === 'ARRAY' || kind === 'MAP' || kind === 'MULTISET' || kind === 'ROW';
}

function flatLeaf(column: string, type: DataType, vector: Vector): LeafRows {
  const { length, validity } = vector;
  const whole = { vector, rows: null, valueCount: length, entryCount: length };
  const nulls = validity === null ? 0 : length - countBits(validity, length);
  if (nulls === 0) return { ...whole, definition: null, repetition: null };
  if (!type.nullable) throw nullInside(column);
  const rows = new Int32Array(length - nulls);
  const definition = new Uint8Array(length);
  let at = 0;
  for (let i = 0; i < length; i++) {
    if ((((validity as Uint8Array)[i >> 3] as number) >> (i & 7)) & 1) {
      definition[i] = 1;
      rows[at++] = i;
    }
  }
  return { vector, rows, valueCount: at, entryCount: length, definition, repetition: null };
}

function countBits(bits: Uint8Array, length: number): number {
  let count = 0;
  const whole = length >> 3;
  for (let i = 0; i < whole; i++) count += onesOf(bits[i] as number);
  const rest = length & 7;
  return rest === 0 ? count : count + onesOf((bits[whole] as number) & ((1 << rest) - 1));
}

function onesOf(byte: number): number {
  let bits = byte;
  bits -= (bits >> 1) & 0x55;
  bits = (bits & 0x33) + ((bits >> 2) & 0x33);
  return (bits + (bits >> 4)) & 0x0f;
}

/** Walks down one type. `repetition`: how many lists are above it. */
function descend(walk: Walk, type: DataType, vector: Vector, entries: Entries, repetition: number): void {
  const present = withoutNulls(walk, type, vector, entries);
  switch (type.kind) {
    case 'ROW': {
      const { children } = vector as StructVector;
      type.fields.forEach((field, i) => {
        descend(walk, field.type, children[i] as Vector, present, repetition);
      });
      return;
    }
    case 'ARRAY': {
      const { child } = vector as ListVector;
      const elements = unrolled(vector as ListVector, present, repetition + 1);
      descend(walk, type.element, child, elements, repetition + 1);
      return;
    }
    case 'MAP':
    case 'MULTISET': {
      const pairs = (vector as ListVector).child as StructVector;
      const elements = unrolled(vector as ListVector, present, repetition + 1);
      const [key, value] = partsOf(type) as readonly [DataType, DataType];
      descend(walk, { ...key, nullable: false }, pairs.children[0] as Vector, elements, repetition + 1);
      descend(walk, value, pairs.children[1] as Vector, elements, repetition + 1);
      return;
    }
    default:
      walk.leaves.push(leafOf(vector, present));
  }
}

/** Entries that are null here end here; the others are defined one level deeper where the type has nulls. */
function withoutNulls(walk: Walk, type: DataType, vector: Vector, entries: Entries): Entries {
  const { count, repetition } = entries;
  if (!type.nullable) {
    if (vector.validity === null) return entries;
    for (let j = 0; j < count; j++) {
      const at = entries.row[j] as number;
      if (at >= 0 && !isValid(vector, at)) throw nullInside(walk.column);
    }
    return entries;
  }
  const row = entries.row.slice();
  const definition = entries.definition.slice();
  for (let j = 0; j < count; j++) {
    const at = row[j] as number;
    if (at < 0) continue;
    if (isValid(vector, at)) definition[j] = (definition[j] as number) + 1;
    else row[j] = -1;
  }
  return { count, row, definition, repetition };
}

/** One entry an element; lists that are empty or not there keep one. */
function unrolled({ offsets }: ListVector, entries: Entries, level: number): Entries {
  let count = 0;
  for (let j = 0; j < entries.count; j++) {
    const at = entries.row[j] as number;
    const size = at < 0 ? 0 : (offsets[at + 1] as number) - (offsets[at] as number);
    count += Math.max(size, 1);
  }
  const row = new Int32Array(count);
  const definition = new Uint8Array(count);
  const repetition = new Uint8Array(count);
  let to = 0;
  for (let j = 0; j < entries.count; j++) {
    const at = entries.row[j] as number;
    const first = at < 0 ? 0 : (offsets[at] as number);
    const end = at < 0 ? 0 : (offsets[at + 1] as number);
    const above = entries.definition[j] as number;
    repetition[to] = entries.repetition === null ? 0 : (entries.repetition[j] as number);
    if (first === end) {
      row[to] = -1;
      definition[to++] = above;
      continue;
    }
    for (let k = first; k < end; k++) {
      if (k > first) repetition[to] = level;
      row[to] = k;
      definition[to++] = above + 1;
    }
  }
  return { count, row, definition, repetition };
}

function leafOf(vector: Vector, entries: Entries): LeafRows {
  const { count, row, definition, repetition } = entries;
  let valueCount = 0;
  for (let j = 0; j < count; j++) if ((row[j] as number) >= 0) valueCount++;
  const rows = new Int32Array(valueCount);
  for (let j = 0, to = 0; j < count; j++) if ((row[j] as number) >= 0) rows[to++] = row[j] as number;
  return { vector, rows, valueCount, entryCount: count, definition, repetition };
}

function nullInside(column: string): LakeError {
  return new LakeError('VALUE_INVALID', `Column ${column}: a null where its type is NOT NULL.`, { column });
}
