// What compacting the buckets of a table shares.
import { checkAborted } from '../../base/index.ts';
import type { Batch } from '../../codec/index.ts';
import type { Engine } from '../../engine/index.ts';
import type { DataFileMeta } from '../../format/index.ts';
import type { PageBudget } from '../../memory/index.ts';
import { BucketFiles, type FileContext, type FileRole, type WritePlan } from '../data-file/index.ts';
import { bucketDirectory } from '../plan/bucket-files.ts';
import { type BucketContext, bucketContext, type ReadContext } from '../read/read-context.ts';
import type { ReadRoom } from '../read/read-cost.ts';
import type { Table } from '../table.ts';
import type { BucketState } from './bucket-change.ts';
import type { CompactionRules } from './compaction-rules.ts';

/**
 * What compacting has to work with.
 *
 * Limits  `room`: bytes that reading the merged runs may take. Of more runs than fit the engine sorts the
 *         rows; it is opened then. `pages`: see `ReadContext`.
 */
export interface CompactionRoom {
  readonly engine: () => Promise<Engine>;
  readonly room: ReadRoom;
  readonly pages?: PageBudget;
}

/** The table, how it is compacted, and with what. */
export interface CompactContext extends CompactionRoom {
  readonly table: Table;
  readonly plan: WritePlan;
  readonly rules: CompactionRules;
  readonly signal: AbortSignal | undefined;
  /** Told of rows that were written. */
  readonly onRows: (rows: number) => void;
}

/** One bucket being compacted: where its files are read from and written to. */
export class BucketWork {
  readonly state: BucketState;
  readonly reading: BucketContext;
  readonly context: CompactContext;
  /** Paths of the files made so far. */
  readonly created: string[] = [];
  readonly #directory: string;
  readonly #files: FileContext;

  constructor(context: CompactContext, state: BucketState) {
    const { table, plan, signal } = context;
    this.context = context;
    this.state = state;
    this.reading = bucketContext(table, state);
    this.#directory = bucketDirectory(table)(state.partition, state.bucket);
    const onFile = (path: string): void => void this.created.push(path);
    this.#files = { table, plan, signal, onFile };
  }

  get read(): ReadContext {
    const { table, engine, room, pages, signal } = this.context;
    return {
      table,
      engine,
      room,
      ...(pages === undefined ? {} : { pages }),
      ...(signal === undefined ? {} : { signal }),
    };
  }

  /** Writes one row of files. */
  async write(batches: AsyncIterable<Batch>, role: FileRole): Promise<readonly DataFileMeta[]> {
    const files = new BucketFiles(this.#files, this.#directory, role);
    try {
      for await (const batch of batches) {
        checkAborted(this.context.signal);
        await files.append(batch);
        this.context.onRows(batch.rowCount);
      }
      return await files.finish();
    } finally {
      await files.abort();
    }
  }

  /** Removes files that were made on the way and are in no commit. */
  async removeCreated(files: readonly DataFileMeta[]): Promise<void> {
    for (const { fileName } of files) {
      const path = `${this.#directory}/${fileName}`;
      await this.context.table.store.remove(path);
      this.created.splice(this.created.indexOf(path), 1);
    }
  }
}
