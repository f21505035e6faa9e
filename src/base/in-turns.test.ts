import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inTurns } from './in-turns.ts';

describe('inTurns', () => {
  it('does everything, never more at once than allowed', async () => {
    const done: number[] = [];
    let running = 0;
    let most = 0;
    const items = Array.from({ length: 50 }, (_, i) => i);
    await inTurns(items, 4, async (item) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, item % 3));
      running--;
      done.push(item);
    });
    assert.equal(most, 4);
    assert.deepEqual(
      done.sort((a, b) => a - b),
      items,
    );
  });

  it('fails with the first failure after what had begun has ended, and begins nothing more', async () => {
    const begun: number[] = [];
    const ended: number[] = [];
    const work = inTurns([0, 1, 2, 3, 4, 5], 2, async (item) => {
      begun.push(item);
      await new Promise((resolve) => setTimeout(resolve, item === 0 ? 20 : 1));
      if (item > 0) throw new Error(`item ${item}`);
      ended.push(item);
    });
    await assert.rejects(work, /item 1/);
    assert.deepEqual([begun, ended], [[0, 1], [0]]);
  });

  it('does nothing for nothing', () => inTurns([], 3, () => assert.fail()));
});
