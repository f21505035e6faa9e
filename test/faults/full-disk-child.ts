// Writes, compacts and expires on a disk that is full: `full-disk-child.ts DISK`, a small file system of its
// own. Whatever does not fit fails naming the file, leaves the table as it was and nothing behind, and works
// once there is space.
import assert from 'node:assert/strict';
import { mkdirSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Lake, LakeError, openLake } from '../../src/index.ts';
import { checkSound, commitOnce, createTarget, KINDS, type Kind, readRows, rowsAfter } from './commits.ts';
import { checkNoOrphans } from './left-files.ts';

const [disk = ''] = process.argv.slice(2);
const warehouse = join(disk, 'lake');
const FILLER = join(disk, 'filler');
const PAGE = 4096;
/** A commit takes fewer pages. */
const PAGES_MAX = 16;

/** Leaves so many pages free. */
function fill(pages: number): void {
  const { bsize, bavail } = statfsSync(disk);
  writeFileSync(FILLER, new Uint8Array(Math.max(0, bsize * bavail - pages * PAGE)));
}

function free(): void {
  truncateSync(FILLER, 0);
}

/** Whether the work fitted; fails when it failed for another reason than the disk, or does not say where. */
async function fits(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    assert.ok(error instanceof LakeError, String(error));
    assert.equal(error.code, 'DISK_EXHAUSTED', error.message);
    assert.ok(error.message.startsWith(disk), error.message);
    assert.match(error.action, /^Free space/);
    return error.message.slice(disk.length).replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '*');
  }
}

async function checkHolds(lake: Lake, name: string, kind: Kind, commits: number): Promise<void> {
  assert.deepEqual(await readRows(lake, name), rowsAfter(kind, commits));
  await checkSound(lake, name);
}

async function writeOnFullDisk(lake: Lake, name: string, kind: Kind): Promise<number> {
  const failed = new Set<string>();
  let commits = 0;
  for (let pages = 0; pages <= PAGES_MAX; pages++) {
    fill(pages);
    const where = await fits(() => commitOnce(lake, name, commits + 1));
    if (where === undefined) commits++;
    else failed.add(where.replace(/\d+/g, '*'));
    free();
    await checkHolds(lake, name, kind, commits);
    checkNoOrphans(join(warehouse, 'f.db', name));
    if (where === undefined) continue;
    await commitOnce(lake, name, ++commits);
    await checkHolds(lake, name, kind, commits);
  }
  console.log([...failed].join('\n'));
  for (const wanted of ['/bucket-', '/manifest/manifest-']) {
    assert.ok(
      [...failed].some((where) => where.includes(wanted)),
      `nothing failed at ${wanted}: ${[...failed].join('; ')}`,
    );
  }
  return commits;
}

async function compactAndExpire(lake: Lake, name: string, kind: Kind, commits: number): Promise<void> {
  const table = await lake.table(`f.${name}`);
  let failures = 0;
  for (let pages = 0; pages <= PAGES_MAX; pages++) {
    fill(pages);
    const where = await fits(() => table.compact({ full: true }));
    free();
    await checkHolds(lake, name, kind, commits);
    checkNoOrphans(join(warehouse, 'f.db', name));
    if (where === undefined) break;
    failures++;
  }
  assert.ok(failures > 0);
  await table.compact({ full: true });
  await checkHolds(lake, name, kind, commits);
  fill(0);
  // The hint may not fit: the snapshots are gone then, and nothing they hid.
  await fits(() => table.expire({ retainMin: 1, retainMax: 1, olderThanMs: Date.now() }));
  free();
  await checkHolds(lake, name, kind, commits);
  await table.expire({ retainMin: 1, retainMax: 1, olderThanMs: Date.now() });
  await checkHolds(lake, name, kind, commits);
}

mkdirSync(warehouse);
await using lake = await openLake({ warehouse, memory: '420mb' });
for (const kind of KINDS) {
  await createTarget(lake, kind, kind);
  const commits = await writeOnFullDisk(lake, kind, kind);
  await compactAndExpire(lake, kind, kind, commits);
}
