// Writers in processes of their own, killed at every step of a commit and at random times. What they reported
// is there, once; what they did not report may be there, whole; the same writer goes on after them; what they
// left is removed with orphans.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openLake } from '../../src/index.ts';
import { createTarget, KINDS, runChild } from './commits.ts';
import { COMMITS, checkAfterKill, checkRepeated, killAt, killPoints, type Place } from './killed-tables.ts';

const TIMEOUT_MS = 600_000;
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

let place: Place;

before(async () => {
  const warehouse = mkdtempSync(join(tmpdir(), 'spillway-killed-'));
  place = { warehouse, lake: await openLake({ warehouse, memory: '420mb' }) };
  await place.lake.createDatabase('f');
});
after(async () => {
  await place.lake.close();
  rmSync(place.warehouse, { recursive: true });
});

describe(`a writer killed at every step (SEED=${SEED})`, { timeout: TIMEOUT_MS }, () => {
  for (const kind of KINDS) {
    it(`of a commit to a ${kind} table`, async (t) => {
      const points = await killPoints(place, kind, SEED);
      assert.ok(points.length >= 20, `${points.length} points`);
      for (const [i, point] of points.entries()) {
        await t.test(`${point.fault} in commit ${point.commit}`, async () => {
          const target = { name: `${kind}_${i}`, kind };
          await checkAfterKill(place, target, await killAt(place, target, point));
          await checkRepeated(place, target, COMMITS);
        });
      }
    });
  }

  it('or at random times', async () => {
    for (const kind of KINDS) {
      const target = { name: `random_${kind}`, kind };
      await createTarget(place.lake, target.name, kind);
      let done = 0;
      let number = SEED;
      for (let round = 0; round < 4; round++) {
        number = (number * 48271) % 2147483647;
        const work = { warehouse: place.warehouse, name: target.name, first: done + 1, count: 1000 };
        const { reported, killed, said } = await runChild({ ...work, killAfterMs: number % 400 });
        assert.ok(killed, said);
        done = Math.max(done, reported);
        await checkAfterKill(place, target, done);
      }
      // The one that was not reported any more may be there.
      await checkRepeated(place, target, done + 1);
    }
  });
});
