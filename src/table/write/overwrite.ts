// What a commit that replaces rows removes: every live file of the partitions it replaces.
import { type Field, LakeError, unsupported } from '../../base/index.ts';
import { encodeRow, parseText, type Value } from '../../codec/index.ts';
import {
  decodePartition,
  type ManifestEntry,
  partitionFields,
  partitionKey,
  type Snapshot,
} from '../../format/index.ts';
import { liveEntries } from '../plan/live-entries.ts';
import type { Table } from '../table.ts';
import { flag } from '../table-options.ts';

/**
 * What is replaced.
 *
 * Shape   `true`: with partitions, those that rows were written to (all, if option
 *         `dynamic-partition-overwrite` is false); without, the whole table. A record: the partitions with
 *         these values (as text; null for null), even when no row was written: so they are dropped. An empty
 *         record is the whole table: so it is truncated.
 */
export type Overwrite = true | Readonly<Record<string, string | null>>;

type Changes = (latest: Snapshot | undefined) => Promise<readonly ManifestEntry[] | undefined>;

/**
 * The entries of an overwrite, for whatever snapshot is the latest.
 *
 * Errors  ARGUMENT_INVALID for a column that is no partition key, and for rows outside the named partitions.
 * Source  Paimon, operation/FileStoreCommitImpl.java (overwritePartition),
 *         commit/OverwriteChangesProvider.java.
 */
export function overwriteChanges(
  table: Table,
  overwrite: Overwrite,
  adds: readonly ManifestEntry[],
): Changes {
  const matches = matcher(table, overwrite, adds);
  if (matches === undefined) return async () => undefined;
  for (const entry of adds) {
    if (!matches(entry.partition))
      throw new LakeError('ARGUMENT_INVALID', 'Rows lie outside the partitions that are overwritten.');
  }
  return async (latest) => {
    const removed: ManifestEntry[] = [];
    if (latest !== undefined) {
      refuseIndexes(latest);
      for await (const entries of liveEntries(table, latest, { accept: (head) => matches(head.partition) })) {
        for (const entry of entries) if (entry.bucket >= 0) removed.push({ ...entry, kind: 'DELETE' });
      }
    }
    return [...removed, ...adds];
  };
}

/** Which partitions are replaced; undefined when none can be. */
function matcher(
  table: Table,
  overwrite: Overwrite,
  adds: readonly ManifestEntry[],
): ((partition: Uint8Array) => boolean) | undefined {
  const fields = partitionFields(table.schema);
  if (overwrite !== true) {
    const wanted = wantedValues(fields, overwrite);
    return (partition) => {
      const values = decodePartition(table.schema, partition, table.path);
      return wanted.every(({ at, key }) => cellKey(fields[at] as Field, values[at] ?? null) === key);
    };
  }
  const dynamic = fields.length > 0 && flag(table.options.raw, 'dynamic-partition-overwrite', true);
  if (!dynamic) return () => true;
  if (adds.length === 0) return undefined;
  const written = new Set(adds.map((entry) => partitionKey(entry.partition)));
  return (partition) => written.has(partitionKey(partition));
}

function wantedValues(
  fields: readonly Field[],
  overwrite: Readonly<Record<string, string | null>>,
): readonly { readonly at: number; readonly key: string }[] {
  return Object.entries(overwrite).map(([name, text]) => {
    const at = fields.findIndex((field) => field.name === name);
    const field = fields[at];
    if (field === undefined) throw new LakeError('ARGUMENT_INVALID', `${name} is no partition column.`);
    return { at, key: cellKey(field, text === null ? null : parseText(field.type, text)) };
  });
}

function cellKey({ type }: Field, value: Value): string {
  return partitionKey(encodeRow([type], [value]));
}

function refuseIndexes(latest: Snapshot): void {
  if (latest.indexManifest === undefined) return;
  throw unsupported('index files', 'Tables with index files are not overwritten by this version.');
}
