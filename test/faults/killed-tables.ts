// Tables whose writer was killed, one for every point of a commit.
import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { Lake } from '../../src/index.ts';
import {
  checkSound,
  commitOnce,
  createTarget,
  inOrder,
  type Kind,
  readRows,
  rowsAfter,
  runChild,
} from './commits.ts';
import { checkNoOrphans, checkNothingMissing } from './left-files.ts';
import { timesOf } from './points.ts';

/** The last commit: it is the one that merges manifests. */
export const COMMITS = 3;

/** A warehouse, opened by us. */
export interface Place {
  readonly lake: Lake;
  readonly warehouse: string;
}

/** Where a writer is killed: at a point of the first commit of a table, or of the last. */
export interface KillPoint {
  readonly fault: string;
  readonly commit: number;
}

/**
 * All points of commits to a table of that kind, each at one of the times it is reached, picked by the seed.
 */
export async function killPoints(place: Place, kind: Kind, seed: number): Promise<readonly KillPoint[]> {
  const points = new Map<string, KillPoint>();
  let number = seed;
  for (const commit of [COMMITS, 1]) {
    const name = `${kind}_traced_${commit}`;
    await prepare(place, { name, kind, commits: commit - 1 });
    const work = { warehouse: place.warehouse, name, first: commit, count: 1 };
    const { said, reported } = await runChild({ ...work, fault: '*=print' });
    assert.equal(reported, commit, said);
    for (const [point, times] of timesOf(said, name)) {
      number = (number * 48271) % 2147483647;
      if (!points.has(point)) points.set(point, { fault: `${point}:${1 + (number % times)}=kill`, commit });
    }
  }
  return [...points.values()];
}

/** Makes a table and has its writer killed there; what the writer had reported. */
export async function killAt(
  place: Place,
  { name, kind }: { readonly name: string; readonly kind: Kind },
  { fault, commit }: KillPoint,
): Promise<number> {
  await prepare(place, { name, kind, commits: commit - 1 });
  const { warehouse } = place;
  const { killed, reported, said } = await runChild({ warehouse, name, first: commit, count: 1, fault });
  assert.ok(killed, `${fault}: ${said}`);
  return Math.max(reported, commit - 1);
}

/** Checks what a killed writer left: the table sound, holding what was reported or one commit more. */
export async function checkAfterKill(
  { lake, warehouse }: Place,
  { name, kind }: { readonly name: string; readonly kind: Kind },
  reported: number,
): Promise<void> {
  const rows = await readRows(lake, name);
  const more = rowsAfter(kind, reported + 1);
  assert.deepEqual(rows, rows.length === more.length ? more : rowsAfter(kind, reported));
  checkNothingMissing(join(warehouse, 'f.db', name));
  await checkSound(lake, name);
}

/** The writer comes back and does everything again: each commit is there once. Then orphans are removed. */
export async function checkRepeated(
  { lake, warehouse }: Place,
  { name, kind }: { readonly name: string; readonly kind: Kind },
  last: number,
): Promise<void> {
  for (let commit = 1; commit <= last; commit++) await commitOnce(lake, name, commit);
  assert.deepEqual(await readRows(lake, name), inOrder(rowsAfter(kind, last)));
  // Everything that is there was last changed before.
  await new Promise((resolve) => setTimeout(resolve, 5));
  await (await lake.table(`f.${name}`)).removeOrphans({ olderThanMs: Date.now() - 1 });
  checkNoOrphans(join(warehouse, 'f.db', name));
  assert.deepEqual(await readRows(lake, name), inOrder(rowsAfter(kind, last)));
}

interface Prepared {
  readonly name: string;
  readonly kind: Kind;
  readonly commits: number;
}

/** A table with so many commits; copied from the first one made so. */
export async function prepare({ lake, warehouse }: Place, { name, kind, commits }: Prepared): Promise<void> {
  const first = `${kind}_after_${commits}`;
  if (!(await Array.fromAsync(lake.databases())).includes('f')) await lake.createDatabase('f');
  if (!(await Array.fromAsync(lake.tables('f'))).includes(first)) {
    await createTarget(lake, first, kind);
    for (let commit = 1; commit <= commits; commit++) await commitOnce(lake, first, commit);
  }
  cpSync(join(warehouse, 'f.db', first), join(warehouse, 'f.db', name), { recursive: true });
}
