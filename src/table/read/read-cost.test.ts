import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fits, runsCost } from './read-cost.ts';

const MB = 1024 * 1024;
const runs = (count: number, fileSize: bigint) =>
  Array.from({ length: count }, () => [{ file: { fileSize } }]);
const room = { decodeBytes: 260 * MB, batchBytes: 130 * MB };

describe('the room that merging takes', () => {
  it('grows with the columns: five small files of 2000 fit, five large ones do not', () => {
    // Measured: the process takes 391 MB for the first in 420 MB of memory.
    const small = { decodeBytes: 100 * MB, batchBytes: 130 * MB };
    assert.equal(fits(small, runsCost(runs(5, 3_000_000n), 2002)), true);
    assert.equal(fits(room, runsCost(runs(5, 508_000_000n), 2002)), false);
    assert.equal(fits(room, runsCost(runs(5, 508_000_000n), 52)), true);
  });

  it('grows with the runs', () => {
    assert.equal(fits(room, runsCost(runs(10, 100n * 1_000_000n), 8)), true);
    assert.equal(fits(room, runsCost(runs(200, 100n * 1_000_000n), 8)), false);
  });
});
