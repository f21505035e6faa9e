// What compactions read with, leased for as long as they take.
import { asLakeError } from '../base/index.ts';
import type { Engine } from '../engine/index.ts';
import type { CompactionRoom, Table } from '../table/index.ts';
import type { LakeCore } from './lake-core.ts';

/**
 * Works with a part of the batches' share and of the share for decoding.
 *
 * Limits  half of either, at least a quarter; waits for them at most `waitMs`.
 * Errors  BUDGET_EXHAUSTED when they stay taken; those of the work.
 */
export async function withCompactionRoom<T>(
  core: LakeCore,
  table: Table,
  signal: AbortSignal | undefined,
  work: (room: CompactionRoom) => Promise<T>,
): Promise<T> {
  const { batchesBytes, scanBytes } = core.budget;
  const asked = (bytes: number) => ({
    holder: `compacting ${table.identifier.database}.${table.identifier.table}`,
    waitMs: core.waitMs,
    atLeast: Math.floor(bytes / 4),
    ...(signal === undefined ? {} : { signal }),
  });
  // In the order in which reads take them, so that neither waits for the other.
  await using batches = await core.batchGate.acquire(Math.floor(batchesBytes / 2), asked(batchesBytes));
  await using readers = await core.scanGate.acquire(Math.floor(scanBytes / 2), asked(scanBytes));
  let opened: Engine | undefined;
  const engine = async (): Promise<Engine> => {
    opened = await core.engine();
    return opened;
  };
  try {
    const room = { decodeBytes: readers.bytes, batchBytes: batches.bytes };
    return await work({ engine, room, pages: core.pages });
  } catch (error) {
    const { code } = asLakeError(error);
    if (opened !== undefined && (code === 'ENGINE_UNAVAILABLE' || code === 'ENGINE_HUNG'))
      core.dropEngine(opened);
    throw error;
  }
}
