// One cell as a JavaScript value, in the units of its memory layout. For the places that compute with single
// values (aggregate functions, casts, tests); whatever moves rows moves vectors.
import { isValid, type Vector, wideAt } from './vector.ts';

/**
 * A cell.
 *
 * Shape   bool boolean · i8 i16 i32 f32 f64 number · i64 i128 bigint · bytes Uint8Array (a view, never to be
 *         written; builders also take a string and store its UTF-8) · list an array of cells (MAP: pairs
 *         `[key, value]`, MULTISET: pairs `[element, count]`) · struct an array of cells in field order ·
 *         null for a null cell of any layout.
 * Units   as in `Vector`: days, milliseconds of the day, microseconds or nanoseconds, unscaled decimals.
 */
export type Value = null | boolean | number | bigint | string | Uint8Array | readonly Value[];

/** The cell at row `i`; bytes are a view into the vector. */
export function valueAt(vector: Vector, i: number): Value {
  if (!isValid(vector, i)) return null;
  switch (vector.layout) {
    case 'bool':
      return (((vector.values[i >> 3] as number) >> (i & 7)) & 1) === 1;
    case 'i8':
    case 'i16':
    case 'i32':
    case 'f32':
    case 'f64':
    case 'i64':
      return vector.values[i] as number | bigint;
    case 'i128':
      return wideAt(vector, i);
    case 'bytes':
      return vector.values.subarray(vector.offsets[i] as number, vector.offsets[i + 1] as number);
    case 'list': {
      const end = vector.offsets[i + 1] as number;
      const cells: Value[] = [];
      for (let j = vector.offsets[i] as number; j < end; j++) cells.push(valueAt(vector.child, j));
      return cells;
    }
    case 'struct':
      return vector.children.map((child) => valueAt(child, i));
  }
}
