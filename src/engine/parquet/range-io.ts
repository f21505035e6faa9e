// Reading a range of a file and writing a file from its beginning to its end, both through a buffer.
import type { FileHandle } from 'node:fs/promises';
import { readInto } from './parquet-copy.ts';

const BUFFER_BYTES = 1024 * 1024;

/** A range of a file, read forwards. What `peek` and `take` give is good until the next call. */
export class RangeReader {
  /** Bytes to take at once when everything is taken. */
  readonly stepBytes = BUFFER_BYTES;
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #end: number;
  #store = new Uint8Array(0);
  #buffer: Uint8Array = this.#store;
  #at: number;

  constructor(file: FileHandle, path: string, range: { readonly start: number; readonly end: number }) {
    this.#file = file;
    this.#path = path;
    this.#at = range.start;
    this.#end = range.end;
  }

  /** The offset in the file of the next byte. */
  get at(): number {
    return this.#at;
  }

  /** Bytes of the range not taken yet. */
  get left(): number {
    return this.#end - this.#at;
  }

  /** The next `count` bytes, fewer at the end of the range, which stay to be taken. */
  async peek(count: number): Promise<Uint8Array> {
    const wanted = Math.min(count, this.left);
    if (this.#buffer.length < wanted) {
      const size = Math.min(this.left, Math.max(wanted, BUFFER_BYTES));
      if (this.#store.length < size) this.#store = new Uint8Array(size);
      this.#buffer = await readInto(this.#store.subarray(0, size), this.#file, this.#path, this.#at);
    }
    return this.#buffer.subarray(0, wanted);
  }

  /** The next `count` bytes, fewer at the end of the range. */
  async take(count: number): Promise<Uint8Array> {
    const bytes = await this.peek(count);
    this.#buffer = this.#buffer.subarray(bytes.length);
    this.#at += bytes.length;
    return bytes;
  }
}

/** A new file, written forwards. */
export class SequentialWriter {
  readonly #file: FileHandle;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  #held = 0;
  #flushed = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Bytes written so far: where the next one goes. */
  get position(): number {
    return this.#flushed + this.#held;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (bytes.length > BUFFER_BYTES - this.#held) await this.flush();
    if (bytes.length > BUFFER_BYTES) {
      await this.#writeAll(bytes);
    } else {
      this.#buffer.set(bytes, this.#held);
      this.#held += bytes.length;
    }
  }

  async flush(): Promise<void> {
    const held = this.#buffer.subarray(0, this.#held);
    this.#held = 0;
    await this.#writeAll(held);
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, this.#flushed);
      done += bytesWritten;
      this.#flushed += bytesWritten;
    }
  }
}
