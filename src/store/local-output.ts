// A new file of this machine, written from its beginning to its end.
import type { FileHandle } from 'node:fs/promises';
import { LakeError } from '../base/index.ts';
import { fileError } from './failures.ts';
import { openNew } from './local-writes.ts';
import type { Steps } from './steps.ts';
import type { StoreOutput } from './store.ts';

/** Small parts are put together up to here before the system is called. */
const GATHERED_BYTES = 1024 * 1024;

/** See `Store.openNew`. */
export async function openLocalOutput(steps: Steps, path: string): Promise<StoreOutput> {
  return new LocalOutput(steps, path, await openNew(steps, path, path));
}

class LocalOutput implements StoreOutput {
  readonly path: string;
  readonly #steps: Steps;
  readonly #handle: FileHandle;
  #size = 0;
  #gathered: Uint8Array | undefined;
  #state: 'open' | 'finished' | 'given up' = 'open';

  constructor(steps: Steps, path: string, handle: FileHandle) {
    this.#steps = steps;
    this.path = path;
    this.#handle = handle;
  }

  get size(): number {
    return this.#size;
  }

  async append(parts: readonly Uint8Array[]): Promise<void> {
    this.#checkOpen();
    try {
      let filled = 0;
      for (const part of parts) {
        if (filled + part.length > GATHERED_BYTES) {
          await this.#write(this.#gathered?.subarray(0, filled));
          filled = 0;
        }
        if (part.length > GATHERED_BYTES) {
          await this.#write(part);
          continue;
        }
        this.#gathered ??= new Uint8Array(GATHERED_BYTES);
        this.#gathered.set(part, filled);
        filled += part.length;
      }
      await this.#write(this.#gathered?.subarray(0, filled));
    } catch (error) {
      throw fileError(this.path, error);
    }
  }

  async #write(bytes: Uint8Array | undefined): Promise<void> {
    if (bytes === undefined) return;
    await this.#steps.write(this.path, this.#handle, bytes);
    this.#size += bytes.length;
  }

  async finish(): Promise<void> {
    this.#checkOpen();
    try {
      await this.#steps.fsync(this.path, this.#handle);
      await this.#handle.close();
      this.#state = 'finished';
    } catch (error) {
      throw fileError(this.path, error);
    }
    this.#gathered = undefined;
  }

  #checkOpen(): void {
    if (this.#state !== 'open') throw new LakeError('CLOSED', `${this.path} is ${this.#state}.`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state !== 'open') return;
    this.#state = 'given up';
    try {
      await this.#handle.close();
      await this.#steps.unlink(this.path);
    } catch (error) {
      throw fileError(this.path, error);
    }
  }
}
