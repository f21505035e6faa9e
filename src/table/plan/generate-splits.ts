// From the live files of a bucket to the splits it is read in.
import type { DataFileMeta } from '../../format/index.ts';
import type { TableOptions } from '../table-options.ts';
import { packOrdered, type SplitWay } from './split.ts';

/** Files read together, and how. */
export interface SplitGroup {
  readonly way: SplitWay;
  readonly files: readonly DataFileMeta[];
}

/** Cuts files into sections whose key ranges do not overlap, each an ordered list of sorted runs. */
export type Sections = (files: readonly DataFileMeta[]) => readonly (readonly (readonly DataFileMeta[])[])[];

type SplitOptions = Pick<
  TableOptions,
  'deletionVectors' | 'mergeEngine' | 'splitTargetBytes' | 'openFileCostBytes'
>;

/**
 * Splits of one bucket of a primary-key table for a batch read.
 *
 * Shape   a bucket without level 0 and without delete rows whose files cannot overlap (one level, or
 *         deletion vectors or first-row) is read raw; else whole sections are packed together, and a split
 *         of one file without delete rows is read raw. Files whose delete count is unknown are merged, since
 *         only a merge drops deleted rows.
 * Source  Paimon, table/source/MergeTreeSplitGenerator.java,
 *         splitread/PrimaryKeyTableRawFileSplitReadProvider.java.
 */
export function mergeTreeSplits(
  files: readonly DataFileMeta[],
  options: SplitOptions,
  sections: Sections,
): readonly SplitGroup[] {
  const weigh = fileWeight(options);
  const noDeletes = files.every((file) => file.level !== 0 && mayLackDeletes(file));
  const oneLevel = new Set(files.map((file) => file.level)).size === 1;
  if (noDeletes && (options.deletionVectors || options.mergeEngine === 'first-row' || oneLevel)) {
    return packOrdered(files, weigh, options.splitTargetBytes).map((group) => ({
      way: group.every(isCounted) ? 'raw' : 'merge',
      files: group,
    }));
  }
  const flat = sections(files).map((runs) => runs.flat());
  const weighSection = (section: readonly DataFileMeta[]): number =>
    Math.max(
      section.reduce((sum, file) => sum + Number(file.fileSize), 0),
      options.openFileCostBytes,
    );
  return packOrdered(flat, weighSection, options.splitTargetBytes).map((group) => {
    const together = group.flat();
    const [only] = together;
    const raw = together.length === 1 && only !== undefined && mayLackDeletes(only) && isCounted(only);
    return { way: raw ? 'raw' : 'merge', files: together };
  });
}

/**
 * Splits of one bucket of an append table: files in the order of their rows. Source: Paimon,
 * AppendOnlySplitGenerator.java.
 */
export function appendSplits(
  files: readonly DataFileMeta[],
  options: SplitOptions,
  way: SplitWay,
): readonly SplitGroup[] {
  const sorted = [...files].sort((a, b) => compareBigint(a.minSequenceNumber, b.minSequenceNumber));
  return packOrdered(sorted, fileWeight(options), options.splitTargetBytes).map((group) => ({
    way,
    files: group,
  }));
}

function fileWeight(options: SplitOptions): (file: DataFileMeta) => number {
  return (file) => Math.max(Number(file.fileSize), options.openFileCostBytes);
}

/** An unknown count is taken for none, as old versions wrote it. */
function mayLackDeletes(file: DataFileMeta): boolean {
  return file.deleteRowCount === undefined || file.deleteRowCount === 0n;
}

function isCounted(file: DataFileMeta): boolean {
  return file.deleteRowCount !== undefined;
}

function compareBigint(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
