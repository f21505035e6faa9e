// Options that files on disk already follow: once there are snapshots, they stay.
import { refused } from './refuse.ts';

type Options = Readonly<Record<string, string>>;

/** Source: Paimon, CoreOptions.java (1.4.2), options marked @Immutable. */
const IMMUTABLE: ReadonlySet<string> = new Set([
  'bucket-key',
  'bucket-function.type',
  'data-file.path-directory',
  'merge-engine',
  'aggregation.remove-record-on-delete',
  'partial-update.remove-record-on-delete',
  'partial-update.remove-record-on-sequence-group',
  'rowkind.field',
  'primary-key',
  'partition',
  'force-lookup',
  'row-tracking.enabled',
  'data-evolution.enabled',
  'index-file-in-data-file-dir',
  'blob-descriptor-field',
  'blob-external-storage-path',
  'blob-external-storage-field',
  'pk-clustering-override',
]);

const isTrue = (value: string | undefined): boolean => value?.toLowerCase() === 'true';

/**
 * Refuses to set an option on a table with snapshots where the files would no longer fit.
 *
 * Errors  `SCHEMA_INVALID` naming the option.
 * Source  Paimon, schema/SchemaManager.java (checkAlterTableOption).
 */
export function checkSetOption(old: Options, key: string, value: string): void {
  checkMutable(key);
  if (key === 'bucket') checkBucket(old.bucket, value);
  const modifiable = isTrue(old['deletion-vectors.modifiable']);
  if (key === 'deletion-vectors.enabled' && !modifiable && isTrue(old[key]) !== isTrue(value)) {
    throw refused(
      `Option '${key}' cannot change on a table with snapshots: without a full compaction rows would be ` +
        "read twice. Set 'deletion-vectors.modifiable' = 'true' first if that has been seen to.",
      { option: key },
    );
  }
  const oneWay = key === 'ignore-delete' || key === 'ignore-update-before';
  if (oneWay && isTrue(old[key]) && !isTrue(value)) {
    throw refused(`Option '${key}' cannot change from true to false.`, { option: key });
  }
  checkClustering(old, key);
}

/** As `checkSetOption`, for removing. Source: Paimon, schema/SchemaManager.java (checkResetTableOption). */
export function checkRemoveOption(old: Options, key: string): void {
  checkMutable(key);
  if (key === 'bucket') throw refused("Option 'bucket' cannot be removed.", { option: key });
  checkClustering(old, key);
}

function checkMutable(key: string): void {
  if (!IMMUTABLE.has(key)) return;
  throw refused(`Option '${key}' cannot change once the table has snapshots.`, { option: key });
}

function checkBucket(old: string | undefined, value: string): void {
  const option = 'bucket';
  if (!/^[+-]?\d{1,10}$/.test(value)) {
    throw refused(`Option 'bucket' = '${value}' is not a whole number.`, { option });
  }
  if (Number(old ?? -1) === -1) throw refused("Option 'bucket' cannot change when it is -1.", { option });
  if (Number(value) === -1) throw refused("Option 'bucket' cannot change to -1.", { option });
}

function checkClustering(old: Options, key: string): void {
  if (key !== 'clustering.columns' || old['pk-clustering-override'] === undefined) return;
  throw refused(`Option '${key}' cannot change while 'pk-clustering-override' is set.`, { option: key });
}
