// What compactions of one bucket come to: which files go, which come.
import { encodeRow } from '../../codec/index.ts';
import type { DataFileMeta, ManifestEntry } from '../../format/index.ts';

/** A bucket of a partition and its live files. */
export interface BucketState {
  readonly partition: Uint8Array;
  readonly bucket: number;
  readonly totalBuckets: number;
  readonly files: readonly DataFileMeta[];
}

/**
 * The change of one bucket.
 *
 * Shape   `before` and `after` may hold one file on two levels. `created`: paths of the files made for it.
 */
export interface BucketChange {
  readonly bucket: BucketState;
  readonly before: readonly DataFileMeta[];
  readonly after: readonly DataFileMeta[];
  readonly created: readonly string[];
}

/** One compaction: files that were merged or moved to another level, and what came of them. */
export interface Compacted {
  readonly before: readonly DataFileMeta[];
  readonly after: readonly DataFileMeta[];
}

/**
 * Adds up compactions of one bucket that follow one another: files that only stood in between are left out.
 *
 * Source  Paimon, mergetree/MergeTreeWriter.java (updateCompactResult).
 */
export class CompactedFiles {
  readonly #before = new Map<string, DataFileMeta>();
  readonly #after = new Map<string, DataFileMeta>();

  get before(): readonly DataFileMeta[] {
    return [...this.#before.values()];
  }
  get after(): readonly DataFileMeta[] {
    return [...this.#after.values()];
  }

  /** Takes the next compaction; gives the files that nothing refers to any more: they can be removed. */
  add({ before, after }: Compacted): readonly DataFileMeta[] {
    const staying = new Set(after.map((file) => file.fileName));
    const useless: DataFileMeta[] = [];
    for (const file of before) {
      if (!this.#after.delete(placeOf(file))) this.#before.set(file.fileName, file);
      // An upgraded file is in an older snapshot as well.
      else if (!this.#before.has(file.fileName) && !staying.has(file.fileName)) useless.push(file);
    }
    for (const file of after) this.#after.set(placeOf(file), file);
    return useless;
  }
}

/** A file and its level: what an upgrade tells apart. */
function placeOf(file: DataFileMeta): string {
  return `${file.level} ${file.fileName}`;
}

const EMPTY_ROW = encodeRow([], []);
const NO_STATS = { minValues: EMPTY_ROW, maxValues: EMPTY_ROW, nullCounts: [] };

/**
 * The entries of changes in the order of the manifest: what goes before what comes, bucket by bucket.
 *
 * Shape   `dropStats`: what goes is described without its statistics.
 * Source  Paimon, operation/commit/ManifestEntryChanges.java.
 */
export function changeEntries(
  changes: readonly BucketChange[],
  { dropStats }: { readonly dropStats: boolean },
): readonly ManifestEntry[] {
  return changes.flatMap(({ bucket, before, after }) => {
    const { partition, totalBuckets } = bucket;
    const place = { partition, bucket: bucket.bucket, totalBuckets };
    const bare = (file: DataFileMeta): DataFileMeta =>
      dropStats ? { ...file, valueStats: NO_STATS, valueStatsCols: [] } : file;
    return [
      ...before.map((file): ManifestEntry => ({ ...place, kind: 'DELETE', file: bare(file) })),
      ...after.map((file): ManifestEntry => ({ ...place, kind: 'ADD', file })),
    ];
  });
}
