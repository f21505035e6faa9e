// Rolling a branch back: everything newer than a snapshot or tag is forgotten. The files of what is forgotten
// become orphans, as in Java; removing orphans removes them.
import { LakeError } from '../../base/index.ts';
import { printSnapshot, type Snapshot } from '../../format/index.ts';
import { branchDirectory } from '../directories.ts';
import type { Table } from '../table.ts';
import { Eraser, type UpkeepOptions, type UpkeepReport } from './eraser.ts';
import { trimmedSnapshot } from './tag-text.ts';
import { tagPath } from './tags.ts';

/** Where to roll back to. */
export type RollbackTarget = { readonly snapshot: bigint } | { readonly tag: string };

/** `snapshot`: the newest one now. */
export interface RollbackReport extends UpkeepReport {
  readonly snapshot: bigint;
}

/**
 * Makes a snapshot or tag the newest state: newer snapshots, kept changelogs and tags go.
 *
 * A snapshot that expired comes back from its tag. A crash leaves some state in between: a newer snapshot is
 * still there and reads as before; rolling back again finishes it. Consumers are not touched.
 *
 * Errors  `SNAPSHOT_MISSING` when neither a snapshot nor a tag has this id; `TAG_MISSING`.
 * Source  Paimon, table/RollbackHelper.java, AbstractFileStoreTable.java (rollbackTo). Unlike Java, an
 *         expired snapshot is written back before newer ones go, so that the table is never without a
 *         snapshot.
 */
export async function rollbackTo(
  table: Table,
  target: RollbackTarget,
  options: UpkeepOptions = {},
): Promise<RollbackReport> {
  const eraser = new Eraser(table.store, options);
  const { store, snapshots: log } = table;
  const directory = branchDirectory(table.path, table.branch);
  const kept = await resolve(table, target);
  await restore(table, kept, eraser);
  await eraser.write(() => store.writeHint(`${directory}/snapshot/LATEST`, `${kept.id}`));
  for (const id of (await log.ids()).filter((id) => id > kept.id).reverse()) {
    eraser.progress(`removing snapshot ${id}`);
    await eraser.remove(`${directory}/snapshot/snapshot-${id}`);
  }
  await dropChangelogs(table, kept.id, eraser);
  const newer = (await log.tags()).filter(({ tag }) => tag.id > kept.id);
  newer.sort((a, b) => (a.tag.id > b.tag.id ? -1 : 1));
  for (const { name } of newer) await eraser.remove(tagPath(table, name));
  return { ...eraser.report, snapshot: kept.id };
}

/** Brings back a snapshot that expired. The hint comes first: one that names no snapshot is no hint. */
async function restore(table: Table, kept: Snapshot, eraser: Eraser): Promise<void> {
  const { store, snapshots: log } = table;
  const directory = `${branchDirectory(table.path, table.branch)}/snapshot`;
  const earliest = await log.earliestId();
  if (earliest === undefined || earliest > kept.id) {
    await eraser.write(() => store.writeHint(`${directory}/EARLIEST`, `${kept.id}`));
  }
  if (await log.exists(kept.id)) return;
  const text = printSnapshot(trimmedSnapshot(kept));
  const path = `${directory}/snapshot-${kept.id}`;
  await eraser.write(() => store.publish(path, new TextEncoder().encode(text)));
}

async function resolve({ snapshots: log }: Table, target: RollbackTarget): Promise<Snapshot> {
  if ('tag' in target) return log.tag(target.tag);
  const { snapshot: id } = target;
  const found = (await log.tryRead(id)) ?? (await log.keptByTag(id));
  if (found !== undefined) return found;
  const [earliest, latest] = [await log.earliestId(), await log.latestId()];
  const there = latest === undefined ? 'there is none' : `there are ${earliest} to ${latest}`;
  throw new LakeError('SNAPSHOT_MISSING', `Neither a snapshot nor a tag has id ${id}; ${there}.`, {
    snapshot: id,
  });
}

async function dropChangelogs(table: Table, keptId: bigint, eraser: Eraser): Promise<void> {
  const directory = `${branchDirectory(table.path, table.branch)}/changelog`;
  const ids = await table.snapshots.changelogIds();
  const doomed = ids.filter((id) => id > keptId);
  if (doomed.length === 0) return;
  const newest = ids.filter((id) => id <= keptId).at(-1);
  // Java writes -1 when none is left: no reader takes it for an id.
  await eraser.write(() => table.store.writeHint(`${directory}/LATEST`, `${newest ?? -1n}`));
  for (const id of doomed.toReversed()) await eraser.remove(`${directory}/changelog-${id}`);
}
