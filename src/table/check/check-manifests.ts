// One manifest list and its manifests: that they can be read, have the size they are said to have, and hold
// what the list says of them.
import { checkAborted } from '../../base/index.ts';
import { compareValues, decodeRow, type Value } from '../../codec/index.ts';
import {
  decodeManifest,
  decodeManifestList,
  type ManifestEntry,
  type ManifestFileMeta,
  partitionFields,
} from '../../format/index.ts';
import { manifestPath } from '../directories.ts';
import { readManifestFile } from '../plan/scan-entries.ts';
import type { CheckContext } from './check-context.ts';

/** The manifests of a list; undefined when it cannot be read. `size` as the snapshot records it. */
export async function checkManifestList(
  context: CheckContext,
  name: string,
  size: bigint | undefined,
): Promise<readonly ManifestFileMeta[] | undefined> {
  const { table, report } = context;
  const path = manifestPath(table.path, name);
  return report.attempt('manifest-list', path, async () => {
    const { bytes } = await readManifestFile(table, name);
    if (size !== undefined && BigInt(bytes.length) !== size) {
      report.error('manifest-list', path, `it has ${bytes.length} bytes, the snapshot says ${size}`);
    }
    return decodeManifestList(bytes, path);
  });
}

/**
 * The entries of a manifest, without statistics; undefined when it cannot be read.
 *
 * Limits  holds one manifest.
 */
export async function checkManifest(
  context: CheckContext,
  meta: ManifestFileMeta,
): Promise<readonly ManifestEntry[] | undefined> {
  const { table, report, schemaIds } = context;
  checkAborted(context.signal);
  const path = manifestPath(table.path, meta.fileName);
  const entries = await report.attempt('manifest', path, async () => {
    const { bytes } = await readManifestFile(table, meta.fileName);
    if (BigInt(bytes.length) !== meta.fileSize) {
      report.error('manifest', path, `it has ${bytes.length} bytes, its list says ${meta.fileSize}`);
    }
    const list: ManifestEntry[] = [];
    decodeManifest(bytes, path, { stats: false, onEntry: (entry) => list.push(entry) });
    return list;
  });
  if (entries === undefined) return undefined;
  const deleted = entries.filter((entry) => entry.kind === 'DELETE').length;
  const counts: readonly (readonly [string, number, bigint])[] = [
    ['added', entries.length - deleted, meta.numAddedFiles],
    ['deleted', deleted, meta.numDeletedFiles],
  ];
  for (const [word, found, said] of counts) {
    if (BigInt(found) === said) continue;
    report.error('entries', path, `it holds ${found} ${word} files, its list says ${said}`);
  }
  if (!schemaIds.has(meta.schemaId)) {
    report.error('schema', path, `its schema ${meta.schemaId} is missing or unreadable`);
  }
  checkBounds(context, path, meta, entries);
  await report.attempt('manifest', path, () => checkPartitionBounds(context, path, meta, entries));
  return entries;
}

/** Readers leave manifests out by these. */
function checkBounds(
  { report }: CheckContext,
  path: string,
  meta: ManifestFileMeta,
  entries: readonly ManifestEntry[],
): void {
  const { minBucket = -Infinity, maxBucket = Infinity, minLevel = -Infinity, maxLevel = Infinity } = meta;
  for (const { bucket, file } of entries) {
    if (bucket < minBucket || bucket > maxBucket) {
      report.error(
        'manifest',
        path,
        `bucket ${bucket} is not within ${minBucket} to ${maxBucket} of its list`,
      );
    }
    if (file.level < minLevel || file.level > maxLevel) {
      report.error(
        'manifest',
        path,
        `level ${file.level} is not within ${minLevel} to ${maxLevel} of its list`,
      );
    }
  }
}

function checkPartitionBounds(
  { report, table }: CheckContext,
  path: string,
  meta: ManifestFileMeta,
  entries: readonly ManifestEntry[],
): void {
  const fields = partitionFields(table.schema);
  const types = fields.map((field) => field.type);
  const min = decodeRow(types, meta.partitionStats.minValues, path);
  const max = decodeRow(types, meta.partitionStats.maxValues, path);
  let last: Uint8Array | undefined;
  for (const { partition } of entries) {
    if (partition === last) continue;
    last = partition;
    const values = decodeRow(types, partition, path);
    for (const [i, field] of fields.entries()) {
      const value = values[i] as Value;
      const [low, high] = [min[i] as Value, max[i] as Value];
      if (value === null || low === null || high === null) continue;
      if (compareValues(field.type, value, low) < 0 || compareValues(field.type, value, high) > 0) {
        const what = `a value of partition column ${field.name} is outside what its list says`;
        report.error('manifest', path, what);
      }
    }
  }
}
