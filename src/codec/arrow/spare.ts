// Memory of columns that are built batch after batch.

/** Bytes a buffer may be larger than what was used last and still be kept. */
const KEPT_SLACK_BYTES = 65536;

/**
 * Memory of a column's batches that may be written again: what was handed out with one batch comes back when
 * the next one is handed out. Always empty without `reuse`.
 */
export class Spare<T extends { readonly byteLength: number }> {
  readonly #reuse: boolean;
  #last: T | undefined;

  constructor(reuse: boolean) {
    this.#reuse = reuse;
  }

  /**
   * Takes what is handed out now, of which `used` bytes are needed, and gives what may be written from now
   * on.
   */
  swap(handedOut: T, used: number): T | undefined {
    if (!this.#reuse) return undefined;
    const free = this.#last;
    this.#last = handedOut;
    return free !== undefined && free.byteLength <= 4 * used + KEPT_SLACK_BYTES ? free : undefined;
  }
}

/** New memory that need not be zeroed because every byte of it is written. */
export function unsetBytes(length: number): Uint8Array<ArrayBuffer> {
  const { buffer } = Buffer.allocUnsafeSlow(length);
  return new Uint8Array(buffer as ArrayBuffer);
}
