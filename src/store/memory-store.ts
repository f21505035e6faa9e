// Files that exist only in this process: the twin of LocalStore that tests use.
import { LakeError } from '../base/index.ts';
import { checkPath, checkRange, missing, notAFile, tooLarge } from './failures.ts';
import type { Store, StoreEntry, StoreFile, StoreStat } from './store.ts';

interface Held {
  readonly bytes: Uint8Array;
  readonly modifiedMs: number;
}

/** A `Store` over a map. Directories exist as long as a file is below them. */
export class MemoryStore implements Store {
  readonly #files = new Map<string, Held>();

  /** Puts a file there; the bytes are copied. */
  put(path: string, bytes: Uint8Array | string, modifiedMs = 0): void {
    checkPath(path);
    const copy = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes.slice();
    this.#files.set(path, { bytes: copy, modifiedMs });
  }

  remove(path: string): void {
    this.#files.delete(path);
  }

  async *list(directory: string, options: { readonly sizes?: boolean } = {}): AsyncGenerator<StoreEntry> {
    checkPath(directory);
    const prefix = asPrefix(directory);
    const seen = new Set<string>();
    for (const [path, { bytes }] of this.#files) {
      if (!path.startsWith(prefix)) continue;
      const [name = '', ...deeper] = path.slice(prefix.length).split('/');
      if (seen.has(name)) continue;
      seen.add(name);
      if (deeper.length > 0) yield { name, kind: 'directory' };
      else yield { name, kind: 'file', ...(options.sizes ? { size: bytes.length } : {}) };
    }
  }

  async exists(path: string): Promise<boolean> {
    return (await this.stat(path)) !== undefined;
  }

  async stat(path: string): Promise<StoreStat | undefined> {
    checkPath(path);
    const held = this.#files.get(path);
    if (held !== undefined) return { kind: 'file', size: held.bytes.length, modifiedMs: held.modifiedMs };
    return this.#isDirectory(path) ? { kind: 'directory', size: 0, modifiedMs: 0 } : undefined;
  }

  async readFile(path: string, options: { readonly bytesMax: number }): Promise<Uint8Array> {
    await using file = await this.open(path);
    if (file.size > options.bytesMax) throw tooLarge(path, file.size, options.bytesMax);
    return await file.read(0, file.size);
  }

  async open(path: string): Promise<StoreFile> {
    checkPath(path);
    const held = this.#files.get(path);
    if (held === undefined) throw this.#isDirectory(path) ? notAFile(path) : missing(path);
    return new MemoryFile(path, held.bytes);
  }

  #isDirectory(path: string): boolean {
    const prefix = asPrefix(path);
    return this.#files.keys().some((file) => file.startsWith(prefix));
  }
}

class MemoryFile implements StoreFile {
  readonly path: string;
  readonly size: number;
  readonly #bytes: Uint8Array;
  #closed = false;

  constructor(path: string, bytes: Uint8Array) {
    this.path = path;
    this.size = bytes.length;
    this.#bytes = bytes;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    checkRange(this.path, this.size, offset, length);
    if (this.#closed) throw new LakeError('CLOSED', `${this.path} is closed.`);
    return this.#bytes.slice(offset, offset + length);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
  }
}

function asPrefix(directory: string): string {
  return directory.endsWith('/') ? directory : `${directory}/`;
}
