// Our catalog beside Java's, where Java and Maven are installed.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { compareSchemas } from './compare.ts';

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const hasJava = ['java', 'mvn'].every((tool) => spawnSync(tool, ['-version']).status === 0);

describe(`schemas as Java makes them (SEED=${SEED})`, {
  skip: hasJava ? false : 'no Java or Maven here',
}, () => {
  it('takes and refuses what Java does, and Java prints our schema files byte for byte', async () => {
    const { differences, taken, refused } = await compareSchemas(SEED, 150);
    assert.deepEqual(differences.slice(0, 5), []);
    assert.ok(taken > 50 && refused > 50, `${taken} taken, ${refused} refused`);
  });
});
