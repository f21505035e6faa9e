// One bucket's rows as data files: collected in the engine, written when there are enough for a file.
import { checkAborted, type Field, nowMs, uuid } from '../../base/index.ts';
import { type Batch, batchBytes, encodeRow, type Value, type Vector, valueAt } from '../../codec/index.ts';
import { type Engine, type ParquetColumn, type Stage, writeParquet } from '../../engine/index.ts';
import type { DataFileMeta } from '../../format/index.ts';
import { isRetract, SEQUENCE_NUMBER_FIELD, VALUE_KIND_FIELD } from '../../tree/index.ts';
import type { Table } from '../table.ts';
import { flag } from '../table-options.ts';
import { keyMode, measureColumns, packStats, reduceStats, statsModes } from './file-stats.ts';
import type { WritePlan } from './writable.ts';

/** Ids of the key columns of files begin here. Source: Paimon, table/SpecialFields.java. */
const KEY_ID_BASE = 1073741823;
const EMPTY_ROW = encodeRow([], []);
const NO_STATS = { minValues: EMPTY_ROW, maxValues: EMPTY_ROW, nullCounts: [] };
/** Numbers the stages of a process. */
let stages = 0;

/** What the files of one writer share. */
export interface FileContext {
  readonly table: Table;
  readonly plan: WritePlan;
  readonly engine: Engine;
  readonly signal: AbortSignal | undefined;
  /** Told every file before it is made, so that it can be removed. */
  readonly onFile: (path: string) => void;
  /** Bytes of rows in memory a byte of a file has held so far; 1 before anything is known. */
  ratio: number;
}

/**
 * What files are to a bucket.
 *
 * Shape   `level` of the merge tree; `source` as `_FILE_SOURCE` has it: 0 rows written, 1 a compaction.
 *         `firstSequence`: every file's rows are numbered from it on, whatever the batches say, as Java
 *         numbers what it compacts of an append table.
 */
export interface FileRole {
  readonly level: number;
  readonly source: 0 | 1;
  readonly firstSequence?: bigint;
}

/** Files of rows that come into a table. */
export const WRITTEN: FileRole = { level: 0, source: 0 };

/**
 * Writes the files of one bucket.
 *
 * Shape   batches as a merge gives them: the table's columns, sequence number, kind; in the order of the
 *         file. Append tables ignore the kinds.
 * Limits  the rows of one file lie in the engine, which spills.
 * Source  Paimon, io/KeyValueDataFileWriter.java, RowDataFileWriter.java.
 */
export class BucketFiles {
  readonly #context: FileContext;
  readonly #directory: string;
  readonly #role: FileRole;
  readonly #id = uuid();
  readonly #metas: DataFileMeta[] = [];
  #open: OpenFile | undefined;

  constructor(context: FileContext, directory: string, role: FileRole) {
    this.#context = context;
    this.#directory = directory;
    this.#role = role;
  }

  async append(batch: Batch): Promise<void> {
    checkAborted(this.#context.signal);
    this.#open ??= await OpenFile.create(this.#context);
    await this.#open.append(batch);
    if (this.#open.bytes >= this.#context.plan.fileBytesTarget * this.#context.ratio) await this.#close();
  }

  /** Ends the last file; the files written, in order. */
  async finish(): Promise<readonly DataFileMeta[]> {
    await this.#close();
    return this.#metas;
  }

  /** Gives up the file that is open. */
  async abort(): Promise<void> {
    await this.#open?.dispose();
    this.#open = undefined;
  }

  async #close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return;
    try {
      const name = `${this.#context.plan.filePrefix}${this.#id}-${this.#metas.length}.parquet`;
      this.#metas.push(await open.write(this.#directory, name, this.#role));
    } finally {
      await open.dispose();
    }
  }
}

/** Rows that will be one file. */
class OpenFile {
  readonly #context: FileContext;
  readonly #stage: Stage;
  readonly #stored: readonly Field[];
  readonly #keys: readonly number[];
  bytes = 0;
  #rows = 0;
  #retracts = 0;
  #minSequence = 2n ** 63n - 1n;
  #maxSequence = -(2n ** 63n);
  #firstKey: readonly Value[] | undefined;
  #lastKey: readonly Value[] = [];

  private constructor(context: FileContext, stage: Stage, stored: readonly Field[]) {
    this.#context = context;
    this.#stage = stage;
    this.#stored = stored;
    this.#keys = context.plan.spec?.key ?? [];
  }

  static async create(context: FileContext): Promise<OpenFile> {
    const fields = [...context.plan.fields, SEQUENCE_NUMBER_FIELD, VALUE_KIND_FIELD];
    // Columns are numbered: the stage does not know the names of the file.
    const stored = fields.map((field, i): Field => ({ ...field, name: `c${i}` }));
    return new OpenFile(context, await context.engine.stage(`file_${stages++}`, stored), stored);
  }

  async append(batch: Batch): Promise<void> {
    if (batch.rowCount === 0) return;
    await this.#stage.append({ fields: this.#stored, rowCount: batch.rowCount, columns: batch.columns });
    this.bytes += batchBytes(batch);
    this.#rows += batch.rowCount;
    const count = this.#context.plan.fields.length;
    const sequences = (batch.columns[count] as unknown as { readonly values: BigInt64Array }).values;
    const kinds = (batch.columns[count + 1] as unknown as { readonly values: Int8Array }).values;
    for (let i = 0; i < batch.rowCount; i++) {
      const sequence = sequences[i] as bigint;
      if (sequence < this.#minSequence) this.#minSequence = sequence;
      if (sequence > this.#maxSequence) this.#maxSequence = sequence;
      if (isRetract(kinds[i] as number)) this.#retracts++;
    }
    const key = (row: number): readonly Value[] =>
      this.#keys.map((c) => copyOf(valueAt(batch.columns[c] as Vector, row)));
    this.#firstKey ??= key(0);
    this.#lastKey = key(batch.rowCount - 1);
  }

  /** Makes the file, durable, and describes it. */
  async write(directory: string, fileName: string, role: FileRole): Promise<DataFileMeta> {
    const { engine, table, plan, signal } = this.#context;
    await this.#stage.finish();
    const path = `${directory}/${fileName}`;
    await table.store.makeDirectory(directory);
    this.#context.onFile(path);
    const { compression, zstdLevel } = plan;
    await writeParquet(engine, {
      stage: this.#stage.name,
      columns: this.#fileColumns(),
      path,
      compression,
      zstdLevel,
      signal,
    });
    await table.store.sync(path);
    const fileSize = (await table.store.stat(path))?.size ?? 0;
    this.#context.ratio = Math.max(1, Math.min(64, this.bytes / Math.max(1, fileSize)));
    return await this.#describe(fileName, fileSize, role);
  }

  async dispose(): Promise<void> {
    await this.#stage[Symbol.asyncDispose]();
  }

  #fileColumns(): readonly ParquetColumn[] {
    const { plan } = this.#context;
    const values = plan.fields.map((field, i): ParquetColumn => ({ source: `c${i}`, field }));
    if (plan.spec === undefined) return values;
    const keys = plan.thin
      ? []
      : plan.spec.key.map((c): ParquetColumn => {
          const field = plan.fields[c] as Field;
          const named = { ...field, id: KEY_ID_BASE + field.id, name: `_KEY_${field.name}` };
          return { source: `c${c}`, field: named };
        });
    const system = [SEQUENCE_NUMBER_FIELD, VALUE_KIND_FIELD].map(
      (field, i): ParquetColumn => ({ source: `c${plan.fields.length + i}`, field }),
    );
    return [...keys, ...system, ...values];
  }

  async #describe(fileName: string, fileSize: number, role: FileRole): Promise<DataFileMeta> {
    const { engine, table, plan, signal } = this.#context;
    const { raw } = table.options;
    const measured = await measureColumns(engine, this.#stage.name, plan.fields, signal);
    const thinKeys = new Set(plan.thin ? plan.keyFields.map((field) => field.name) : []);
    const modes = statsModes(plan.fields, raw, thinKeys);
    const reduced = measured.map((stats, i) => {
      return reduceStats(modes[i] as (typeof modes)[number], (plan.fields[i] as Field).type, stats);
    });
    const dense = flag(raw, 'metadata.stats-dense-store', true);
    const values = packStats(plan.fields, reduced, { dense });
    const keyTypes = plan.keyFields.map((field) => field.type);
    const keyStats = this.#keys.map((c, i) => {
      const { name, type } = plan.keyFields[i] as Field;
      const mode = plan.thin ? (modes[c] as (typeof modes)[number]) : keyMode(raw, name);
      return reduceStats(mode, type, measured[c] as (typeof measured)[number]);
    });
    const keyed = plan.spec !== undefined;
    const first = role.firstSequence;
    return {
      fileName,
      fileSize: BigInt(fileSize),
      rowCount: BigInt(this.#rows),
      minKey: keyed ? encodeRow(keyTypes, this.#firstKey ?? []) : EMPTY_ROW,
      maxKey: keyed ? encodeRow(keyTypes, this.#lastKey) : EMPTY_ROW,
      keyStats: keyed ? packStats(plan.keyFields, keyStats, { dense: false }).stats : NO_STATS,
      valueStats: values.stats,
      minSequenceNumber: first ?? this.#minSequence,
      maxSequenceNumber: first === undefined ? this.#maxSequence : first + BigInt(this.#rows) - 1n,
      schemaId: table.schema.id,
      level: role.level,
      extraFiles: [],
      creationTimeMs: BigInt(localWallClockMs()),
      deleteRowCount: BigInt(this.#retracts),
      fileSource: role.source,
      valueStatsCols: values.columns,
    };
  }
}

function copyOf(value: Value): Value {
  return value instanceof Uint8Array ? value.slice() : value;
}

/** The wall clock of this machine's zone as if it were UTC, as Java stores the time a file was made. */
function localWallClockMs(): number {
  const now = nowMs();
  return now - new Date(now).getTimezoneOffset() * 60_000;
}
