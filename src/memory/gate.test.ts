import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LakeError } from '../base/index.ts';
import { cutBudget, Gate, MEMORY_MIN_BYTES, parseMemorySize } from './index.ts';

const MB = 1024 * 1024;

describe('gate', () => {
  it('grants in the order of asking, never past its capacity', async () => {
    const gate = new Gate('test', 100);
    const first = await gate.acquire(80, { holder: 'first', waitMs: 1000 });
    const order: string[] = [];
    const second = gate.acquire(50, { holder: 'second', waitMs: 1000 }).then((l) => {
      order.push('second');
      return l;
    });
    const third = gate.acquire(10, { holder: 'third', waitMs: 1000 }).then((l) => {
      order.push('third');
      return l;
    });
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(order, []); // the small one does not overtake
    first.release();
    (await second).release();
    (await third).release();
    assert.deepEqual(order, ['second', 'third']);
  });

  it('grants what is free when that is enough', async () => {
    const gate = new Gate('test', 100);
    await using a = await gate.acquire(70, { holder: 'a', waitMs: 10 });
    await using b = await gate.acquire(70, { holder: 'b', atLeast: 20, waitMs: 10 });
    assert.equal(a.bytes, 70);
    assert.equal(b.bytes, 30);
  });

  it('refuses with the holders after the wait, and gives way to cancelling', async () => {
    const gate = new Gate('test', 100);
    await using held = await gate.acquire(100, { holder: 'scan db.t', waitMs: 10 });
    assert.equal(held.bytes, 100);
    await assert.rejects(gate.acquire(10, { holder: 'x', waitMs: 5 }), (error: LakeError) => {
      assert.equal(error.code, 'BUDGET_EXHAUSTED');
      assert.deepEqual(error.details.holders, [{ holder: 'scan db.t', bytes: 100 }]);
      return true;
    });
    const controller = new AbortController();
    const waiting = gate.acquire(10, { holder: 'y', waitMs: 10_000, signal: controller.signal });
    controller.abort();
    await assert.rejects(waiting, (error: LakeError) => error.code === 'CANCELLED');
  });

  it('releasing twice gives back once', async () => {
    const gate = new Gate('test', 10);
    const lease = await gate.acquire(10, { holder: 'a', waitMs: 10 });
    lease.release();
    lease.release();
    await using again = await gate.acquire(20, { holder: 'b', waitMs: 10 });
    assert.equal(again.bytes, 10);
  });
});

describe('budget', () => {
  it('cuts every number from the smallest on into shares that add up to it', () => {
    for (const total of [MEMORY_MIN_BYTES, 350 * MB, 420 * MB, 1024 * MB, 64 * 1024 * MB]) {
      const b = cutBudget(total);
      assert.equal(b.baseBytes + b.batchesBytes + b.scanBytes + b.sqlBytes, total);
      assert.ok(b.scanBytes >= 32 * MB && b.sqlBytes >= 32 * MB);
    }
  });

  it('refuses less, naming the least that works', () => {
    assert.throws(() => cutBudget(200 * MB), /at least 344mb/);
  });

  it('reads sizes as people write them', () => {
    assert.equal(parseMemorySize('512mb'), 512 * MB);
    assert.equal(parseMemorySize('1.5 GB'), 1536 * MB);
    assert.equal(parseMemorySize('1024'), 1024);
    assert.throws(() => parseMemorySize('lots'), /ARGUMENT_INVALID|not a memory size/);
  });
});
