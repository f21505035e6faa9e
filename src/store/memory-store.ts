// Files that exist only in this process: the twin of LocalStore that tests use.
import { basename, dirname, join } from 'node:path';
import { LakeError } from '../base/index.ts';
import { checkPath, checkRange, missing, notAFile, tooLarge } from './failures.ts';
import type {
  HintOptions,
  PublishOptions,
  Store,
  StoreEntry,
  StoreFile,
  StoreOutput,
  StoreStat,
} from './store.ts';

interface Held {
  readonly bytes: Uint8Array;
  readonly modifiedMs: number;
}

/** A `Store` over a map. A directory exists from the first file below it on, until it is removed. */
export class MemoryStore implements Store {
  readonly #files = new Map<string, Held>();
  readonly #directories = new Set<string>();

  /** Puts a file there; the bytes are copied. */
  put(path: string, bytes: Uint8Array | string, modifiedMs = 0): void {
    checkPath(path);
    const copy = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes.slice();
    this.#files.set(path, { bytes: copy, modifiedMs });
    this.#addDirectories(dirname(path));
  }

  async openNew(path: string): Promise<StoreOutput> {
    checkPath(path);
    if (this.#has(path)) throw new LakeError('STORE_UNAVAILABLE', `${path}: EEXIST.`, { file: path });
    this.#checkParents(path);
    this.put(path, '');
    return new MemoryOutput(path, {
      put: (bytes) => this.put(path, bytes),
      remove: () => this.#files.delete(path),
    });
  }

  async publish(path: string, bytes: Uint8Array, options: PublishOptions = {}): Promise<boolean> {
    checkPath(path);
    if (this.#has(path)) return false;
    this.#checkParents(path);
    const copy = bytes.slice();
    await options.after?.();
    return this.create(path, copy);
  }

  async create(path: string, bytes: Uint8Array): Promise<boolean> {
    checkPath(path);
    if (this.#has(path)) return false;
    this.#checkParents(path);
    this.put(path, bytes);
    return true;
  }

  async syncNames(directory: string): Promise<void> {
    checkPath(directory);
    if (!this.#directories.has(directory)) throw missing(directory);
  }

  async sync(path: string): Promise<void> {
    await using _file = await this.open(path);
  }

  async writeHint(path: string, text: string, _options: HintOptions = {}): Promise<void> {
    checkPath(path);
    if (this.#directories.has(path)) throw notAFile(path);
    this.#checkParents(path);
    this.put(path, text);
  }

  async remove(path: string): Promise<boolean> {
    checkPath(path);
    if (this.#directories.has(path)) throw notAFile(path);
    return this.#files.delete(path);
  }

  async removeTree(path: string): Promise<boolean> {
    checkPath(path);
    if (this.#files.has(path)) {
      throw new LakeError('ARGUMENT_INVALID', `${path} is not a directory.`, { path });
    }
    for (const names of [this.#files, this.#directories]) {
      for (const name of [...names.keys()]) if (name.startsWith(asPrefix(path))) names.delete(name);
    }
    return this.#directories.delete(path);
  }

  async removeDirectory(path: string): Promise<boolean> {
    checkPath(path);
    const held = [...this.#files.keys(), ...this.#directories].some((name) =>
      name.startsWith(asPrefix(path)),
    );
    return held ? false : this.#directories.delete(path);
  }

  async makeDirectory(path: string): Promise<boolean> {
    checkPath(path);
    this.#checkParents(join(path, 'x'));
    if (this.#directories.has(path)) return false;
    this.#addDirectories(path);
    return true;
  }

  async rename(from: string, to: string): Promise<boolean> {
    checkPath(from);
    checkPath(to);
    if (!this.#has(from)) throw missing(from);
    if (this.#has(to)) return false;
    if (!this.#directories.has(dirname(to))) throw missing(dirname(to));
    const moved = (name: string): string | undefined =>
      name === from || name.startsWith(asPrefix(from)) ? to + name.slice(from.length) : undefined;
    for (const [name, held] of [...this.#files]) {
      const renamed = moved(name);
      if (renamed === undefined) continue;
      this.#files.delete(name);
      this.#files.set(renamed, held);
    }
    for (const name of [...this.#directories]) {
      const renamed = moved(name);
      if (renamed === undefined) continue;
      this.#directories.delete(name);
      this.#directories.add(renamed);
    }
    return true;
  }

  #has(path: string): boolean {
    return this.#files.has(path) || this.#directories.has(path);
  }

  /** Fails when a file stands where a directory above the path would be. */
  #checkParents(path: string): void {
    for (let at = dirname(path); at !== dirname(at); at = dirname(at)) {
      if (this.#files.has(at)) throw missing(path);
    }
  }

  #addDirectories(path: string): void {
    for (let at = path; at !== dirname(at); at = dirname(at)) this.#directories.add(at);
  }

  async *list(directory: string, options: { readonly sizes?: boolean } = {}): AsyncGenerator<StoreEntry> {
    checkPath(directory);
    for (const path of [...this.#directories]) {
      if (dirname(path) === directory) yield { name: basename(path), kind: 'directory' };
    }
    for (const [path, { bytes }] of [...this.#files]) {
      if (dirname(path) !== directory) continue;
      yield { name: basename(path), kind: 'file', ...(options.sizes ? { size: bytes.length } : {}) };
    }
  }

  async exists(path: string): Promise<boolean> {
    return (await this.stat(path)) !== undefined;
  }

  async stat(path: string): Promise<StoreStat | undefined> {
    checkPath(path);
    const held = this.#files.get(path);
    if (held !== undefined) return { kind: 'file', size: held.bytes.length, modifiedMs: held.modifiedMs };
    return this.#directories.has(path) ? { kind: 'directory', size: 0, modifiedMs: 0 } : undefined;
  }

  async readFile(path: string, options: { readonly bytesMax: number }): Promise<Uint8Array> {
    await using file = await this.open(path);
    if (file.size > options.bytesMax) throw tooLarge(path, file.size, options.bytesMax);
    return await file.read(0, file.size);
  }

  async open(path: string): Promise<StoreFile> {
    checkPath(path);
    const held = this.#files.get(path);
    if (held === undefined) throw this.#directories.has(path) ? notAFile(path) : missing(path);
    return new MemoryFile(path, held.bytes);
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

  async readInto(offset: number, bytes: Uint8Array): Promise<void> {
    bytes.set(await this.read(offset, bytes.length));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
  }
}

class MemoryOutput implements StoreOutput {
  readonly path: string;
  readonly #slot: { readonly put: (bytes: Uint8Array) => void; readonly remove: () => void };
  #bytes = new Uint8Array(0);
  #open = true;

  constructor(
    path: string,
    slot: { readonly put: (bytes: Uint8Array) => void; readonly remove: () => void },
  ) {
    this.path = path;
    this.#slot = slot;
  }

  get size(): number {
    return this.#bytes.length;
  }

  async append(parts: readonly Uint8Array[]): Promise<void> {
    this.#checkOpen();
    this.#bytes = new Uint8Array(Buffer.concat([this.#bytes, ...parts]));
    this.#slot.put(this.#bytes);
  }

  async finish(): Promise<void> {
    this.#checkOpen();
    this.#open = false;
  }

  #checkOpen(): void {
    if (!this.#open) throw new LakeError('CLOSED', `${this.path} is closed.`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    this.#slot.remove();
  }
}

function asPrefix(directory: string): string {
  return directory.endsWith('/') ? directory : `${directory}/`;
}
