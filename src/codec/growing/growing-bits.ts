// Bits that are appended to: validity, and columns of booleans.
import { Room, type Spares } from './spares.ts';

/** One bit a row. */
export class GrowingBits {
  readonly #room: Room;
  length = 0;

  constructor(spares: Spares) {
    this.#room = new Room(spares);
  }

  /** The bits so far, least significant first. */
  get bits(): Uint8Array {
    return this.#room.bytes.subarray(0, (this.length + 7) >> 3);
  }

  /** Appends the first `count` of `bits`, or as many ones. */
  append(bits: Uint8Array | null, count: number): void {
    const used = (this.length + 7) >> 3;
    this.#room.grow(used, (this.length + count + 7) >> 3);
    const { bytes } = this.#room;
    const shift = this.length & 7;
    const from = this.length >> 3;
    const whole = (count + 7) >> 3;
    if (shift === 0) {
      if (bits === null) bytes.fill(0xff, from, from + whole);
      else bytes.set(bits.subarray(0, whole), from);
    } else appendShifted(bytes, from, shift, bits, whole, (this.length + count + 7) >> 3);
    this.length += count;
  }

  /** Keeps the bits of these rows, in their order. */
  reorder(rows: Int32Array): void {
    const buffer = this.#room.other((rows.length + 7) >> 3);
    gatherBits(this.#room.bytes, rows, new Uint8Array(buffer));
    this.#room.put(buffer);
    this.length = rows.length;
  }

  clear(): void {
    this.length = 0;
  }
}

function appendShifted(
  bytes: Uint8Array,
  from: number,
  shift: number,
  bits: Uint8Array | null,
  count: number,
  end: number,
): void {
  // What is above the bits so far means nothing yet.
  let carried = (bytes[from] as number) & ((1 << shift) - 1);
  let at = from;
  for (let i = 0; i < count; i++) {
    const next = bits === null ? 0xff : (bits[i] as number);
    bytes[at++] = carried | (next << shift);
    carried = next >> (8 - shift);
  }
  if (at < end) bytes[at] = carried;
}

function gatherBits(bits: Uint8Array, rows: Int32Array, out: Uint8Array): void {
  const count = rows.length;
  let byte = 0;
  for (let i = 0; i < count; i++) {
    const row = rows[i] as number;
    byte |= (((bits[row >> 3] as number) >> (row & 7)) & 1) << (i & 7);
    if ((i & 7) !== 7 && i !== count - 1) continue;
    out[i >> 3] = byte;
    byte = 0;
  }
}
