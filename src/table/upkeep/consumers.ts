// Consumers: where named streaming readers are, which keeps snapshots from expiring.
import { LakeError } from '../../base/index.ts';
import { branchDirectory } from '../directories.ts';
import type { Table } from '../table.ts';
import { printConsumer } from './tag-text.ts';

/**
 * Sets the snapshot a consumer reads next, and makes the consumer if there is none.
 *
 * Errors  `ARGUMENT_INVALID` for a bad name or a snapshot below 1.
 * Source  Paimon, consumer/ConsumerManager.java (resetConsumer).
 */
export async function resetConsumer(table: Table, id: string, nextSnapshot: bigint): Promise<void> {
  if (nextSnapshot < 1n || BigInt.asIntN(64, nextSnapshot) !== nextSnapshot) {
    throw new LakeError('ARGUMENT_INVALID', `A consumer cannot read snapshot ${nextSnapshot} next.`);
  }
  const path = consumerPath(table, id);
  await table.store.writeHint(path, printConsumer(nextSnapshot), { durable: true });
}

/** Forgets a consumer; false when there was none. Source: Paimon, ConsumerManager.java (deleteConsumer). */
export async function deleteConsumer(table: Table, id: string): Promise<boolean> {
  return table.store.remove(consumerPath(table, id));
}

function consumerPath(table: Table, id: string): string {
  if (id.trim() === '' || /[/\0]/.test(id) || Buffer.byteLength(id) > 240) {
    throw new LakeError('ARGUMENT_INVALID', `${JSON.stringify(id)} cannot be the name of a consumer.`);
  }
  return `${branchDirectory(table.path, table.branch)}/consumer/consumer-${id}`;
}
