// Java reads what killed writers left, and goes on writing there.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openLake } from '../../src/index.ts';
import { findJava, JAVA_RUN, skipWithout } from '../interop/tools.ts';
import { KINDS, type Kind, readRows } from './commits.ts';
import { COMMITS, checkAfterKill, checkRepeated, killAt, killPoints, type Place } from './killed-tables.ts';

const TIMEOUT_MS = 600_000;
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const skip = skipWithout(findJava());

describe(`tables of killed writers and Java (SEED=${SEED})`, { skip, timeout: TIMEOUT_MS }, () => {
  let place: Place;
  let expected: string;
  const killed = new Map<string, Kind>();

  before(async () => {
    const warehouse = mkdtempSync(join(tmpdir(), 'spillway-killed-java-'));
    place = { warehouse, lake: await openLake({ warehouse, memory: '420mb' }) };
    expected = join(warehouse, 'expected');
    for (const kind of KINDS) {
      for (const [i, point] of (await killPoints(place, kind, SEED)).entries()) {
        const target = { name: `${kind}_${i}`, kind };
        // A table without a snapshot has nothing to read.
        const reported = await killAt(place, target, point);
        await checkAfterKill(place, target, reported);
        killed.set(target.name, kind);
      }
    }
  });
  after(async () => {
    await place.lake.close();
    rmSync(place.warehouse, { recursive: true });
  });

  const java = (...words: string[]): string =>
    execFileSync(JAVA_RUN, words, { encoding: 'utf8', timeout: TIMEOUT_MS });

  /** Java reads every table, in one JVM, and finds the rows that we find. */
  async function verify(): Promise<void> {
    for (const name of killed.keys()) {
      mkdirSync(join(expected, name), { recursive: true });
      const rows = await readRows(place.lake, name);
      const lines = rows.map((row) => `${JSON.stringify(row)}\n`).sort();
      writeFileSync(join(expected, name, 'latest.jsonl'), lines.join(''));
      const index = { expected: [{ file: 'latest.jsonl', read: {} }] };
      writeFileSync(join(expected, name, 'index.json'), JSON.stringify(index));
    }
    const report = java('verify', place.warehouse, 'f', expected);
    assert.match(report, new RegExp(`^checked ${killed.size}, failed 0$`, 'm'), report);
  }

  it('reads them at the last or the new snapshot, compacts them, and the writer goes on', async () => {
    assert.ok(killed.size >= 40, `${killed.size} tables`);
    await verify();
    java('compact', place.warehouse, 'f');
    await verify();
    for (const [name, kind] of killed) await checkRepeated(place, { name, kind }, COMMITS);
    await verify();
  });
});
