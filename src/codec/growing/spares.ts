// Memory that a column has grown out of, or was sorted out of, for the next column that needs some.

/** Buffers kept: the largest ones. Sorting column after column needs two at a time. */
const SPARES_MAX = 2;
/** A buffer is not given to who needs less than that part of it. */
const WASTE_MAX = 8;

/** A few buffers that nobody uses. */
export class Spares {
  #buffers: ArrayBuffer[] = [];

  /** A buffer of at least so many bytes; there may be anything in it. */
  take(byteLength: number): ArrayBuffer {
    const found = this.#buffers.findIndex(
      (buffer) => buffer.byteLength >= byteLength && buffer.byteLength <= byteLength * WASTE_MAX,
    );
    const [buffer] = found < 0 ? [] : this.#buffers.splice(found, 1);
    return buffer ?? new ArrayBuffer(byteLength);
  }

  /** Keeps a buffer, unless larger ones are there. */
  give(buffer: ArrayBuffer): void {
    this.#buffers.push(buffer);
    this.#buffers.sort((a, b) => b.byteLength - a.byteLength);
    this.#buffers.length = Math.min(this.#buffers.length, SPARES_MAX);
  }
}

/** Room that grows by half, and by what is needed at least. */
export class Room {
  readonly #spares: Spares;
  #buffer: ArrayBuffer;
  bytes: Uint8Array;

  constructor(spares: Spares) {
    this.#spares = spares;
    this.#buffer = new ArrayBuffer(0);
    this.bytes = new Uint8Array(this.#buffer);
  }

  get buffer(): ArrayBuffer {
    return this.#buffer;
  }

  /** Makes room for `needed` bytes in all; the first `used` of them keep what is in them. */
  grow(used: number, needed: number): void {
    if (needed <= this.#buffer.byteLength) return;
    const wanted = Math.max(needed, Math.ceil(this.#buffer.byteLength * 1.5));
    const larger = this.#spares.take((wanted + 63) & ~63);
    new Uint8Array(larger).set(this.bytes.subarray(0, used));
    this.#swap(larger);
  }

  /** Other memory of at least so many bytes; what is there now is to be copied over before `put`. */
  other(byteLength: number): ArrayBuffer {
    return this.#spares.take((byteLength + 63) & ~63);
  }

  /** Makes memory of `other` the room. */
  put(buffer: ArrayBuffer): void {
    this.#swap(buffer);
  }

  #swap(buffer: ArrayBuffer): void {
    const old = this.#buffer;
    this.#buffer = buffer;
    this.bytes = new Uint8Array(buffer);
    if (old.byteLength > 0) this.#spares.give(old);
  }
}
