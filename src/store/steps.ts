// Every call the local store makes to the file system, by name, so that a test can watch the order of them or
// put a fault at one. Nothing is decided here. All throw what the file system throws.
import type { Dir, Stats } from 'node:fs';
import {
  type FileHandle,
  link,
  lstat,
  mkdir,
  rename as move,
  open,
  opendir,
  rm,
  rmdir,
  stat,
  unlink,
} from 'node:fs/promises';
import { syncFailed } from './failures.ts';
import type { EntryKind } from './store.ts';

/** The steps that change nothing. */
export const READING_STEPS = ['stat', 'list', 'open', 'read'] as const;

/**
 * The steps that change something. Those of a temporary file are named with the path it is for; `fsync-names`
 * with the directory.
 */
export const CHANGING_STEPS = [
  'mkdir',
  'create',
  'write',
  'fsync',
  'link',
  'rename',
  'unlink-temporary',
  'fsync-names',
  'unlink',
  'rmdir',
  'remove-tree',
] as const;

/** One step of the local store. */
export type Step = (typeof READING_STEPS)[number] | (typeof CHANGING_STEPS)[number];

/**
 * Is told every step.
 *
 * Shape   `before` may give a fault: it runs instead of the step, or, at `write`, after half of the bytes
 *         were written. It throws, or returns and lets the step happen, or never returns. `after` is told
 *         when a step has succeeded.
 */
export interface StepWatch {
  before(step: Step, path: string): Fault | undefined;
  after?(step: Step, path: string): void;
}

/** What happens at a step instead of it. */
export type Fault = () => Promise<void>;

/** Directory entries read from the system at once. */
const DIRECTORY_BUFFER_ENTRIES = 128;

/** The file system's calls. Without a watch each is the call itself. */
export class Steps {
  readonly #watch: StepWatch | undefined;

  constructor(watch: StepWatch | undefined) {
    this.#watch = watch;
  }

  stat(path: string): Promise<Stats> {
    return this.#step('stat', path, () => stat(path));
  }

  /** What has this name, links not followed. */
  lstat(path: string): Promise<Stats> {
    return this.#step('stat', path, () => lstat(path));
  }

  list(path: string): Promise<Dir> {
    return this.#step('list', path, () => opendir(path, { bufferSize: DIRECTORY_BUFFER_ENTRIES }));
  }

  open(path: string, flags: 'r' | 'r+' = 'r'): Promise<FileHandle> {
    return this.#step('open', path, () => open(path, flags));
  }

  read(path: string, file: FileHandle, into: Uint8Array, from: ReadFrom): Promise<{ bytesRead: number }> {
    const { at, position } = from;
    return this.#step('read', path, () => file.read(into, at, into.length - at, position));
  }

  /** Makes a directory and those above; gives the first that was made. */
  mkdir(path: string): Promise<string | undefined> {
    return this.#step('mkdir', path, () => mkdir(path, { recursive: true }));
  }

  /** Opens a file that is not there yet. `temporary`: its name until it is at `path`. */
  create(path: string, temporary = path): Promise<FileHandle> {
    return this.#step('create', path, () => open(temporary, 'wx'));
  }

  async write(path: string, file: FileHandle, bytes: Uint8Array): Promise<void> {
    const fault = this.#watch?.before('write', path);
    let rest = bytes;
    if (fault !== undefined) {
      // As a full disk or a crash leaves it.
      const half = bytes.length >> 1;
      await file.writeFile(bytes.subarray(0, half));
      await fault();
      rest = bytes.subarray(half);
    }
    await file.writeFile(rest);
    this.#watch?.after?.('write', path);
  }

  fsync(path: string, file: FileHandle): Promise<void> {
    return durable(
      path,
      this.#step('fsync', path, () => file.sync()),
    );
  }

  /** Makes the names in a directory durable. */
  fsyncNames(directory: string): Promise<void> {
    // Windows opens no directory and keeps names in its own journal.
    if (process.platform === 'win32') return Promise.resolve();
    const sync = this.#step('fsync-names', directory, async () => {
      const handle = await open(directory, 'r');
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    });
    return durable(directory, sync);
  }

  link(from: string, to: string): Promise<void> {
    return this.#step('link', to, () => link(from, to));
  }

  rename(from: string, to: string): Promise<void> {
    return this.#step('rename', to, () => move(from, to));
  }

  unlink(path: string): Promise<void> {
    return this.#step('unlink', path, () => unlink(path));
  }

  /** Removes the temporary name of the file for `path`; one that is gone already is well. */
  unlinkTemporary(path: string, temporary: string): Promise<void> {
    return this.#step('unlink-temporary', path, () => rm(temporary, { force: true }));
  }

  rmdir(path: string): Promise<void> {
    return this.#step('rmdir', path, () => rmdir(path));
  }

  removeTree(path: string): Promise<void> {
    return this.#step('remove-tree', path, () => rm(path, { recursive: true, force: true }));
  }

  async #step<T>(step: Step, path: string, work: () => Promise<T>): Promise<T> {
    if (this.#watch === undefined) return work();
    await this.#watch.before(step, path)?.();
    const result = await work();
    this.#watch.after?.(step, path);
    return result;
  }
}

/**
 * A failed sync has a code of its own: the system may have dropped what it could not write, and say yes when
 * asked again.
 */
async function durable(path: string, sync: Promise<void>): Promise<void> {
  try {
    await sync;
  } catch (error) {
    throw syncFailed(path, error);
  }
}

/** Where in the array, and where in the file. */
export interface ReadFrom {
  readonly at: number;
  readonly position: number;
}

export function kindOf(found: { isFile(): boolean; isDirectory(): boolean }): EntryKind {
  if (found.isFile()) return 'file';
  return found.isDirectory() ? 'directory' : 'other';
}
