// Files that vanish while they are read: missing because the snapshot expired meanwhile, or really missing.
import { LakeError } from '../base/index.ts';
import type { Table } from './table.ts';

/**
 * The error to report for one that stopped a read of a snapshot.
 *
 * Shape   `READ_EXPIRED` with the error as its cause when a file is missing and the snapshot is no longer
 *         kept by anything; else the error itself.
 */
export async function explainMissing(table: Table, snapshotId: bigint, error: unknown): Promise<unknown> {
  if (!(error instanceof LakeError) || error.code !== 'FILE_MISSING') return error;
  const log = table.snapshots;
  const kept =
    (await log.exists(snapshotId)) ||
    (await log.keptByTag(snapshotId)) !== undefined ||
    (await log.tryChangelog(snapshotId)) !== undefined;
  if (kept) return error;
  const message = `Snapshot ${snapshotId} expired while it was read: ${error.message}`;
  return new LakeError('READ_EXPIRED', message, { ...error.details, snapshot: snapshotId }, error);
}
