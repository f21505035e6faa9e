// UTF-8 as Java decodes it. The engine, JavaScript and Java agree on well-formed text; what is malformed
// (bytes retyped to STRING, for instance) Java turns into U+FFFD, but not always into as many as JavaScript
// does.
import { isUtf8 } from 'node:buffer';
import type { DataType } from '../../base/index.ts';
import {
  type Batch,
  BytesBuilder,
  type BytesVector,
  isValid,
  type StructVector,
  type Vector,
} from '../arrow/index.ts';

/**
 * The text Java makes of these bytes: U+FFFD stands for each malformed sequence.
 *
 * Source  Paimon, data/BinaryString.java (decodeUTF8); OpenJDK, java/lang/String.java (decodeUTF8_UTF16). A
 *         byte order mark is kept.
 */
export function javaUtf8(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isUtf8(buffer)) return buffer.toString('utf8');
  let text = '';
  let good = 0;
  for (let at = 0; at < buffer.length; ) {
    const step = sequenceAt(buffer, at);
    if (step > 0) {
      at += step;
      continue;
    }
    text += `${buffer.toString('utf8', good, at)}\ufffd`;
    at -= step;
    good = at;
  }
  return text + buffer.toString('utf8', good);
}

/** Bytes of the sequence that begins at `at`; less than 0 when Java takes so many for one malformed one. */
function sequenceAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return -1;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  for (let i = 1; i < length; i++) {
    const next = bytes[at + i];
    if (next === undefined || (next & 0xc0) !== 0x80) return -i;
    if (i === 1 && !mayFollow(first, next)) return -1;
  }
  // A surrogate is malformed as a whole.
  return first === 0xed && (bytes[at + 1] as number) >= 0xa0 ? -3 : length;
}

/** False when the two begin a longer form than needed, or a number beyond Unicode. */
function mayFollow(first: number, second: number): boolean {
  if (first === 0xe0) return second >= 0xa0;
  if (first === 0xf0) return second >= 0x90;
  return first !== 0xf4 || second < 0x90;
}

/** True when each value of the column is well-formed. May say false of what lies in null slots. */
export function isWellFormed(vector: BytesVector): boolean {
  const { offsets, values, length } = vector;
  const end = offsets[length] ?? 0;
  if (!isUtf8(values.subarray(offsets[0] ?? 0, end))) return false;
  // Values may be well-formed together only: none may begin inside a character.
  for (let i = 1; i < length; i++) {
    const start = offsets[i] as number;
    if (start < end && ((values[start] as number) & 0xc0) === 0x80) return false;
  }
  return true;
}

/**
 * The batch with text that is malformed replaced as `javaUtf8` does, for those who must get UTF-8: the same
 * batch when all of it is well-formed, which is found out without a copy.
 */
export function wellFormedBatch(batch: Batch): Batch {
  const columns = batch.columns.map((column, c) => wellFormed(batch.fields[c]?.type as DataType, column));
  return columns.every((column, c) => column === batch.columns[c]) ? batch : { ...batch, columns };
}

function wellFormed(type: DataType, vector: Vector): Vector {
  switch (type.kind) {
    case 'CHAR':
    case 'VARCHAR':
      return isWellFormed(vector as BytesVector) ? vector : rewritten(vector as BytesVector);
    case 'ARRAY':
      return withChild(vector, (child) => wellFormed(type.element, child));
    case 'MULTISET':
      return withChild(vector, (child) => withMembers(child, [type.element]));
    case 'MAP':
      return withChild(vector, (child) => withMembers(child, [type.key, type.value]));
    case 'ROW': {
      const types = type.fields.map((field) => field.type);
      return withMembers(vector, types);
    }
    default:
      return vector;
  }
}

function withChild(vector: Vector, change: (child: Vector) => Vector): Vector {
  if (vector.layout !== 'list') return vector;
  const child = change(vector.child);
  return child === vector.child ? vector : { ...vector, child };
}

function withMembers(vector: Vector, types: readonly DataType[]): Vector {
  const { children } = vector as StructVector;
  const changed = children.map((child, c) => {
    const type = types[c];
    return type === undefined ? child : wellFormed(type, child);
  });
  if (changed.every((child, c) => child === children[c])) return vector;
  return { ...(vector as StructVector), children: changed };
}

function rewritten(vector: BytesVector): Vector {
  const builder = new BytesBuilder(vector.length);
  for (let i = 0; i < vector.length; i++) {
    const bytes = vector.values.subarray(vector.offsets[i], vector.offsets[i + 1]);
    if (!isValid(vector, i)) builder.append(null);
    else if (isUtf8(bytes)) builder.append(bytes);
    else builder.append(javaUtf8(bytes));
  }
  return builder.finish();
}
