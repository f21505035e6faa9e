// Rows of one Parquet file: pages of all columns side by side, put together to batches.
import { BATCH_BYTES_TARGET, BATCH_ROWS_MAX, checkAborted, corrupt, type Field } from '../../base/index.ts';
import {
  type Batch,
  constantVector,
  NestedColumn,
  type NestedShape,
  type PageTarget,
  type ParquetChunk,
  type ParquetLeaf,
  pageColumn,
  type RowColumn,
  STEP_ROWS,
} from '../../codec/index.ts';
import type { PageBudget } from '../../memory/index.ts';
import type { ChunkSource } from './chunk-reader.ts';
import { LeafPages, type PagesOptions } from './leaf-pages.ts';
import { fillLeaves, OpenLeaf } from './open-leaf.ts';
import { type ByteRanges, type OpenParquet, readTogether } from './open-parquet.ts';
import type { PlannedColumn } from './plan-parquet.ts';

/**
 * How to read a file.
 *
 * Shape   `keep` says which row groups are read, by their place; default all. `batchRows`, `batchBytes`:
 *         where batches are closed; one row may exceed the latter. `reuse`: see the engine's `ReadOptions`.
 */
export interface ParquetReadOptions {
  readonly keep?: (rowGroup: number) => boolean;
  readonly batchRows?: number | undefined;
  readonly batchBytes?: number | undefined;
  readonly reuse?: boolean | undefined;
  readonly budget: PageBudget;
  readonly signal?: AbortSignal | undefined;
}

/** Rows that lie together in their file; `first`: the 0-based position of the first of them. */
export interface PlacedBatch {
  readonly batch: Batch;
  readonly first: number;
}

/** Bytes read ahead over all columns of a file, and of one at least and at most. */
const READ_AHEAD_BYTES = 2 * 1024 * 1024;
const STEP_BYTES_MIN = 8 * 1024;
const STEP_BYTES_MAX = 256 * 1024;
/** Chunks of a row group that lie within so many bytes are read at once. */
const TOGETHER_BYTES_MAX = 1024 * 1024;
/** Rows measured at once over all columns: each keeps what it measured. */
const STEP_ROWS_ALL = 128 * 1024;
const STEP_ROWS_MIN = 64;

/**
 * Reads the planned columns of the row groups kept.
 *
 * Limits  of every column one page, its dictionary and the bytes read ahead, which are counted against
 *         `budget`, and one batch.
 * Errors  FILE_CORRUPT naming the file and the place; MEMORY_EXHAUSTED, LIMIT_EXCEEDED, CANCELLED.
 */
export async function* readParquetRows(
  opened: OpenParquet,
  planned: readonly PlannedColumn[],
  options: ParquetReadOptions,
): AsyncGenerator<PlacedBatch, void, undefined> {
  const groups = keptGroups(opened, options.keep);
  const builder = new BatchBuilder(opened.path, planned, options);
  const leaves = leavesOpened(opened, groups, builder, options);
  try {
    for (const [index, group] of groups.entries()) {
      if (builder.rowCount > 0 && group.first !== builder.end) yield builder.take();
      builder.place(group.first);
      for (let left = group.rowCount; left > 0; ) {
        checkAborted(options.signal);
        await fillLeaves(leaves, index);
        const rows = builder.step(left);
        left -= rows;
        if (rows === 0 || builder.isFull) yield builder.take();
      }
    }
    if (builder.rowCount > 0) yield builder.take();
  } finally {
    await Promise.all(leaves.map((leaf) => leaf.close()));
  }
}

interface KeptGroup {
  readonly first: number;
  readonly rowCount: number;
  readonly chunks: readonly ParquetChunk[];
}

function keptGroups({ footer }: OpenParquet, keep: ((rowGroup: number) => boolean) | undefined): KeptGroup[] {
  const kept: KeptGroup[] = [];
  let first = 0;
  for (const [i, { rowCount, chunks }] of footer.rowGroups.entries()) {
    if (rowCount > 0 && (keep === undefined || keep(i))) kept.push({ first, rowCount, chunks });
    first += rowCount;
  }
  return kept;
}

function leavesOpened(
  opened: OpenParquet,
  groups: readonly KeptGroup[],
  builder: BatchBuilder,
  { budget, signal }: ParquetReadOptions,
): OpenLeaf[] {
  const leaves = builder.targets.map(({ leaf }) => leaf);
  const share = READ_AHEAD_BYTES / Math.max(1, leaves.length);
  const stepBytes = Math.max(STEP_BYTES_MIN, Math.min(STEP_BYTES_MAX, Math.floor(share)));
  const options: PagesOptions = { file: opened.path, stepBytes, budget, signal };
  const ranges = groups.map((group) => rangesOf(opened, group, leaves));
  return builder.targets.map(({ leaf, target }) => {
    const chunks = groups.map(({ chunks }, g): ChunkSource => {
      const chunk = chunks[leaf.index] as ParquetChunk;
      return { chunk, ranges: ranges[g] as ByteRanges };
    });
    return new OpenLeaf(target, new LeafPages(chunks, options), chunks, opened.path);
  });
}

/** Where the chunks of a row group come from: read at once when they lie close together. */
function rangesOf(
  { path, end, ranges }: OpenParquet,
  { chunks }: KeptGroup,
  leaves: readonly ParquetLeaf[],
): ByteRanges {
  let first = end;
  let last = 0;
  for (const leaf of leaves) {
    const { start, length } = chunks[leaf.index] as ParquetChunk;
    if (start + length > end)
      throw corrupt(path, start, `pages of column ${leaf.path.join('.')} reach into the footer`);
    first = Math.min(first, start);
    last = Math.max(last, start + length);
  }
  if (last - first > TOGETHER_BYTES_MAX || last <= first) return ranges;
  // Each leaf asks once: it gets all of its chunk then.
  return readTogether(ranges, first, last, leaves.length);
}

/** A leaf, and what its pages are put into. */
interface LeafTarget {
  readonly leaf: ParquetLeaf;
  readonly target: PageTarget;
}

/** The column of a shape; the leaves it is made of are added to `targets`. */
function columnOf(
  shape: NestedShape,
  targets: LeafTarget[],
  options: { readonly file: string; readonly reuse: boolean },
): RowColumn {
  if (shape.kind === 'leaf') {
    const column = pageColumn(shape.leaf, shape.plan, options.reuse);
    targets.push({ leaf: shape.leaf, target: column });
    return column;
  }
  const column = new NestedColumn(shape, options);
  for (const { leaf, rows } of column.leaves) targets.push({ leaf, target: rows });
  return column;
}

/** A batch being built. */
class BatchBuilder {
  readonly columns: readonly RowColumn[];
  /** Where the pages of each leaf go. */
  readonly targets: readonly LeafTarget[];
  readonly #fields: readonly Field[];
  /** For every field its place among `columns`, -1 when the file does not have it. */
  readonly #sources: readonly number[];
  readonly #rowsMax: number;
  readonly #bytesMax: number;
  readonly #stepRows: number;
  rowCount = 0;
  #bytes = 0;
  #first = 0;

  constructor(file: string, planned: readonly PlannedColumn[], options: ParquetReadOptions) {
    const columns: RowColumn[] = [];
    const targets: LeafTarget[] = [];
    this.#sources = planned.map(({ shape }) => {
      if (shape === undefined) return -1;
      return columns.push(columnOf(shape, targets, { file, reuse: options.reuse === true })) - 1;
    });
    this.columns = columns;
    this.targets = targets;
    this.#fields = planned.map(({ field }) => field);
    this.#rowsMax = Math.max(1, Math.min(options.batchRows ?? BATCH_ROWS_MAX, BATCH_ROWS_MAX));
    this.#bytesMax = Math.max(1, options.batchBytes ?? BATCH_BYTES_TARGET);
    const share = Math.floor(STEP_ROWS_ALL / Math.max(1, columns.length));
    this.#stepRows = Math.max(STEP_ROWS_MIN, Math.min(STEP_ROWS, share));
  }

  /** The position behind the last row. */
  get end(): number {
    return this.#first + this.rowCount;
  }

  get isFull(): boolean {
    return this.rowCount >= this.#rowsMax || this.#bytes >= this.#bytesMax;
  }

  /** The next row stands at this position, which is `end` unless the batch is empty. */
  place(first: number): void {
    if (this.rowCount === 0) this.#first = first;
  }

  /** Appends some of the next rows, at most `left`; 0 when the batch has to be closed first. */
  step(left: number): number {
    let rows = Math.min(left, this.#rowsMax - this.rowCount);
    if (this.columns.length > 0) rows = this.#fitting(Math.min(rows, this.#stepRows));
    for (const column of this.columns) {
      this.#bytes += column.bytesOf(rows);
      column.append(rows);
    }
    this.rowCount += rows;
    return rows;
  }

  #fitting(rowsMax: number): number {
    let rows = rowsMax;
    for (const column of this.columns) rows = Math.min(rows, column.rowsReady);
    const room = this.#bytesMax - this.#bytes;
    let fitting = rows;
    for (const column of this.columns) fitting = Math.min(fitting, column.measure(fitting, room));
    for (let bytes = this.#bytesOf(fitting); bytes > room && fitting > 0; bytes = this.#bytesOf(fitting)) {
      fitting = Math.min(fitting - 1, Math.floor((fitting * room) / bytes));
    }
    if (fitting > 0 || this.rowCount > 0) return fitting;
    // One row may be larger than a batch.
    for (const column of this.columns) column.measure(1, Number.POSITIVE_INFINITY);
    return 1;
  }

  #bytesOf(rows: number): number {
    let bytes = 0;
    for (const column of this.columns) bytes += column.bytesOf(rows);
    return bytes;
  }

  take(): PlacedBatch {
    const { rowCount } = this;
    const first = this.#first;
    const vectors = this.columns.map((column) => column.take());
    const columns = this.#sources.map(
      (at, i) => vectors[at] ?? constantVector((this.#fields[i] as Field).type, null, rowCount),
    );
    this.#first += rowCount;
    this.rowCount = 0;
    this.#bytes = 0;
    return { batch: { fields: this.#fields, rowCount, columns }, first };
  }
}
