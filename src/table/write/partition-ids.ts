// Partitions by number: rows of one partition are told by their values, not by encoding them each time.
import type { DataType } from '../../base/index.ts';
import { type BytesVector, encodeRow, isValid, type Value, type Vector, valueAt } from '../../codec/index.ts';

/** What a value is looked up by: itself, or text that says all of it. */
type ValueKey = number | bigint | string | boolean | null;

/** Numbers for the values of one column. */
class ValueIds {
  readonly #type: DataType;
  readonly #ids = new Map<ValueKey, number>();

  constructor(type: DataType) {
    this.#type = type;
  }

  /** By row: the number of its value. */
  of(column: Vector, rowCount: number): Int32Array {
    const ids = new Int32Array(rowCount);
    for (let i = 0; i < rowCount; i++) {
      // Rows of a partition mostly come one after the other.
      if (i > 0 && column.layout === 'bytes' && isSame(column, i)) ids[i] = ids[i - 1] as number;
      else ids[i] = this.#idOf(this.#keyOf(column, i));
    }
    return ids;
  }

  #idOf(key: ValueKey): number {
    const found = this.#ids.get(key);
    if (found !== undefined) return found;
    this.#ids.set(key, this.#ids.size);
    return this.#ids.size - 1;
  }

  #keyOf(column: Vector, i: number): ValueKey {
    if (!isValid(column, i)) return null;
    switch (column.layout) {
      case 'bytes': {
        const { offsets, values } = column;
        const start = offsets[i] as number;
        return Buffer.from(
          values.buffer,
          values.byteOffset + start,
          (offsets[i + 1] as number) - start,
        ).toString('latin1');
      }
      case 'i8':
      case 'i16':
      case 'i32':
      case 'i64':
      case 'bool':
        return valueAt(column, i) as ValueKey;
      default:
        // Of floats -0 and 0 are two values, and every NaN is one: their bytes say so.
        return Buffer.from(encodeRow([this.#type], [valueAt(column, i)])).toString('latin1');
    }
  }
}

/** True when row `i` holds the text of the row before. */
function isSame({ validity, offsets, values }: BytesVector, i: number): boolean {
  if (validity !== null) return false;
  const before = offsets[i - 1] as number;
  const start = offsets[i] as number;
  const size = (offsets[i + 1] as number) - start;
  if (start - before !== size) return false;
  for (let k = 0; k < size; k++) if (values[before + k] !== values[start + k]) return false;
  return true;
}

/** Numbers for the partitions that rows are met of, from 0 on. */
export class PartitionIds {
  readonly #types: readonly DataType[];
  readonly #columns: readonly ValueIds[];
  /** Of each column but the first: the number of what came before it and its value's, to one number. */
  readonly #pairs: readonly Map<number, number>[];
  /** By number: the values as a row's bytes. */
  readonly partitions: Uint8Array[] = [];

  constructor(types: readonly DataType[]) {
    this.#types = types;
    this.#columns = types.map((type) => new ValueIds(type));
    this.#pairs = types.slice(1).map(() => new Map());
  }

  /** By row: the number of its partition. `columns` of the partition keys. */
  of(columns: readonly Vector[], rowCount: number): Int32Array {
    const [first, ...rest] = columns;
    if (first === undefined) {
      if (this.partitions.length === 0) this.partitions.push(encodeRow([], []));
      return new Int32Array(rowCount);
    }
    const ids = (this.#columns[0] as ValueIds).of(first, rowCount);
    rest.forEach((column, c) => {
      const own = (this.#columns[c + 1] as ValueIds).of(column, rowCount);
      pairUp(ids, own, this.#pairs[c] as Map<number, number>);
    });
    for (let i = 0; i < rowCount; i++) {
      const id = ids[i] as number;
      if (id < this.partitions.length) continue;
      const values = columns.map((column): Value => valueAt(column, i));
      this.partitions.push(encodeRow(this.#types, values));
    }
    return ids;
  }
}

const TWO_26 = 67108864;

/** Numbers pairs of numbers, in the order they are met. */
function pairUp(ids: Int32Array, others: Int32Array, pairs: Map<number, number>): void {
  for (let i = 0; i < ids.length; i++) {
    const key = (ids[i] as number) * TWO_26 + (others[i] as number);
    let id = pairs.get(key);
    if (id === undefined) {
      id = pairs.size;
      pairs.set(key, id);
    }
    ids[i] = id;
  }
}
