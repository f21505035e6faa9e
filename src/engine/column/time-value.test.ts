import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FixedShape } from './duck-type.ts';
import { packedTimeMicros, scaled, timesToMillis } from './time-value.ts';

const MICROS = [
  0n,
  1n,
  999n,
  1000n,
  1001n,
  43_200_000_999n,
  86_399_999_999n,
  86_400_000_000n,
  2n ** 40n - 1n,
];

function shape(convert: 'time' | 'timetz'): FixedShape {
  return { kind: 'fixed', source: 'i64', layout: 'i32', convert, factor: 1n };
}

describe('times of the day', () => {
  for (const convert of ['time', 'timetz'] as const) {
    it(`are the same by words and by bigints: ${convert}`, () => {
      const bits = MICROS.map((m) => (convert === 'time' ? m : (m << 24n) | 57_599n));
      const longs = BigInt64Array.from(bits);
      const out = new Int32Array(bits.length);
      assert.ok(timesToMillis(new Uint32Array(longs.buffer), convert, out));
      const micros = convert === 'time' ? MICROS : [...longs].map(packedTimeMicros);
      assert.deepEqual(
        [...out],
        micros.map((m) => Number(scaled(shape(convert), m))),
      );
    });
  }

  it('leaves values too large to divide exactly to bigints', () => {
    for (const value of [2n ** 40n, -1n, 2n ** 63n - 1n]) {
      const words = new Uint32Array(BigInt64Array.of(value).buffer);
      assert.equal(timesToMillis(words, 'time', new Int32Array(1)), false);
    }
  });
});
