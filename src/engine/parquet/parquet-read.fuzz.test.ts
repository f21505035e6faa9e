// Damaged Parquet files: whatever the bytes say, the process lives and every failure is one of ours. Longer
// with ROUNDS.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { LakeError } from '../../base/index.ts';
import { goldenFiles, rowsOf, testDirectory, testEngine } from '../engine-fixture.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 80);
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor((state / 4294967296) * below);
  };
}

it('answers damaged files with corrupt or unsupported, and goes on', async () => {
  const directory = await testDirectory();
  const engine = await testEngine({ tempDirectory: directory });
  const { paths, fields } = await goldenFiles('types_append_parquet');
  const source = await readFile(paths[0] as string);
  const footerBytes = source.readUInt32LE(source.length - 8);
  const random = randomOf(SEED);
  const path = join(directory, 'damaged.parquet');
  for (let round = 0; round < ROUNDS; round++) {
    const bytes = Buffer.from(source);
    for (let i = random(3); i >= 0; i--) {
      const inFooter = bytes.length - 9 - random(footerBytes);
      const inPages = 4 + random(bytes.length - 12 - footerBytes);
      bytes[round % 2 === 0 ? inFooter : inPages] = random(256);
    }
    await writeFile(path, bytes);
    try {
      await rowsOf(engine.readParquet({ paths: [path], columns: fields }));
    } catch (error) {
      const known = error instanceof LakeError && (error.kind === 'corrupt' || error.kind === 'unsupported');
      assert.ok(known, `SEED=${SEED}, round ${round}: ${error}`);
    }
  }
  const rows = await rowsOf(engine.readParquet({ paths, columns: fields }));
  assert.equal(rows.length, 120, `SEED=${SEED}`);
});
