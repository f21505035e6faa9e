// Splits: the pieces a table is read in. Each is one bucket's files, or a part of them, and says how they
// are to be read.
import type { DataFileMeta } from '../../format/index.ts';

/** Where the deletion vector of a data file lies. `length` as the index manifest has it. */
export interface DeletionFile {
  readonly path: string;
  readonly offset: number;
  readonly length: number;
  readonly cardinality?: bigint;
}

/** A data file of a split, with the rows deleted from it. */
export interface SplitFile {
  readonly file: DataFileMeta;
  readonly deletion?: DeletionFile;
}

/**
 * How a split's rows come to be.
 *
 * Shape   `raw`: the files' rows as they are, all of kind +I. `merge`: rows of one key merged by the table's
 *         engine. `as-written`: the files' rows with the kinds they were written with, never merged
 *         (streaming reads).
 */
export type SplitWay = 'raw' | 'merge' | 'as-written';

/** A bucket as a split belongs to it. `partition`: serialized BinaryRow with its arity in front. */
interface SplitBase {
  readonly snapshotId: bigint;
  readonly partition: Uint8Array;
  readonly bucket: number;
  readonly totalBuckets: number;
  /** The rows come from the fallback branch's table. */
  readonly fromFallback?: true;
}

export interface DataSplit extends SplitBase {
  readonly kind: 'data';
  readonly way: SplitWay;
  readonly files: readonly SplitFile[];
}

/**
 * Two states of a bucket to be compared.
 *
 * Shape   `diff`: rows of `after` that are new or changed, and the keys gone as -D. `overwrite`: rows of
 *         `before` as -D, then those of `after` as +I.
 */
export interface DiffSplit extends SplitBase {
  readonly kind: 'diff';
  readonly way: 'diff' | 'overwrite';
  readonly before: readonly SplitFile[];
  readonly after: readonly SplitFile[];
}

export type Split = DataSplit | DiffSplit;

/** All files of a split. */
export function filesOf(split: Split): readonly SplitFile[] {
  return split.kind === 'data' ? split.files : [...split.before, ...split.after];
}

/** The rows a split will give, when its metadata says: raw rows less the deleted ones. */
export function knownRowCount(split: Split): bigint | undefined {
  if (split.kind !== 'data' || split.way !== 'raw') return undefined;
  let rows = 0n;
  for (const { file, deletion } of split.files) {
    if (deletion !== undefined && deletion.cardinality === undefined) return undefined;
    rows += file.rowCount - (deletion?.cardinality ?? 0n);
  }
  return rows;
}

/**
 * Packs items in order into groups of at most `target`, except groups of one item.
 *
 * Source  Paimon, utils/BinPacking.java (packForOrdered).
 */
export function packOrdered<T>(items: readonly T[], weightOf: (item: T) => number, target: number): T[][] {
  const packed: T[][] = [];
  let group: T[] = [];
  let sum = 0;
  for (const item of items) {
    const weight = weightOf(item);
    if (sum + weight > target && group.length > 0) {
      packed.push(group);
      group = [];
      sum = 0;
    }
    sum += weight;
    group.push(item);
  }
  if (group.length > 0) packed.push(group);
  return packed;
}
