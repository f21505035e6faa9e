import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LakeError } from '../base/index.ts';
import { QueryWatch, type Watched } from './watch.ts';

/** A connection that does what the test says. */
function connection(onInterrupt: () => void = () => undefined): Watched & { interrupts: number } {
  return {
    abandoned: false,
    progress: -1,
    interrupts: 0,
    interrupt() {
      this.interrupts += 1;
      onInterrupt();
    },
  };
}

const never = () => new Promise<number>(() => undefined);
const FAST = { stallMs: 60, graceMs: 30, cpuMs: () => 0 };

describe('the watch over a query', () => {
  it('lets a call that ends alone', async () => {
    const session = connection();
    const watch = new QueryWatch(session, FAST);
    assert.equal(await watch.run(async () => 7), 7);
    watch.close();
    assert.equal(session.interrupts, 0);
  });

  it('interrupts a query that does nothing, and gives it up when it does not answer', async () => {
    const session = connection();
    const watch = new QueryWatch(session, FAST);
    await assert.rejects(watch.run(never), { code: 'ENGINE_HUNG' });
    watch.close();
    assert.equal(session.interrupts, 1);
    assert.equal(session.abandoned, true);
  });

  it('keeps the connection when the interrupt helps', async () => {
    let fail: (error: Error) => void = () => undefined;
    const session = connection(() => fail(new Error('INTERRUPT Error: Interrupted!')));
    const watch = new QueryWatch(session, FAST);
    const call = watch.run(() => new Promise<number>((_, reject) => (fail = reject)));
    await assert.rejects(call, { code: 'ENGINE_HUNG' });
    watch.close();
    assert.equal(session.abandoned, false);
  });

  it('waits for a query that uses the processor or makes progress', async () => {
    let cpu = 0;
    const session = connection();
    const watch = new QueryWatch(session, { ...FAST, cpuMs: () => (cpu += 50) });
    const slow = new Promise<string>((resolve) => setTimeout(resolve, 200, 'rows'));
    assert.equal(await watch.run(() => slow), 'rows');
    watch.close();
    assert.equal(session.interrupts, 0);
  });

  it('answers the signal with CANCELLED, also when the query does not', async () => {
    const controller = new AbortController();
    const session = connection();
    const watch = new QueryWatch(session, { ...FAST, stallMs: 10_000, signal: controller.signal });
    setTimeout(() => controller.abort(), 10);
    await assert.rejects(
      watch.run(never),
      (error) => error instanceof LakeError && error.code === 'CANCELLED',
    );
    assert.equal(session.abandoned, true);
    await assert.rejects(watch.run(never), { code: 'CANCELLED' });
    watch.close();
  });

  it('ends a call nobody waits for, or gives it up', async () => {
    const session = connection();
    const watch = new QueryWatch(session, FAST);
    await watch.settle(Promise.resolve());
    assert.equal(session.abandoned, false);
    await watch.settle(new Promise(() => undefined));
    assert.equal(session.abandoned, true);
    watch.close();
  });
});
