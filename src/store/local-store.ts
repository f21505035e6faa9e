// Files of this machine. Links are followed; devices and pipes are never opened.
import { type FileHandle, open, opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { corrupt, LakeError } from '../base/index.ts';
import { checkPath, checkRange, fileError, notAFile, tooLarge } from './failures.ts';
import {
  makeDirectory,
  publish,
  remove,
  removeDirectory,
  removeTree,
  rename,
  replace,
  syncFile,
} from './local-writes.ts';
import type { EntryKind, Store, StoreEntry, StoreFile, StoreStat } from './store.ts';

/** Directory entries read from the system at once. */
const DIRECTORY_BUFFER_ENTRIES = 128;

/** The local file system as a `Store`. Holds nothing, so one serves everybody. */
export class LocalStore implements Store {
  async *list(directory: string, options: { readonly sizes?: boolean } = {}): AsyncGenerator<StoreEntry> {
    checkPath(directory);
    try {
      const names = await opendir(directory, { bufferSize: DIRECTORY_BUFFER_ENTRIES });
      for await (const entry of names) {
        if (entry.isDirectory()) yield { name: entry.name, kind: 'directory' };
        else if (entry.isFile() && !options.sizes) yield { name: entry.name, kind: 'file' };
        else yield* this.#entry(directory, entry.name, options.sizes ?? false);
      }
    } catch (error) {
      const failure = fileError(directory, error);
      if (failure.code !== 'FILE_MISSING') throw failure;
    }
  }

  async *#entry(directory: string, name: string, sizes: boolean): AsyncGenerator<StoreEntry> {
    const found = await this.stat(join(directory, name));
    if (found === undefined) return;
    const size = sizes && found.kind === 'file' ? { size: found.size } : {};
    yield { name, kind: found.kind, ...size };
  }

  async exists(path: string): Promise<boolean> {
    return (await this.stat(path)) !== undefined;
  }

  async stat(path: string): Promise<StoreStat | undefined> {
    checkPath(path);
    try {
      const found = await stat(path);
      return { kind: kindOf(found), size: found.size, modifiedMs: Math.floor(found.mtimeMs) };
    } catch (error) {
      const failure = fileError(path, error);
      if (failure.code === 'FILE_MISSING') return undefined;
      throw failure;
    }
  }

  async readFile(path: string, options: { readonly bytesMax: number }): Promise<Uint8Array> {
    await using file = await this.open(path);
    if (file.size > options.bytesMax) throw tooLarge(path, file.size, options.bytesMax);
    return await file.read(0, file.size);
  }

  async open(path: string): Promise<StoreFile> {
    checkPath(path);
    let handle: FileHandle | undefined;
    try {
      // Opening a pipe would wait for its writer, so look first.
      if (!(await stat(path)).isFile()) throw notAFile(path);
      handle = await open(path, 'r');
      return new LocalFile(path, (await handle.stat()).size, handle);
    } catch (error) {
      await handle?.close();
      throw fileError(path, error);
    }
  }

  publish(path: string, bytes: Uint8Array): Promise<boolean> {
    return checked(() => publish(path, bytes), path);
  }

  sync(path: string): Promise<void> {
    return checked(() => syncFile(path), path);
  }

  writeHint(path: string, text: string): Promise<void> {
    return checked(() => replace(path, new TextEncoder().encode(text)), path);
  }

  remove(path: string): Promise<boolean> {
    return checked(() => remove(path), path);
  }

  removeTree(path: string): Promise<boolean> {
    return checked(() => removeTree(path), path);
  }

  removeDirectory(path: string): Promise<boolean> {
    return checked(() => removeDirectory(path), path);
  }

  makeDirectory(path: string): Promise<boolean> {
    return checked(() => makeDirectory(path), path);
  }

  rename(from: string, to: string): Promise<boolean> {
    return checked(() => rename(from, to), from, to);
  }
}

/**
 * Runs the work on sound paths; what the file system throws becomes a `LakeError` about the first of them.
 */
async function checked<T>(work: () => Promise<T>, path: string, other?: string): Promise<T> {
  checkPath(path);
  if (other !== undefined) checkPath(other);
  try {
    return await work();
  } catch (error) {
    throw fileError(path, error);
  }
}

class LocalFile implements StoreFile {
  readonly path: string;
  readonly size: number;
  readonly #handle: FileHandle;
  #closed = false;

  constructor(path: string, size: number, handle: FileHandle) {
    this.path = path;
    this.size = size;
    this.#handle = handle;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    checkRange(this.path, this.size, offset, length);
    if (this.#closed) throw new LakeError('CLOSED', `${this.path} is closed.`);
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const { bytesRead } = await this.#read(bytes, done, offset + done);
      if (bytesRead === 0)
        throw corrupt(this.path, offset + done, 'the file became shorter while it was read');
      done += bytesRead;
    }
    return bytes;
  }

  async #read(bytes: Uint8Array, at: number, position: number): Promise<{ bytesRead: number }> {
    try {
      return await this.#handle.read(bytes, at, bytes.length - at, position);
    } catch (error) {
      throw fileError(this.path, error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#handle.close();
  }
}

function kindOf(found: { isFile(): boolean; isDirectory(): boolean }): EntryKind {
  if (found.isFile()) return 'file';
  return found.isDirectory() ? 'directory' : 'other';
}
