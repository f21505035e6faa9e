// What all casts share: a cast of one cell, applied to the rows of a vector, and the error when a cell
// refuses.
import { type DataType, LakeError } from '../../base/index.ts';
import {
  type BytesVector,
  isValid,
  type Value,
  type Vector,
  valueAt,
  vectorBuilder,
} from '../arrow/index.ts';
import { stringColumn } from '../text/index.ts';

/** Casts a whole vector; the result has the same length. */
export type Cast = (vector: Vector) => Vector;
/** Casts one cell that is not null. Text comes in as a string. A null result is a null row. */
export type CellCast = (value: Value) => Value;

/** Applies a cast of cells to every row that is not null. */
export function castCells(from: DataType, to: DataType, cell: CellCast): Cast {
  return (vector) => {
    const read = reader(from, vector);
    const builder = vectorBuilder(to, vector.length);
    for (let i = 0; i < vector.length; i++) builder.append(isValid(vector, i) ? cell(read(i)) : null);
    return builder.finish();
  };
}

function reader(type: DataType, vector: Vector): (i: number) => Value {
  if (type.kind === 'CHAR' || type.kind === 'VARCHAR') return stringColumn(vector as BytesVector);
  return (i) => valueAt(vector, i);
}

/** The error of a stored value that cannot become a value of the new type. */
export function castFailed(value: unknown, to: string, why: string): LakeError {
  const text = String(value);
  const shown = text.length > 80 ? `${text.slice(0, 77)}...` : text;
  return new LakeError('VALUE_CAST_FAILED', `Cannot cast '${shown}' to ${to}: ${why}.`, { to });
}
