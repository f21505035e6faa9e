// Compactions in processes of their own, killed at every step: the table holds the same rows before, after,
// and compacted again; what they left is removed with orphans.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openLake } from '../../src/index.ts';
import { checkSound, KINDS, readRows, rowsAfter, runChild } from './commits.ts';
import { COMMITS, checkAfterKill, checkRepeated, type Place, prepare } from './killed-tables.ts';
import { timesOf } from './points.ts';

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

let place: Place;

before(async () => {
  const warehouse = mkdtempSync(join(tmpdir(), 'spillway-killed-compaction-'));
  place = { warehouse, lake: await openLake({ warehouse, memory: '420mb' }) };
});
after(async () => {
  await place.lake.close();
  rmSync(place.warehouse, { recursive: true });
});

describe(`a compaction killed at every step (SEED=${SEED})`, { timeout: 600_000 }, () => {
  for (const kind of KINDS) {
    it(`of a ${kind} table`, async (t) => {
      const { warehouse, lake } = place;
      const work = { warehouse, first: 0, count: 0 };
      const traced = `${kind}_traced`;
      await prepare(place, { name: traced, kind, commits: COMMITS });
      const { said } = await runChild({ ...work, name: traced, fault: '*=print' });
      const times = [...timesOf(said, traced)];
      assert.ok(times.length >= 12, said);
      let number = SEED;
      for (const [i, [point, count]] of times.entries()) {
        number = (number * 48271) % 2147483647;
        const fault = `${point}:${1 + (number % count)}=kill`;
        await t.test(fault, async () => {
          const target = { name: `${kind}_${i}`, kind };
          await prepare(place, { ...target, commits: COMMITS });
          const outcome = await runChild({ ...work, name: target.name, fault });
          assert.ok(outcome.killed, outcome.said);
          await checkAfterKill(place, target, COMMITS);
          await (await lake.table(`f.${target.name}`)).compact({ full: true });
          assert.deepEqual(await readRows(lake, target.name), rowsAfter(kind, COMMITS));
          await checkSound(lake, target.name);
          await checkRepeated(place, target, COMMITS);
        });
      }
    });
  }
});
