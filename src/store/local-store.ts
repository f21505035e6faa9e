// Files of this machine. Links are followed; devices and pipes are never opened.
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { corrupt, LakeError } from '../base/index.ts';
import { checkPath, checkRange, fileError, notAFile, tooLarge } from './failures.ts';
import { parseFaults } from './faults.ts';
import { openLocalOutput } from './local-output.ts';
import {
  create,
  makeDirectory,
  publish,
  remove,
  removeDirectory,
  removeTree,
  rename,
  replace,
  syncFile,
} from './local-writes.ts';
import { kindOf, Steps, type StepWatch } from './steps.ts';
import type {
  HintOptions,
  PublishOptions,
  Store,
  StoreEntry,
  StoreFile,
  StoreOutput,
  StoreStat,
} from './store.ts';

/** The local file system as a `Store`. Holds nothing, so one serves everybody. */
export class LocalStore implements Store {
  readonly #steps: Steps;

  /** `watch` is told every step; by default the faults of `SPILLWAY_FAULT`, if it is set. */
  constructor(watch: StepWatch | undefined = parseFaults(process.env.SPILLWAY_FAULT)) {
    this.#steps = new Steps(watch);
  }

  async *list(directory: string, options: { readonly sizes?: boolean } = {}): AsyncGenerator<StoreEntry> {
    checkPath(directory);
    try {
      const names = await this.#steps.list(directory);
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
      const found = await this.#steps.stat(path);
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
      if (!(await this.#steps.stat(path)).isFile()) throw notAFile(path);
      handle = await this.#steps.open(path);
      return new LocalFile(this.#steps, { path, size: (await handle.stat()).size, handle });
    } catch (error) {
      await handle?.close();
      throw fileError(path, error);
    }
  }

  openNew(path: string): Promise<StoreOutput> {
    return checked(() => openLocalOutput(this.#steps, path), path);
  }

  publish(path: string, bytes: Uint8Array, options: PublishOptions = {}): Promise<boolean> {
    return checked(() => publish(this.#steps, path, bytes, options.after), path);
  }

  create(path: string, bytes: Uint8Array): Promise<boolean> {
    return checked(() => create(this.#steps, path, bytes), path);
  }

  syncNames(directory: string): Promise<void> {
    return checked(() => this.#steps.fsyncNames(directory), directory);
  }

  sync(path: string): Promise<void> {
    return checked(() => syncFile(this.#steps, path), path);
  }

  writeHint(path: string, text: string, options: HintOptions = {}): Promise<void> {
    const bytes = new TextEncoder().encode(text);
    return checked(() => replace(this.#steps, path, { bytes, sync: options.durable ?? false }), path);
  }

  remove(path: string): Promise<boolean> {
    return checked(() => remove(this.#steps, path), path);
  }

  removeTree(path: string): Promise<boolean> {
    return checked(() => removeTree(this.#steps, path), path);
  }

  removeDirectory(path: string): Promise<boolean> {
    return checked(() => removeDirectory(this.#steps, path), path);
  }

  makeDirectory(path: string): Promise<boolean> {
    return checked(() => makeDirectory(this.#steps, path), path);
  }

  rename(from: string, to: string): Promise<boolean> {
    return checked(() => rename(this.#steps, from, to), from, to);
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
  readonly #steps: Steps;
  readonly #handle: FileHandle;
  #closed = false;

  constructor(steps: Steps, parts: { readonly path: string; readonly size: number; handle: FileHandle }) {
    this.path = parts.path;
    this.size = parts.size;
    this.#steps = steps;
    this.#handle = parts.handle;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    checkRange(this.path, this.size, offset, length);
    const bytes = new Uint8Array(length);
    await this.readInto(offset, bytes);
    return bytes;
  }

  async readInto(offset: number, bytes: Uint8Array): Promise<void> {
    checkRange(this.path, this.size, offset, bytes.length);
    if (this.#closed) throw new LakeError('CLOSED', `${this.path} is closed.`);
    for (let done = 0; done < bytes.length; ) {
      const { bytesRead } = await this.#read(bytes, done, offset + done);
      if (bytesRead === 0)
        throw corrupt(this.path, offset + done, 'the file became shorter while it was read');
      done += bytesRead;
    }
  }

  async #read(bytes: Uint8Array, at: number, position: number): Promise<{ bytesRead: number }> {
    try {
      return await this.#steps.read(this.path, this.#handle, bytes, { at, position });
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
