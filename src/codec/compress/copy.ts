// Where blocks are inflated to. A few bytes behind the end let short copies be made of whole words.

/** Bytes a copy may write behind what it copies. */
export const SLACK = 16;

/** `size` bytes to fill from the front, and `SLACK` more. */
export interface Target {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly size: number;
}

/** A target of its own memory. */
export function targetOf(size: number): Target {
  const bytes = new Uint8Array(size + SLACK);
  return { bytes, view: new DataView(bytes.buffer), size };
}

/** Below this a loop copies bytes faster than a call does. */
const COPY_BY_LOOP_MAX = 256;

/**
 * Copies `length` bytes from `back` bytes before `to` to `to`. It may reach into what it writes: then it
 * repeats itself.
 *
 * Limits  `0 < back <= to` and `to + length <= size` are the caller's duty.
 */
export function copyMatch({ bytes, view }: Target, to: number, back: number, length: number): void {
  const end = to + length;
  if (back >= 8 && length <= COPY_BY_LOOP_MAX) {
    for (let a = to - back, b = to; b < end; a += 8, b += 8) {
      view.setBigUint64(b, view.getBigUint64(a, true), true);
    }
  } else if (back >= length) {
    bytes.copyWithin(to, to - back, end - back);
  } else if (back === 1) {
    bytes.fill(bytes[to - 1]!, to, end);
  } else {
    for (let a = to - back, b = to; b < end; a++, b++) bytes[b] = bytes[a]!;
  }
}

/**
 * Copies `length` bytes from byte `at` of `source` to byte `to` of the target.
 *
 * Limits  they lie inside `source` and `to + length <= size`: the caller's duty.
 */
export function copyLiterals(
  source: DataView,
  at: number,
  { bytes, view }: Target,
  to: number,
  length: number,
): void {
  const end = at + length;
  if (length > COPY_BY_LOOP_MAX) {
    bytes.set(new Uint8Array(source.buffer, source.byteOffset + at, length), to);
  } else if (end + 8 <= source.byteLength) {
    for (let a = at, b = to; a < end; a += 8, b += 8)
      view.setBigUint64(b, source.getBigUint64(a, true), true);
  } else {
    for (let a = at, b = to; a < end; a++, b++) view.setUint8(b, source.getUint8(a));
  }
}
