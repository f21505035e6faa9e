// Removing files: a few at once, counted, and only counted in a dry run.
import { checkAborted, LakeError } from '../../base/index.ts';
import type { Store } from '../../store/index.ts';

/** Files removed at the same time. */
const REMOVALS_IN_FLIGHT = 16;
/** Remarks kept of one run; the rest is counted by nobody, they repeat. */
const NOTES_MAX = 100;

/**
 * What every kind of upkeep takes.
 *
 * Shape   `dryRun`: change nothing, tell what would be removed. `onFile` gets the path of every file as it is
 *         removed. `onProgress` gets a line about what is done now.
 */
export interface UpkeepOptions {
  readonly dryRun?: boolean;
  readonly onFile?: (path: string) => void;
  readonly onProgress?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * What was done.
 *
 * Shape   `files`: files removed, or that would be. `notes`: what could not be removed or looked at, and why;
 *         such files are left, and are found by removing orphans later.
 */
export interface UpkeepReport {
  readonly files: number;
  readonly notes: readonly string[];
}

/**
 * Removes files of one table.
 *
 * Errors  a file that cannot be removed is a note; `CANCELLED` and anything the store does not explain end
 *         the work.
 */
export class Eraser {
  readonly options: UpkeepOptions;
  readonly #store: Store;
  readonly #notes: string[] = [];
  #files = 0;

  constructor(store: Store, options: UpkeepOptions) {
    this.#store = store;
    this.options = options;
  }

  get dryRun(): boolean {
    return this.options.dryRun === true;
  }

  get report(): UpkeepReport {
    return { files: this.#files, notes: this.#notes };
  }

  note(text: string): void {
    if (this.#notes.length < NOTES_MAX) this.#notes.push(text);
  }

  progress(line: string): void {
    this.options.onProgress?.(line);
  }

  /** Removes files that nothing refers to any more; those that are gone are passed over. */
  async removeAll(paths: Iterable<string>, what: string): Promise<void> {
    let batch: Promise<void>[] = [];
    for (const path of paths) {
      batch.push(this.#removeQuietly(path));
      if (batch.length < REMOVALS_IN_FLIGHT) continue;
      await settle(batch);
      batch = [];
      checkAborted(this.options.signal);
      if (this.#files % 1024 < REMOVALS_IN_FLIGHT) this.progress(`removed ${this.#files} files: ${what}`);
    }
    await settle(batch);
  }

  /** Removes a file that readers go by, such as a snapshot: failing is an error. */
  async remove(path: string): Promise<void> {
    if (this.dryRun) {
      if (await this.#store.exists(path)) this.#count(path);
    } else if (await this.#store.remove(path)) this.#count(path);
  }

  /** Counts a file that goes with its directory. */
  goesWith(path: string): void {
    this.#count(path);
  }

  /** Runs a step that writes, except in a dry run. */
  async write(step: () => Promise<unknown>): Promise<void> {
    if (!this.dryRun) await step();
  }

  /** Removes a directory if it is empty; false when it is not, or in a dry run. */
  async removeEmpty(directory: string): Promise<boolean> {
    if (this.dryRun) return false;
    try {
      return await this.#store.removeDirectory(directory);
    } catch (error) {
      this.#left(directory, error);
      return false;
    }
  }

  async #removeQuietly(path: string): Promise<void> {
    try {
      await this.remove(path);
    } catch (error) {
      this.#left(path, error);
    }
  }

  #left(path: string, error: unknown): void {
    if (!(error instanceof LakeError) || error.kind === 'closed' || error.kind === 'bug') throw error;
    this.note(`${path} was left: ${error.message}`);
  }

  #count(path: string): void {
    this.#files++;
    this.options.onFile?.(path);
  }
}

/** Waits for all, then fails with the first failure: nothing goes on behind the caller's back. */
async function settle(work: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) {
    if (result.status === 'rejected') throw result.reason;
  }
}
