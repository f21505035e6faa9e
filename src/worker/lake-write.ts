// Rows going into a table, with memory of their own for as long as it takes.
import type { Batch } from '../codec/index.ts';
import {
  type Table,
  TableWriter,
  type WriteOptions,
  type WriteResult,
  type WriteRoom,
  type WriteRow,
} from '../table/index.ts';
import { withCompactionRoom } from './compaction-room.ts';
import { type InputOptions, type InputProgress, type InputSource, writeInput } from './input/index.ts';
import type { LakeCore } from './lake-core.ts';

/** The least memory a write starts with; with less it would put aside very many runs. */
const WRITE_BYTES_MIN = 32 * 1024 * 1024;

/**
 * One commit in the making: rows are taken, checked and kept aside; `commit` writes and publishes them. Give
 * it back with `await using` or `close()`; what was not committed is gone then, and the table was never
 * touched.
 */
export class LakeWrite implements AsyncDisposable {
  readonly #core: LakeCore;
  readonly #table: Table;
  readonly #writer: TableWriter;
  readonly #free: () => Promise<void>;
  /** Calls that are still taking rows. */
  readonly #taking = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  private constructor(core: LakeCore, table: Table, writer: TableWriter, free: () => Promise<void>) {
    this.#core = core;
    this.#table = table;
    this.#writer = writer;
    this.#free = free;
  }

  /** Use `LakeTable.write`. */
  static async open(core: LakeCore, table: Table, options: WriteOptions): Promise<LakeWrite> {
    // Half: a write may stay open for long, and another must be able to begin.
    const wanted = Math.max(WRITE_BYTES_MIN, Math.floor(core.budget.sqlBytes / 2));
    const lease = await core.sqlGate.acquire(wanted, {
      holder: 'write',
      atLeast: Math.min(core.budget.sqlBytes, WRITE_BYTES_MIN),
      waitMs: core.waitMs,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    try {
      const writer = await TableWriter.open(
        table,
        writeRoom(core, table, { bytes: lease.bytes, signal: options.signal }),
        options,
      );
      return new LakeWrite(core, table, writer, async () => {
        await writer[Symbol.asyncDispose]().finally(() => lease.release());
      });
    } catch (error) {
      lease.release();
      throw error;
    }
  }

  /** Rows taken so far, those set aside too. */
  get rowCount(): number {
    return this.#writer.rowCount;
  }

  /** Rows set aside so far, see `onBadRow` of `WriteOptions`. */
  get badRowCount(): number {
    return this.#writer.badRowCount;
  }

  /**
   * Takes rows: objects with a value by column and the row's kind as `_kind` (`+I` when it is missing).
   *
   * Shape   values as `scan().rows()` gives them or as jsonl has them. A missing column is its default, else
   *         null.
   * Errors  VALUE_INVALID naming row (from 1) and column; the write can only be closed then.
   */
  writeRows(rows: readonly WriteRow[]): Promise<void> {
    return this.#track(this.#writer.writeRows(rows));
  }

  /**
   * Takes a batch; columns are found by name. Values of other types are taken when the column can hold them
   * exactly.
   *
   * Shape   `kinds`: one number a row, 0 +I, 1 -U, 2 +U, 3 -D; default what a column `_kind` says, else +I.
   * Errors  as `writeRows`; COLUMN_MISSING, ARGUMENT_INVALID for a column of a type that does not fit.
   */
  writeBatch(batch: Batch, kinds?: Int8Array): Promise<void> {
    return this.#track(this.#writer.writeBatch(batch, kinds));
  }

  /**
   * Takes all rows of a file, or of bytes as they come: JSON lines, CSV, Parquet, Arrow files and streams.
   *
   * Shape   columns are found by name; missing ones are their default, else null. A column or member `_kind`
   *         (+I -U +U -D) says what becomes of a row.
   * Limits  a few batches are held, however large it is.
   * Errors  VALUE_INVALID naming the first bad rows and how many there are, after all of it was looked at;
   *         COLUMN_MISSING, ARGUMENT_INVALID for columns that do not fit. The write can only be closed then.
   */
  async writeFile(source: InputSource, options: InputOptions = {}): Promise<InputProgress> {
    const { fields } = this.#table.schema;
    return this.#track(writeInput(this.#core, { writer: this.#writer, fields }, source, options));
  }

  /**
   * Writes and publishes the rows as one snapshot, and closes the write. Calls that are still taking rows are
   * waited for.
   *
   * Errors  CLOSED when one of them failed; COMMIT_CONFLICT, COMMIT_UNKNOWN, MERGE_REFUSED; DISK_EXHAUSTED,
   *         STORE_UNAVAILABLE.
   */
  async commit(): Promise<WriteResult> {
    try {
      await Promise.allSettled(this.#taking);
      return await this.#writer.commit();
    } finally {
      await this.close();
    }
  }

  /** Gives everything back. */
  close(): Promise<void> {
    this.#closing ??= this.#free();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #track<T>(taking: Promise<T>): Promise<T> {
    const done = (): void => void this.#taking.delete(taking);
    this.#taking.add(taking);
    taking.then(done, done);
    return taking;
  }
}

/** What a write has to work with: three quarters of its memory for rows, the rest for what is between. */
export function writeRoom(
  core: LakeCore,
  table: Table,
  { bytes, signal }: { readonly bytes: number; readonly signal: AbortSignal | undefined },
): WriteRoom {
  return {
    memoryBytes: Math.floor((bytes * 3) / 4),
    scratchDirectory: () => core.scratchDirectory(),
    withCompactionRoom: (work) => withCompactionRoom(core, table, signal, work),
  };
}
