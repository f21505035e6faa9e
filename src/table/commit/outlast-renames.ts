// Whether a snapshot that was just published stays ours. Java publishes on a local disk by looking whether
// the name is free and then renaming, which replaces a file that came in between: ours.
import { basename, dirname } from 'node:path';
import { monotonicMs, sleep } from '../../base/index.ts';
import type { Snapshot } from '../../format/index.ts';
import type { Store } from '../../store/index.ts';
import { listManifests } from '../plan/scan-entries.ts';
import type { Table } from '../table.ts';

const WAIT_MS = 1;
/** A directory of more names is not listed again as long as nobody else commits. */
const NAMES_LISTED_MAX = 1000;
/** But after so many commits of our own. */
const LISTED_EVERY = 256n;
/** Tables remembered of a store, about 200 bytes each. */
const TABLES_MAX = 1000;
/** A rename follows at once; a temporary file that stays so long is of a writer that died. */
const RENAME_MS_MAX = 2_000;

/** The last snapshot that was published here, and how many names were beside it. */
interface Published {
  readonly id: bigint;
  readonly names: number;
}

const published = new WeakMap<Store, Map<string, Published>>();

/**
 * True when nobody can replace the snapshot any more; false when somebody has: the commit lost after all.
 * Java's temporary file is there before it looks, so what is not there once the snapshot is cannot replace
 * it.
 *
 * Limits  lists the snapshots' directory once, unless it is large and the snapshot before was published here
 *         too: then Java would have to be stopped for the time of a commit between its look and its rename.
 *         Waits two seconds at most, and only beside a temporary file.
 * Errors  those of the store.
 * Source  Paimon, fs/local/LocalFileIO.java (rename), fs/FileIO.java (tryToWriteAtomic).
 */
export async function outlastRenames(
  table: Table,
  { path, snapshot }: { readonly path: string; readonly snapshot: Snapshot },
): Promise<boolean> {
  const directory = dirname(path);
  const before = publishedIn(table.store).get(directory);
  const alone = before?.id === snapshot.id - 1n && snapshot.id % LISTED_EVERY !== 0n;
  const names =
    alone && before.names > NAMES_LISTED_MAX ? before.names + 1 : await outlastPending(table.store, path);
  const found = await table.snapshots.tryRead(snapshot.id);
  // Gone already is expired: it was there, and others followed.
  if (found === undefined || found.deltaManifestList === snapshot.deltaManifestList) {
    remember(table.store, directory, { id: snapshot.id, names });
    return true;
  }
  return await isBelow(table, snapshot, await table.snapshots.tryRead(snapshot.id + 1n));
}

/** Waits until nobody's temporary file for this path is left; gives the number of names in its directory. */
async function outlastPending(store: Store, path: string): Promise<number> {
  const directory = dirname(path);
  const prefix = `.${basename(path)}.`;
  const pending: string[] = [];
  let names = 0;
  for await (const { name } of store.list(directory)) {
    names++;
    if (name.startsWith(prefix)) pending.push(`${directory}/${name}`);
  }
  const began = monotonicMs();
  for (const temporary of pending) {
    while (monotonicMs() - began < RENAME_MS_MAX && (await store.exists(temporary))) await sleep(WAIT_MS);
  }
  return names;
}

function publishedIn(store: Store): Map<string, Published> {
  const tables = published.get(store) ?? new Map<string, Published>();
  published.set(store, tables);
  return tables;
}

function remember(store: Store, directory: string, last: Published): void {
  const tables = publishedIn(store);
  if (tables.size >= TABLES_MAX && !tables.has(directory)) tables.clear();
  tables.set(directory, last);
}

/** True when the next snapshot was built on ours before it was replaced: the changes live on there. */
async function isBelow(table: Table, ours: Snapshot, next: Snapshot | undefined): Promise<boolean> {
  if (next === undefined) return false;
  const names = new Set((await listManifests(table, next, 'all')).map(({ fileName }) => fileName));
  return (await listManifests(table, ours, 'delta')).some(({ fileName }) => names.has(fileName));
}
