// The merge tree of one bucket as compaction sees it: the sorted runs of its levels, newest first. Decides
// nothing.
import { corrupt } from '../../base/index.ts';
import type { Value } from '../../codec/index.ts';
import type { DataFileMeta } from '../../format/index.ts';

/** A data file with its first and last key decoded: cells of the key columns. */
export interface TreeFile {
  readonly file: DataFileMeta;
  readonly minKey: readonly Value[];
  readonly maxKey: readonly Value[];
}

/** A sorted run: one file on level 0, all files of the level above it, in key order. Units: bytes. */
export interface LevelRun {
  readonly level: number;
  readonly files: readonly TreeFile[];
  readonly bytes: bigint;
}

/**
 * The levels of a bucket.
 *
 * Shape   `runs` newest first: level 0 one run per file, then one run for each level that has files.
 *         `levelCount` counts level 0 too.
 */
export interface Levels {
  readonly levelCount: number;
  readonly runs: readonly LevelRun[];
}

/** The order of keys. */
export type KeyOrder = (a: readonly Value[], b: readonly Value[]) => number;

/**
 * The levels of a bucket's files.
 *
 * Shape   `levelCount` is the table's `num-levels`; files on deeper levels raise it.
 * Errors  FILE_CORRUPT when the files of a level above 0 overlap, naming them.
 * Source  Paimon, mergetree/Levels.java, mergetree/SortedRun.java.
 */
export function levelsOf(
  files: readonly TreeFile[],
  options: { readonly levelCount: number; readonly compare: KeyOrder },
): Levels {
  const deepest = files.reduce((level, { file }) => Math.max(level, file.level), -1);
  const newest = files.filter(({ file }) => file.level === 0).sort(newestFirst);
  const runs = newest.map((file) => runOf(0, [file]));
  for (let level = 1; level <= deepest; level++) {
    const sorted = files.filter(({ file }) => file.level === level);
    if (sorted.length === 0) continue;
    sorted.sort((a, b) => options.compare(a.minKey, b.minKey));
    checkApart(sorted, options.compare);
    runs.push(runOf(level, sorted));
  }
  return { levelCount: Math.max(options.levelCount, deepest + 1), runs };
}

/** The levels after a compaction: `before` is gone, `after` is there. */
export function replaceFiles(
  levels: Levels,
  change: { readonly before: readonly TreeFile[]; readonly after: readonly TreeFile[] },
  compare: KeyOrder,
): Levels {
  const key = ({ file }: TreeFile): string => `${file.level} ${file.fileName}`;
  const gone = new Set(change.before.map(key));
  const kept = filesOf(levels).filter((file) => !gone.has(key(file)));
  return levelsOf([...kept, ...change.after], { levelCount: levels.levelCount, compare });
}

/** All files, newest run first. */
export function filesOf({ runs }: Levels): readonly TreeFile[] {
  return runs.flatMap((run) => run.files);
}

/** The deepest level that has files, -1 when none has. */
export function deepestLevel({ runs }: Levels): number {
  return runs.at(-1)?.level ?? -1;
}

function runOf(level: number, files: readonly TreeFile[]): LevelRun {
  return { level, files, bytes: files.reduce((sum, { file }) => sum + file.fileSize, 0n) };
}

/** Larger sequence numbers first; files of several writers may share one, then names decide at last. */
function newestFirst({ file: a }: TreeFile, { file: b }: TreeFile): number {
  return (
    order(b.maxSequenceNumber, a.maxSequenceNumber) ||
    order(a.minSequenceNumber, b.minSequenceNumber) ||
    order(a.creationTimeMs ?? 0n, b.creationTimeMs ?? 0n) ||
    (a.fileName < b.fileName ? -1 : a.fileName > b.fileName ? 1 : 0)
  );
}

function order(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function checkApart(sorted: readonly TreeFile[], compare: KeyOrder): void {
  for (const [i, next] of sorted.entries()) {
    const last = sorted[i - 1];
    if (last === undefined || compare(next.minKey, last.maxKey) > 0) continue;
    const { fileName, level } = next.file;
    const why = `its keys overlap those of ${last.file.fileName}, which lies on level ${level} too`;
    throw corrupt(fileName, undefined, why);
  }
}
