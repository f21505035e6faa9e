// Directories of buckets and partitions that lost their last file.
import { posix } from 'node:path';
import type { Table } from '../table.ts';
import type { Eraser } from './eraser.ts';

/**
 * Removes the directories that are empty, and the partitions above them that become so.
 *
 * Shape   `buckets`: absolute directories of buckets. A directory with anything in it stays.
 * Source  Paimon, operation/FileDeletionBase.java (cleanEmptyDirectories).
 */
export async function cleanEmptyBuckets(
  table: Table,
  eraser: Eraser,
  buckets: ReadonlySet<string>,
): Promise<void> {
  let level: ReadonlySet<string> = buckets;
  for (let depth = 0; depth <= table.schema.partitionKeys.length; depth++) {
    const above = new Set<string>();
    for (const directory of level) {
      if (await eraser.removeEmpty(directory)) above.add(posix.dirname(directory));
    }
    level = above;
  }
}
