// Which files of an append table are compacted together. Decides without I/O.
import type { DataFileMeta } from '../../format/index.ts';
import type { CompactionRules } from './compaction-rules.ts';

/** The least files a full compaction of a bucket with an order takes. */
const FULL_FILES_MIN = 3;

/**
 * Packs the files of a partition without buckets, smallest ones first: so many that twice a file's size comes
 * together, or `minFileCount` at last. `full`: what is left over too, as Java does when it has aged.
 *
 * Source  Paimon, append/AppendCompactCoordinator.java (SubCoordinator.pack, agePack).
 */
export function packUnaware(
  files: readonly DataFileMeta[],
  rules: CompactionRules,
  full: boolean,
): readonly (readonly DataFileMeta[])[] {
  const small = files.filter((file) => file.fileSize < rules.smallBytes);
  small.sort((a, b) => compareBytes(a, b));
  const packed: (readonly DataFileMeta[])[] = [];
  let bin: DataFileMeta[] = [];
  let bytes = 0n;
  for (const file of small) {
    bin.push(file);
    bytes += file.fileSize + rules.openFileCostBytes;
    if (bin.length < 2 || bytes < rules.targetBytes * 2n) continue;
    packed.push(bin);
    bin = [];
    bytes = 0n;
  }
  if (bin.length >= (full ? 2 : Math.max(2, rules.minFileCount))) packed.push(bin);
  return packed;
}

function compareBytes(a: DataFileMeta, b: DataFileMeta): number {
  return a.fileSize < b.fileSize ? -1 : a.fileSize > b.fileSize ? 1 : 0;
}

/** Files to compact, and those a later pick may look at. */
export interface AppendPick {
  readonly picked: readonly DataFileMeta[] | undefined;
  readonly left: readonly DataFileMeta[];
}

/**
 * The next files of a bucket to compact: neighbours in the order of their rows.
 *
 * Shape   `files` in the order of their rows.
 * Source  Paimon, append/BucketedAppendCompactManager.java (pickCompactBefore).
 */
export function pickNeighbours(files: readonly DataFileMeta[], rules: CompactionRules): AppendPick {
  let first = 0;
  let bytes = 0n;
  for (const [i, file] of files.entries()) {
    bytes += file.fileSize;
    if (i - first + 1 >= rules.minFileCount)
      return { picked: files.slice(first, i + 1), left: files.slice(i + 1) };
    if (bytes < rules.targetBytes * 2n) continue;
    bytes -= (files[first] as DataFileMeta).fileSize;
    first++;
  }
  return { picked: undefined, left: files.slice(first) };
}

/**
 * The files a full compaction of a bucket takes: all behind the large ones it begins with, when more of them
 * are small than large.
 *
 * Source  Paimon, append/BucketedAppendCompactManager.java (triggerFullCompaction, FullCompactTask).
 */
export function pickAll(
  files: readonly DataFileMeta[],
  rules: CompactionRules,
): readonly DataFileMeta[] | undefined {
  if (rules.rewriteAll) return files.length === 0 ? undefined : files;
  if (files.length < FULL_FILES_MIN) return undefined;
  const firstSmall = files.findIndex((file) => file.fileSize < rules.smallBytes);
  const rest = firstSmall < 0 ? [] : files.slice(firstSmall);
  const small = rest.filter((file) => file.fileSize < rules.smallBytes).length;
  return rest.length >= FULL_FILES_MIN && small > rest.length - small ? rest : undefined;
}
