// What a lake asks of the place its files are in. Implementations: local-store.ts, memory-store.ts;
// store.contract.ts holds both to what is said here. Which writes survive a crash is said in
// docs/durability.md.

/** What a name in a directory is. Links are followed: a link to a file is a file. */
export type EntryKind = 'file' | 'directory' | 'other';

/** One name in a directory. `size` in bytes, present for files when asked for. */
export interface StoreEntry {
  readonly name: string;
  readonly kind: EntryKind;
  readonly size?: number;
}

/** What is at a path. `size` bytes; `modifiedMs` milliseconds since 1970-01-01T00:00:00Z. */
export interface StoreStat {
  readonly kind: EntryKind;
  readonly size: number;
  readonly modifiedMs: number;
}

/** An open file. Reads may overlap. Close it by scope (`await using`). */
export interface StoreFile extends AsyncDisposable {
  readonly path: string;
  /** Bytes of the file when it was opened. */
  readonly size: number;
  /**
   * Bytes `offset` to `offset + length`, a fresh array the caller owns.
   *
   * Errors  `FILE_CORRUPT` when the file ends before; nothing is allocated beyond `size`.
   */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** As `read`, filling `bytes` from the file's byte `offset` on. */
  readInto(offset: number, bytes: Uint8Array): Promise<void>;
}

/** `after`: a work that must have succeeded before the file has its name. It runs while bytes are written. */
export interface PublishOptions {
  readonly after?: () => Promise<void>;
}

/** `durable`: the text would survive a crash; until it is there, the old one does. Costs two syncs. */
export interface HintOptions {
  readonly durable?: boolean;
}

/** A new file, written from its beginning on by one caller. Close it by scope. */
export interface StoreOutput extends AsyncDisposable {
  readonly path: string;
  /** Bytes appended so far. */
  readonly size: number;
  /**
   * Appends the parts in order; they belong to the caller again when it returns.
   *
   * Errors  `DISK_EXHAUSTED`; `CLOSED` after the end.
   */
  append(parts: readonly Uint8Array[]): Promise<void>;
  /**
   * Ends the file: its bytes would survive a crash, its name only after `syncNames`. A file that was not
   * finished is removed when disposed of.
   */
  finish(): Promise<void>;
}

/**
 * Files by absolute path.
 *
 * Limits  no call holds more than one directory buffer or the bytes it returns.
 * Errors  `FILE_MISSING` nothing there, or not the kind asked for; `FILE_DENIED` no permission;
 *         `STORE_UNAVAILABLE` anything the place itself fails with; `ARGUMENT_INVALID` a path that is not
 *         absolute.
 */
export interface Store {
  /**
   * The names in a directory, in no order. A directory that does not exist has none, as on object stores.
   * A name that vanishes while listing may be left out.
   */
  list(directory: string, options?: { readonly sizes?: boolean }): AsyncIterable<StoreEntry>;
  /** True when there is a file or directory. */
  exists(path: string): Promise<boolean>;
  /** What is at the path, undefined when nothing is. */
  stat(path: string): Promise<StoreStat | undefined>;
  /** A whole file. `LIMIT_EXCEEDED` when it has more than `bytesMax` bytes. */
  readFile(path: string, options: { readonly bytesMax: number }): Promise<Uint8Array>;
  /** Opens a file for reading at any position. */
  open(path: string): Promise<StoreFile>;
  /**
   * Makes an empty file under a name nobody else uses, to be filled. Missing directories above are made. Not
   * atomic: others see it grow, so its name must be told to them after `finish` only.
   *
   * Errors  `STORE_UNAVAILABLE` when something has that name.
   */
  openNew(path: string): Promise<StoreOutput>;
  /**
   * Makes a file with these bytes visible under its name at once, never over another file. Missing
   * directories above it are made.
   *
   * Shape   true once it is there and would survive a crash; false, with nothing changed, when something has
   *         that name. Of several calls at the same time, whatever their process, one gets true.
   * Errors  `DISK_EXHAUSTED`, `SYNC_FAILED`; those of `after`, and then the file is absent. After any other
   *         error the file is whole or absent: look before trying again.
   */
  publish(path: string, bytes: Uint8Array, options?: PublishOptions): Promise<boolean>;
  /**
   * Writes a file under a name that nobody knows yet: readers of the directory may see a part of it. Missing
   * directories above it are made. Its bytes would survive a crash, its name only after `syncNames`.
   *
   * Shape   false, with nothing changed, when something has that name.
   * Errors  `DISK_EXHAUSTED`, `SYNC_FAILED`: the file is gone, or an orphan.
   */
  create(path: string, bytes: Uint8Array): Promise<boolean>;
  /** Makes the names in a directory survive a crash. Errors: `FILE_MISSING`, `SYNC_FAILED`. */
  syncNames(directory: string): Promise<void>;
  /**
   * Makes what is already under this name survive a crash: for files that somebody else wrote, such as the
   * engine.
   *
   * Errors  `FILE_MISSING`, `SYNC_FAILED`.
   */
  sync(path: string): Promise<void>;
  /**
   * Puts a small text under a name, over what was there: readers see the old or the new one. A crash may lose
   * it, and what was there, unless it shall be `durable`.
   */
  writeHint(path: string, text: string, options?: HintOptions): Promise<void>;
  /**
   * Removes a file; true when there was one. A link is removed, not what it leads to. Directories are
   * refused.
   */
  remove(path: string): Promise<boolean>;
  /** Removes a directory and everything below it, following no link; true when there was one. */
  removeTree(path: string): Promise<boolean>;
  /**
   * Removes a directory with nothing in it; false, with nothing changed, when there is none or it holds
   * something.
   */
  removeDirectory(path: string): Promise<boolean>;
  /** Makes a directory and those above it. False when it was there. It would survive a crash. */
  makeDirectory(path: string): Promise<boolean>;
  /**
   * Moves a file or directory to a name in a directory that exists. False, with nothing changed, when the new
   * name is taken.
   *
   * Errors  `FILE_MISSING` when nothing has the old name.
   */
  rename(from: string, to: string): Promise<boolean>;
}
