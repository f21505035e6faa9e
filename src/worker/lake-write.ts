// Rows going into a table, with an engine of their own for as long as it takes.
import type { Batch } from '../codec/index.ts';
import {
  type Table,
  TableWriter,
  type WriteOptions,
  type WriteResult,
  type WriteRow,
} from '../table/index.ts';
import type { LakeCore } from './lake-core.ts';

/** The least memory a write starts with; below it even a small sort fails. */
const WRITE_BYTES_MIN = 32 * 1024 * 1024;

/**
 * One commit in the making: rows are taken, checked and kept aside; `commit` writes and publishes them. Give
 * it back with `await using` or `close()`; what was not committed is gone then, and the table was never
 * touched.
 */
export class LakeWrite implements AsyncDisposable {
  readonly #writer: TableWriter;
  readonly #free: () => Promise<void>;
  #closing: Promise<void> | undefined;

  private constructor(writer: TableWriter, free: () => Promise<void>) {
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
      const engine = await core.openEngine(lease.bytes);
      const free = async (): Promise<void> => {
        await core.closeEngine(engine);
        lease.release();
      };
      try {
        const writer = await TableWriter.open(table, engine, options);
        return new LakeWrite(writer, async () => {
          await writer[Symbol.asyncDispose]().finally(free);
        });
      } catch (error) {
        await core.closeEngine(engine);
        throw error;
      }
    } catch (error) {
      lease.release();
      throw error;
    }
  }

  /** Rows taken so far. */
  get rowCount(): number {
    return this.#writer.rowCount;
  }

  /**
   * Takes rows: objects with a value by column and the row's kind as `_kind` (`+I` when it is missing).
   *
   * Shape   values as `scan().rows()` gives them or as jsonl has them. A missing column is its default, else
   *         null.
   * Errors  VALUE_INVALID naming row (from 1) and column; the write can only be closed then.
   */
  writeRows(rows: readonly WriteRow[]): Promise<void> {
    return this.#writer.writeRows(rows);
  }

  /**
   * Takes a batch with columns of the table's types, found by name.
   *
   * Shape   `kinds`: one number a row, 0 +I, 1 -U, 2 +U, 3 -D; all +I by default.
   * Errors  as `writeRows`; COLUMN_MISSING, ARGUMENT_INVALID for a column of another type.
   */
  writeBatch(batch: Batch, kinds?: Int8Array): Promise<void> {
    return this.#writer.writeBatch(batch, kinds);
  }

  /**
   * Writes and publishes the rows as one snapshot, and closes the write.
   *
   * Errors  COMMIT_CONFLICT, COMMIT_UNKNOWN, MERGE_REFUSED; DISK_EXHAUSTED, STORE_UNAVAILABLE.
   */
  async commit(): Promise<WriteResult> {
    try {
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
}
