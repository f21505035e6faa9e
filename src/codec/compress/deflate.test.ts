// What our compressors make is read back by our decompressors, and Snappy and LZ4 by their rules.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  deflateHadoopLz4,
  deflateLz4,
  deflateSnappy,
  inflateHadoopLz4,
  inflateLz4,
  inflateSnappy,
} from './index.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

function randomOf(start: number): (n: number) => number {
  let state = start >>> 0;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

function sample(random: (n: number) => number): Uint8Array {
  const length = [0, 1, 3, 4, 5, 11, 12, 13, 59, 60, 61, 64, 300, 70_000, 200_000][random(15)] as number;
  const letters = [1, 2, 16, 256][random(4)] as number;
  const out = new Uint8Array(length);
  for (let at = 0; at < length; ) {
    const run = 1 + random(200);
    const back = random(3) === 0 && at > 0 ? 1 + random(at) : 0;
    for (let i = 0; i < run && at < length; i++, at++) {
      out[at] = back > 0 ? (out[at - back] as number) : random(letters);
    }
  }
  return out;
}

it(`gives back every block (SEED=${seed})`, () => {
  const random = randomOf(seed);
  for (let round = 0; round < 150; round++) {
    const bytes = sample(random);
    const snappy = inflateSnappy(deflateSnappy(bytes), bytes.length);
    const lz4 = bytes.length === 0 ? bytes : inflateLz4(deflateLz4(bytes), bytes.length);
    const framed = bytes.length === 0 ? bytes : inflateHadoopLz4(deflateHadoopLz4(bytes), bytes.length);
    for (const [name, back] of Object.entries({ snappy, lz4, framed })) {
      assert.ok(typeof back !== 'string', `${name}, round ${round}: ${String(back)}`);
      assert.ok(Buffer.compare(back, bytes) === 0, `${name}, round ${round}`);
    }
  }
});

it('makes repetition small', () => {
  const bytes = Buffer.from('All work and no play makes a page smaller. '.repeat(2000));
  assert.ok(deflateSnappy(bytes).length < bytes.length / 15);
  assert.ok(deflateLz4(bytes).length < bytes.length / 100);
});
