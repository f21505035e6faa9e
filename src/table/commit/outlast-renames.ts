// Whether a snapshot that was just published stays ours. Java publishes on a local disk by looking whether
// the name is free and then renaming, which replaces a file that came in between: ours.
import { basename, dirname } from 'node:path';
import { monotonicMs, sleep } from '../../base/index.ts';
import type { Snapshot } from '../../format/index.ts';
import { listManifests } from '../plan/scan-entries.ts';
import type { Table } from '../table.ts';

const WAIT_MS = 1;
/** A rename follows at once; a temporary file that stays so long is of a writer that died. */
const RENAME_MS_MAX = 2_000;

/**
 * True when nobody can replace the snapshot any more; false when somebody has: the commit lost after all.
 * Java's temporary file is there before it looks, so what is not there once the snapshot is cannot replace
 * it.
 *
 * Limits  lists the snapshots' directory once; waits two seconds at most, and only beside a temporary file.
 * Errors  those of the store.
 * Source  Paimon, fs/local/LocalFileIO.java (rename), fs/FileIO.java (tryToWriteAtomic).
 */
export async function outlastRenames(
  table: Table,
  { path, snapshot }: { readonly path: string; readonly snapshot: Snapshot },
): Promise<boolean> {
  const directory = dirname(path);
  const prefix = `.${basename(path)}.`;
  const pending: string[] = [];
  for await (const { name } of table.store.list(directory)) if (name.startsWith(prefix)) pending.push(name);
  const began = monotonicMs();
  for (const name of pending) {
    while (monotonicMs() - began < RENAME_MS_MAX && (await table.store.exists(`${directory}/${name}`)))
      await sleep(WAIT_MS);
  }
  const found = await table.snapshots.tryRead(snapshot.id);
  // Gone already is expired: it was there, and others followed.
  if (found === undefined || found.deltaManifestList === snapshot.deltaManifestList) return true;
  return await isBelow(table, snapshot, await table.snapshots.tryRead(snapshot.id + 1n));
}

/** True when the next snapshot was built on ours before it was replaced: the changes live on there. */
async function isBelow(table: Table, ours: Snapshot, next: Snapshot | undefined): Promise<boolean> {
  if (next === undefined) return false;
  const names = new Set((await listManifests(table, next, 'all')).map(({ fileName }) => fileName));
  return (await listManifests(table, ours, 'delta')).some(({ fileName }) => names.has(fileName));
}
