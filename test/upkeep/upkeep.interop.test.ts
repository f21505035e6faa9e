// Our upkeep beside Java's, where Java and Maven are installed.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findJava, skipWithout } from '../interop/tools.ts';
import { compareUpkeep } from './compare.ts';

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const skip = skipWithout(findJava());

describe(`upkeep as Java does it (SEED=${SEED})`, { skip }, () => {
  it('leaves the files and bytes Java leaves', async () => {
    const { differences, taken, parted } = await compareUpkeep(SEED, { lines: 20, branches: false });
    assert.deepEqual(differences.slice(0, 5), []);
    assert.ok(taken > 100 && parted < 6, `${taken} taken, ${parted} tables left`);
  });

  it('leaves the same beside branches, and what they need too', async () => {
    const { differences, taken } = await compareUpkeep(SEED + 1, { lines: 20, branches: true });
    assert.deepEqual(differences.slice(0, 5), []);
    assert.ok(taken > 60, `${taken} taken`);
  });
});
