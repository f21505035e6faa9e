// Whether changes still fit what the table holds: what Java checks before it publishes a snapshot that
// removes or rewrites files.
import { LakeError } from '../../base/index.ts';
import { compareRows, decodeRow, type Value } from '../../codec/index.ts';
import {
  type CommitKind,
  FileKeys,
  fieldsOf,
  type ManifestEntry,
  partitionKey,
  type TableSchema,
  trimmedPrimaryKeys,
} from '../../format/index.ts';

/** What is checked: live entries of the changed partitions, the changes, and the kind of the commit. */
export interface ConflictCheck {
  readonly schema: TableSchema;
  readonly base: readonly ManifestEntry[];
  readonly delta: readonly ManifestEntry[];
  readonly kind: CommitKind;
}

/**
 * Refuses changes that do not fit what is there.
 *
 * Shape   bucket numbers of a partition stay the same unless the kind is OVERWRITE; every deleted file is
 *         there; no file is added twice; above level 0 the key ranges of a level do not overlap.
 * Errors  COMMIT_CONFLICT naming the file or partition.
 * Source  Paimon, operation/commit/ConflictDetection.java.
 */
export function checkConflicts(check: ConflictCheck): void {
  if (check.kind !== 'OVERWRITE') checkBuckets(check);
  mergeOrRefuse(check.delta);
  const merged = mergeOrRefuse([...check.base, ...check.delta]);
  for (const entry of merged) {
    if (entry.kind === 'DELETE') {
      throw conflict(`file ${entry.file.fileName}, which the commit removes, is not there any more`, entry);
    }
  }
  if (check.schema.primaryKeys.length > 0) checkKeyRanges(check.schema, merged);
}

function checkBuckets({ base, delta }: ConflictCheck): void {
  const totals = new Map<string, number>();
  for (const entry of [...base, ...delta]) {
    if (entry.totalBuckets <= 0) continue;
    const key = partitionKey(entry.partition);
    const before = totals.get(key);
    if (before === undefined) totals.set(key, entry.totalBuckets);
    else if (before !== entry.totalBuckets) {
      throw conflict(
        `a partition has ${before} buckets, the commit ${entry.totalBuckets}: only overwrites change them`,
        entry,
      );
    }
  }
}

/** As `mergeEntries`, but a file that is added twice is a conflict. */
function mergeOrRefuse(entries: readonly ManifestEntry[]): readonly ManifestEntry[] {
  const keys = new FileKeys();
  const merged = new Map<string, ManifestEntry>();
  for (const entry of entries) {
    const key = keys.keyOf(entry);
    const before = merged.get(key);
    if (entry.kind === 'DELETE' && before?.kind === 'ADD') merged.delete(key);
    else if (before === undefined) merged.set(key, entry);
    else throw conflict(`file ${entry.file.fileName} is added or removed twice`, entry);
  }
  return [...merged.values()];
}

function checkKeyRanges(schema: TableSchema, entries: readonly ManifestEntry[]): void {
  const types = fieldsOf(schema, trimmedPrimaryKeys(schema)).map((field) => field.type);
  const levels = new Map<string, ManifestEntry[]>();
  for (const entry of entries) {
    if (entry.file.level < 1) continue;
    const key = `${entry.bucket} ${entry.file.level} ${partitionKey(entry.partition)}`;
    const level = levels.get(key);
    if (level === undefined) levels.set(key, [entry]);
    else level.push(entry);
  }
  for (const level of levels.values()) {
    const ranges = level.map((entry): Range => {
      const { minKey, maxKey, fileName } = entry.file;
      return { entry, min: decodeRow(types, minKey, fileName), max: decodeRow(types, maxKey, fileName) };
    });
    ranges.sort((a, b) => compareRows(types, a.min, b.min));
    for (const [i, range] of ranges.entries()) {
      const next = ranges[i + 1];
      if (next === undefined || compareRows(types, range.max, next.min) < 0) continue;
      const names = `${range.entry.file.fileName} and ${next.entry.file.fileName}`;
      throw conflict(`the keys of files ${names} on level ${range.entry.file.level} overlap`, next.entry);
    }
  }
}

interface Range {
  readonly entry: ManifestEntry;
  readonly min: readonly Value[];
  readonly max: readonly Value[];
}

function conflict(what: string, entry: ManifestEntry): LakeError {
  const details = { file: entry.file.fileName, bucket: entry.bucket };
  return new LakeError('COMMIT_CONFLICT', `The commit does not fit the table any more: ${what}.`, details);
}
