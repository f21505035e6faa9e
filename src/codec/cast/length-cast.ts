// Text and bytes brought to the length of their new type: cut, or padded for CHAR and BINARY.
import { type DataType, LENGTH_MAX } from '../../base/index.ts';
import { BytesBuilder, type BytesVector, isValid, type Vector } from '../arrow/index.ts';
import type { Cast } from './cells.ts';

type LengthType = Extract<DataType, { readonly kind: 'CHAR' | 'VARCHAR' | 'BINARY' | 'VARBINARY' }>;

/** Characters for CHAR and VARCHAR. Source: utils/BinaryStringUtils.java (toCharacterString). */
export function toTextLength(to: LengthType): Cast {
  return toLength(to, to.kind === 'CHAR' ? 0x20 : undefined, cutOfChars);
}

/** Bytes for BINARY and VARBINARY. Source: utils/BinaryStringUtils.java (toBinaryString). */
export function toBinaryLength(to: LengthType): Cast {
  return toLength(to, to.kind === 'BINARY' ? 0 : undefined, (_, start, end, length) => ({
    cut: Math.min(end, start + length),
    missing: Math.max(0, length - (end - start)),
  }));
}

interface Cut {
  /** Where the value ends once cut. */
  readonly cut: number;
  /** Units that are missing to the full length. */
  readonly missing: number;
}

type CutOf = (bytes: Uint8Array, start: number, end: number, length: number) => Cut;

function toLength(to: LengthType, pad: number | undefined, cutOf: CutOf): Cast {
  return (vector) => {
    const source = vector as BytesVector;
    if (pad === undefined && longest(source) <= to.length) return vector;
    const builder = new BytesBuilder(vector.length);
    for (let i = 0; i < vector.length; i++) {
      if (!isValid(vector, i)) {
        builder.append(null);
        continue;
      }
      const start = source.offsets[i] as number;
      const { cut, missing } = cutOf(source.values, start, source.offsets[i + 1] as number, to.length);
      if (pad === undefined || missing === 0) builder.appendSlice(source.values, start, cut);
      else {
        const padded = new Uint8Array(cut - start + missing).fill(pad);
        padded.set(source.values.subarray(start, cut));
        builder.append(padded);
      }
    }
    return builder.finish();
  };
}

/** Bytes of the longest value, at least as many as it has characters. */
function longest({ offsets, length }: BytesVector): number {
  let most = 0;
  for (let i = 0; i < length; i++) most = Math.max(most, (offsets[i + 1] as number) - (offsets[i] as number));
  return most;
}

/** Counts characters (code points) by their first bytes, as Java's BinaryString does. */
function cutOfChars(bytes: Uint8Array, start: number, end: number, length: number): Cut {
  let chars = 0;
  for (let i = start; i < end; i++) {
    if (((bytes[i] as number) & 0xc0) === 0x80) continue;
    if (chars === length) return { cut: i, missing: 0 };
    chars++;
  }
  return { cut: end, missing: length - chars };
}

/** Text of at most `length` ASCII characters; `fill` pads it to exactly that. */
export function fitAscii(text: string, to: LengthType): string {
  if (to.length === LENGTH_MAX && to.kind !== 'CHAR') return text;
  return to.kind === 'CHAR' ? text.slice(0, to.length).padEnd(to.length, ' ') : text.slice(0, to.length);
}

/** True for types whose values are bytes. */
export function isLengthType(type: DataType): type is LengthType {
  return (
    type.kind === 'CHAR' || type.kind === 'VARCHAR' || type.kind === 'BINARY' || type.kind === 'VARBINARY'
  );
}

/** A cast that changes nothing. */
export const identity: Cast = (vector: Vector) => vector;
