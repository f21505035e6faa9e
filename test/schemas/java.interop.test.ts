// Our catalog beside Java's, where Java and Maven are installed.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findJava, skipWithout } from '../interop/tools.ts';
import { compareSchemas, randomCases } from './compare.ts';
import { matrixCases } from './matrix-cases.ts';
import { oddCases } from './odd-cases.ts';

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const skip = skipWithout(findJava());

describe(`schemas as Java makes them (SEED=${SEED})`, { skip }, () => {
  it('takes and refuses the random tables and changes Java does, and writes its bytes', async () => {
    const { differences, taken, refused } = await compareSchemas(randomCases(SEED, 200));
    assert.deepEqual(differences.slice(0, 5), []);
    assert.ok(taken > 50 && refused > 50, `${taken} taken, ${refused} refused`);
  });

  it('takes and refuses odd options, names and types as Java does', async () => {
    const { differences, taken, refused } = await compareSchemas(oddCases());
    assert.deepEqual(differences.slice(0, 5), []);
    assert.ok(taken > 100 && refused > 100, `${taken} taken, ${refused} refused`);
  });

  it('makes every type into every other, and takes every default, that Java does', async () => {
    const { differences, taken, stricter } = await compareSchemas(matrixCases());
    assert.deepEqual(differences.slice(0, 5), []);
    assert.ok(taken > 1000 && stricter === 0, `${taken} taken, ${stricter} stricter`);
  });
});
