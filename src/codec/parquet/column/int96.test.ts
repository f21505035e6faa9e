import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { randomOf } from '../encoding/encoding.sample.ts';
import { int96ToMicros } from './fixed-decode.ts';
import { fixedStore } from './fixed-store.ts';

const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const fail = (what: string): Error => new Error(what);

function micros(day: number, nanos: bigint, step: number): bigint {
  const bytes = Buffer.alloc(12);
  bytes.writeBigInt64LE(nanos);
  bytes.writeInt32LE(day, 8);
  const store = fixedStore(8, 2);
  int96ToMicros(step)(bytes, 0, store, { row: 1, count: 1 }, fail);
  return new BigInt64Array(store.bytes.buffer)[1] as bigint;
}

/** The same by arithmetic: Julian day 2,440,588 is 1970-01-01. */
function expected(day: number, nanos: bigint, step: number): bigint {
  const all = (BigInt(day) - 2_440_588n) * 86_400_000_000_000n + nanos;
  const unit = 1000n * BigInt(step);
  const rest = ((all % unit) + unit) % unit;
  return (all - rest) / 1000n;
}

describe('int96ToMicros', () => {
  it(`rounds down to microseconds or milliseconds, in any year that fits (SEED=${SEED})`, () => {
    const random = randomOf(SEED);
    for (let i = 0; i < 3000; i++) {
      const near = random(2) === 0;
      const day = 2_440_588 + (near ? random(60_000) - 30_000 : random(200_000_000) - 100_000_000);
      const odd = random(10) === 0;
      const nanos = odd
        ? BigInt(random(2 ** 32)) * -54_321n
        : BigInt(random(86_400)) * 1_000_000_000n + BigInt(random(1e9));
      const step = random(2) === 0 ? 1 : 1000;
      assert.equal(micros(day, nanos, step), expected(day, nanos, step), `day ${day}, ${nanos} ns, ${step}`);
    }
  });

  it('refuses timestamps beyond 64-bit microseconds', () => {
    assert.throws(() => micros(2 ** 31 - 1, 0n, 1), { code: 'VALUE_OUT_OF_RANGE' });
    assert.throws(() => micros(-(2 ** 31), 0n, 1000), { code: 'VALUE_OUT_OF_RANGE' });
  });
});
