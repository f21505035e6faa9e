// The sequence number each bucket goes on with. Finding it out reads every manifest, so a table that is kept
// open remembers it from commit to commit and reads only what came between.
import { LakeError } from '../../base/index.ts';
import { type ManifestEntry, partitionKey, type Snapshot } from '../../format/index.ts';
import type { WritePlan } from '../data-file/index.ts';
import { liveEntries, manifestEntries } from '../plan/live-entries.ts';
import { listManifests } from '../plan/scan-entries.ts';
import type { Table } from '../table.ts';
import type { Target } from './place-rows.ts';

/** Buckets remembered of one table, about 100 bytes each; beyond, everything is forgotten. */
const BUCKETS_MAX = 20_000;
/** Commits of others that are read one by one before all manifests are. */
const CATCH_UP_MAX = 32;

/** What is known of a table as of one snapshot. */
interface Known {
  snapshotId: bigint;
  /** Names that commit: a rollback gives its number to another. */
  deltaManifestList: string;
  readonly partitions: Set<string>;
  readonly next: Map<string, bigint>;
}

/** By opened table: it goes with its handle. */
const known = new WeakMap<Table, Known>();

/** What is asked for: the buckets of these targets. */
export interface SequencesRequest {
  readonly table: Table;
  readonly plan: WritePlan;
  readonly targets: readonly Target[];
  readonly signal: AbortSignal | undefined;
}

/** By `targetKey`: the sequence number its next row takes; none for 0. */
export type NextSequences = ReadonlyMap<string, bigint>;

export function targetKey(partition: Uint8Array, bucket: number): string {
  return `${bucket} ${partitionKey(partition)}`;
}

/**
 * The sequence numbers rows of these targets take. Buckets without bucket keys begin at 0 every time, as in
 * Java.
 *
 * Shape   greater than all numbers of live files. What is remembered counts files that a compaction took
 *         since, so that a number may be greater than Java's.
 * Limits  as `liveEntries`; remembers `BUCKETS_MAX` buckets.
 * Errors  COMMIT_CONFLICT when a partition has another number of buckets.
 */
export async function nextSequences(request: SequencesRequest): Promise<NextSequences> {
  const { table, plan, targets } = request;
  const latest = await table.snapshots.latest();
  if (latest === undefined || plan.bucketCount <= 0) return new Map();
  const remembered = known.get(table);
  const usable = remembered !== undefined && (await catchUp(request, remembered, latest));
  const now = usable ? remembered : newKnown(latest);
  const missing = new Set(targets.map(({ partition }) => partitionKey(partition)));
  for (const partition of now.partitions) missing.delete(partition);
  if (missing.size > 0) await readPartitions(request, now, { latest, missing });
  if (now.next.size + now.partitions.size > BUCKETS_MAX) known.delete(table);
  else known.set(table, now);
  // A copy: another writer on the same handle may go on meanwhile.
  const keys = targets.map(({ partition, bucket }) => targetKey(partition, bucket));
  return new Map(keys.map((key) => [key, now.next.get(key) ?? 0n]));
}

/** Tells what a commit of this table added, so that it need not be read again. */
export function rememberCommit(table: Table, snapshot: Snapshot, added: readonly ManifestEntry[]): void {
  const now = known.get(table);
  if (now === undefined) return;
  if (snapshot.id !== now.snapshotId + 1n || snapshot.commitKind !== 'APPEND') known.delete(table);
  else advance(now, snapshot, added);
}

function newKnown({ id, deltaManifestList }: Snapshot): Known {
  return { snapshotId: id, deltaManifestList, partitions: new Set(), next: new Map() };
}

async function readPartitions(
  { table, plan, signal }: SequencesRequest,
  now: Known,
  { latest, missing }: { readonly latest: Snapshot; readonly missing: ReadonlySet<string> },
): Promise<void> {
  const accept = ({ partition }: { readonly partition: Uint8Array }): boolean =>
    missing.has(partitionKey(partition));
  for await (const entries of liveEntries(table, latest, { accept, signal })) {
    for (const entry of entries) {
      checkBuckets(entry, plan.bucketCount);
      raise(now, entry);
    }
  }
  // Another writer on the handle may have caught up meanwhile, leaving these partitions out.
  if (now.snapshotId !== latest.id) return;
  for (const partition of missing) now.partitions.add(partition);
}

/** Adds what was committed since; false when that cannot be told from the commits alone. */
async function catchUp(
  { table, plan, signal }: SequencesRequest,
  now: Known,
  latest: Snapshot,
): Promise<boolean> {
  if (latest.id < now.snapshotId || latest.id > now.snapshotId + BigInt(CATCH_UP_MAX)) return false;
  const same = latest.id === now.snapshotId ? latest : await table.snapshots.tryRead(now.snapshotId);
  if (same?.deltaManifestList !== now.deltaManifestList) return false;
  for (let id = now.snapshotId + 1n; id <= latest.id; id++) {
    const snapshot = id === latest.id ? latest : await table.snapshots.tryRead(id);
    if (snapshot === undefined || snapshot.commitKind === 'OVERWRITE') return false;
    const added: ManifestEntry[] = [];
    const metas = await listManifests(table, snapshot, 'delta');
    for await (const entries of manifestEntries(table, metas, { signal, stats: false })) {
      for (const entry of entries) {
        if (entry.kind !== 'ADD' || !now.partitions.has(partitionKey(entry.partition))) continue;
        checkBuckets(entry, plan.bucketCount);
        added.push(entry);
      }
    }
    advance(now, snapshot, added);
  }
  return true;
}

function advance(now: Known, { id, deltaManifestList }: Snapshot, added: readonly ManifestEntry[]): void {
  for (const entry of added) raise(now, entry);
  now.snapshotId = id;
  now.deltaManifestList = deltaManifestList;
}

function raise({ next }: Known, { partition, bucket, file }: ManifestEntry): void {
  const key = targetKey(partition, bucket);
  const after = file.maxSequenceNumber + 1n;
  if (after > (next.get(key) ?? 0n)) next.set(key, after);
}

function checkBuckets({ totalBuckets }: ManifestEntry, wanted: number): void {
  if (totalBuckets <= 0 || totalBuckets === wanted) return;
  const text = `A partition has ${totalBuckets} buckets, the table now ${wanted}: overwrite it first.`;
  throw new LakeError('COMMIT_CONFLICT', text, { there: totalBuckets, wanted });
}
