// One bucket's rows as data files: written as they come, the next file begun when one is large enough.
import { basename } from 'node:path';
import { checkAborted, type DataType, nowMs, uuid } from '../../base/index.ts';
import {
  type Batch,
  batchBytes,
  encodeRow,
  type IntVector,
  type LongVector,
  longExtremes,
  sliceBatch,
  type Value,
  type Vector,
  valueAt,
} from '../../codec/index.ts';
import type { DataFileMeta } from '../../format/index.ts';
import { isRetract } from '../../tree/index.ts';
import type { Table } from '../table.ts';
import { flag } from '../table-options.ts';
import { fileColumns, fileFields } from './file-fields.ts';
import {
  type ColumnStats,
  keyMode,
  packStats,
  reduceStats,
  type StatsMode,
  statsModes,
} from './file-stats.ts';
import { createFile, type FormatFile, type Storage } from './format-file.ts';
import type { ChangelogPlan, WritePlan } from './writable.ts';

const EMPTY_ROW = encodeRow([], []);
const NO_STATS = { minValues: EMPTY_ROW, maxValues: EMPTY_ROW, nullCounts: [] };
/** After so many rows a look is taken at the size. Source: Paimon, io/RollingFileWriter.java. */
const ROLL_CHECK_ROWS = 1000;

/** What the files of one writer share. */
export interface FileContext {
  readonly table: Table;
  readonly plan: WritePlan;
  readonly signal: AbortSignal | undefined;
  /** Told every file before it is made, so that it can be removed. */
  readonly onFile: (path: string) => void;
}

/**
 * What files are to a bucket.
 *
 * Shape   `level` of the merge tree; `source` as `_FILE_SOURCE` has it: 0 rows written, 1 a compaction.
 *         `firstSequence`: every file's rows are numbered from it on, whatever the batches say, as Java
 *         numbers what it compacts of an append table. `changelog`: how changelog files are made, for those.
 */
export interface FileRole {
  readonly level: number;
  readonly source: 0 | 1;
  readonly firstSequence?: bigint;
  readonly changelog?: ChangelogPlan;
}

/** Files of rows that come into a table. */
export const WRITTEN: FileRole = { level: 0, source: 0 };

/**
 * Writes the files of one bucket.
 *
 * Shape   batches as a merge gives them: the table's columns, sequence number, kind; in the order of the
 *         file. Append tables ignore the kinds.
 * Limits  those of the file that is open, see `ParquetFile`, `AvroFile`.
 * Source  Paimon, io/RollingFileWriterImpl.java, KeyValueDataFileWriter.java, RowDataFileWriter.java.
 */
export class BucketFiles {
  readonly #context: FileContext;
  readonly #directory: string;
  readonly #role: FileRole;
  readonly #id = uuid();
  readonly #metas: DataFileMeta[] = [];
  #open: OpenFile | undefined;
  /** Rows of all files. */
  #rows = 0;

  constructor(context: FileContext, directory: string, role: FileRole) {
    this.#context = context;
    this.#directory = directory;
    this.#role = role;
  }

  async append(batch: Batch): Promise<void> {
    for (let from = 0; from < batch.rowCount; ) {
      checkAborted(this.#context.signal);
      this.#open ??= await this.#create();
      // Far from a file's size no look is needed: a byte in memory makes no more than two in a file.
      const far = this.#open.bytesLeft > 2 * batchBytes(batch);
      const step = ROLL_CHECK_ROWS - (this.#rows % ROLL_CHECK_ROWS);
      const to = far ? batch.rowCount : Math.min(batch.rowCount, from + step);
      await this.#open.append(sliceBatch(batch, from, to));
      this.#rows += to - from;
      from = to;
      if (this.#rows % ROLL_CHECK_ROWS === 0 && (await this.#open.isFull())) await this.#close();
    }
  }

  async #create(): Promise<OpenFile> {
    const { plan } = this.#context;
    const { filePrefix } = this.#role.changelog ?? plan;
    const { format } = storageOf(plan, this.#role);
    const name = `${filePrefix}${this.#id}-${this.#metas.length}.${format}`;
    return await OpenFile.create(this.#context, `${this.#directory}/${name}`, this.#role);
  }

  /** Ends the last file; the files written, in order. */
  async finish(): Promise<readonly DataFileMeta[]> {
    await this.#close();
    return this.#metas;
  }

  /** Gives up the file that is open. */
  async abort(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    await open?.[Symbol.asyncDispose]();
  }

  async #close(): Promise<void> {
    if (this.#open === undefined) return;
    this.#metas.push(await this.#open.finish());
    this.#open = undefined;
  }
}

/** Rows on their way into a file, and what a manifest will say of it. */
class OpenFile implements AsyncDisposable {
  readonly #context: FileContext;
  readonly #name: string;
  readonly #role: FileRole;
  readonly #file: FormatFile;
  readonly #keys: readonly number[];
  #rows = 0;
  #retracts = 0;
  #minSequence: bigint | undefined;
  #maxSequence: bigint | undefined;
  #firstKey: readonly Value[] | undefined;
  #lastKey: readonly Value[] = [];

  private constructor(context: FileContext, path: string, role: FileRole, file: FormatFile) {
    this.#context = context;
    this.#name = basename(path);
    this.#role = role;
    this.#file = file;
    this.#keys = context.plan.spec?.key ?? [];
  }

  static async create(context: FileContext, path: string, role: FileRole): Promise<OpenFile> {
    const { table, plan } = context;
    context.onFile(path);
    const file = await createFile(table.store, path, fileFields(plan), storageOf(plan, role));
    return new OpenFile(context, path, role, file);
  }

  async append(batch: Batch): Promise<void> {
    const { plan } = this.#context;
    const count = plan.fields.length;
    const { rowCount, columns } = batch;
    const sequence = columns[count] as LongVector;
    const kind = columns[count + 1] as IntVector;
    await this.#file.append(fileColumns(plan, columns), rowCount);
    this.#rows += rowCount;
    this.#addSequences(sequence.values, rowCount);
    const kinds = kind.values;
    for (let i = 0; i < rowCount; i++) if (isRetract(kinds[i] as number)) this.#retracts++;
    const key = (row: number): readonly Value[] =>
      this.#keys.map((c) => copyOf(valueAt(columns[c] as Vector, row)));
    this.#firstKey ??= key(0);
    this.#lastKey = key(rowCount - 1);
  }

  #addSequences(values: BigInt64Array, count: number): void {
    const [least, greatest] = longExtremes(values, count);
    const min = values[least] as bigint;
    const max = values[greatest] as bigint;
    if (this.#minSequence === undefined || min < this.#minSequence) this.#minSequence = min;
    if (this.#maxSequence === undefined || max > this.#maxSequence) this.#maxSequence = max;
  }

  /** Bytes until the file is as large as it should become, by estimate. */
  get bytesLeft(): number {
    return this.#context.plan.fileBytesTarget - this.#file.estimatedBytes;
  }

  /** True when the file is as large as it should become. */
  async isFull(): Promise<boolean> {
    const target = this.#context.plan.fileBytesTarget;
    return this.#file.estimatedBytes >= target && (await this.#file.measuredBytes()) >= target;
  }

  /** Ends the file, durable, and describes it. */
  async finish(): Promise<DataFileMeta> {
    const { size, stats } = await this.#file.finish();
    return this.#describe(size, stats);
  }

  /** What is kept of the table's columns and of the key; `before`: columns of the file before them. */
  #modes(before: number): { readonly values: readonly StatsMode[]; readonly keys: readonly StatsMode[] } {
    const { table, plan } = this.#context;
    const { raw } = table.options;
    const mode = this.#role.changelog?.statsMode ?? plan.storages.statsMode(this.#role.level);
    if (plan.spec !== undefined && storageOf(plan, this.#role).format === 'avro') {
      // Java counts all columns of such a file alike.
      const all = statsModes(fileFields(plan), raw, { keys: new Set(), mode });
      const values = all.slice(before);
      return { values, keys: plan.thin ? this.#keys.map((c) => values[c] as StatsMode) : all };
    }
    const keys = new Set(plan.thin ? plan.keyFields.map((field) => field.name) : []);
    const values = statsModes(plan.fields, raw, { keys, mode });
    const ofKey = plan.keyFields.map(({ name }, i) =>
      plan.thin ? (values[this.#keys[i] as number] as StatsMode) : keyMode(raw, name),
    );
    return { values, keys: ofKey };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file[Symbol.asyncDispose]();
  }

  #describe(fileSize: number, measured: readonly ColumnStats[]): DataFileMeta {
    const { table, plan } = this.#context;
    const role = this.#role;
    const values = plan.fields.length;
    const before = measured.length - values;
    const modes = this.#modes(before);
    const reduced = plan.fields.map(({ type }, i) =>
      reduceStats(modes.values[i] as StatsMode, type, measured[before + i] as ColumnStats),
    );
    const dense = flag(table.options.raw, 'metadata.stats-dense-store', true);
    const valueStats = packStats(plan.fields, reduced, { dense });
    const keyTypes = plan.keyFields.map((field) => field.type);
    const keyStats = this.#keys.map((c, i) =>
      reduceStats(modes.keys[i] as StatsMode, keyTypes[i] as DataType, measured[before + c] as ColumnStats),
    );
    const keyed = plan.spec !== undefined;
    const first = role.firstSequence;
    return {
      fileName: this.#name,
      fileSize: BigInt(fileSize),
      rowCount: BigInt(this.#rows),
      minKey: keyed ? encodeRow(keyTypes, this.#firstKey ?? []) : EMPTY_ROW,
      maxKey: keyed ? encodeRow(keyTypes, this.#lastKey) : EMPTY_ROW,
      keyStats: keyed ? packStats(plan.keyFields, keyStats, { dense: false }).stats : NO_STATS,
      valueStats: valueStats.stats,
      minSequenceNumber: first ?? this.#minSequence ?? 0n,
      maxSequenceNumber: first === undefined ? (this.#maxSequence ?? 0n) : first + BigInt(this.#rows) - 1n,
      schemaId: table.schema.id,
      level: role.level,
      extraFiles: [],
      creationTimeMs: BigInt(localWallClockMs()),
      deleteRowCount: BigInt(this.#retracts),
      fileSource: role.source,
      valueStatsCols: valueStats.columns,
    };
  }
}

/** How a file of this role is stored. */
function storageOf(plan: WritePlan, role: FileRole): Storage {
  return role.changelog?.storage ?? plan.storages.of(role.level);
}

function copyOf(value: Value): Value {
  return value instanceof Uint8Array ? value.slice() : value;
}

/** The wall clock of this machine's zone as if it were UTC, as Java stores the time a file was made. */
function localWallClockMs(): number {
  const now = nowMs();
  return now - new Date(now).getTimezoneOffset() * 60_000;
}
