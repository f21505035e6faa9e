import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fail, hybrid, packedRun, randomOf, rleRun, varint } from './encoding.sample.ts';
import { HybridReader } from './rle-hybrid.ts';

const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

function ints(bytes: Uint8Array, width: number, count: number): number[] {
  const out = new Int32Array(count);
  new HybridReader(bytes, width, fail).readInts(out, 0, count);
  return [...out];
}

/** Values with runs in them. */
function someValues(random: (n: number) => number, width: number, count: number): number[] {
  const out: number[] = [];
  while (out.length < count) {
    const value = random(2 ** width);
    for (let n = random(4) === 0 ? 1 + random(60) : 1; n > 0 && out.length < count; n--) out.push(value);
  }
  return out;
}

describe('HybridReader', () => {
  it('unpacks the example of the specification', () => {
    const bytes = Uint8Array.of(3, 0b10001000, 0b11000110, 0b11111010);
    assert.deepEqual(ints(bytes, 3, 8), [0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('repeats the value of a run, in as many bytes as its bits need', () => {
    assert.deepEqual(ints(Uint8Array.of(8, 0x34, 0x12), 13, 4), [0x1234, 0x1234, 0x1234, 0x1234]);
    assert.deepEqual(ints(Uint8Array.from(rleRun(0xfffffffe, 2, 32)), 32, 2), [-2, -2]);
  });

  it('gives zeros without bytes when values have no bits', () => {
    assert.deepEqual(ints(new Uint8Array(0), 0, 3), [0, 0, 0]);
  });

  it(`reads every width in portions of any size (SEED=${SEED})`, () => {
    const random = randomOf(SEED);
    for (let width = 1; width <= 32; width++) {
      const values = someValues(random, width, 200 + random(2000));
      const reader = new HybridReader(hybrid(values, width, random), width, fail);
      const out = new Int32Array(values.length);
      for (let at = 0; at < values.length; ) {
        const step = Math.min(values.length - at, random(8) === 0 ? 700 : random(40));
        if (random(5) === 0) {
          reader.skip(step);
          for (let i = at; i < at + step; i++) out[i] = values[i] as number;
        } else reader.readInts(out, at, step);
        at += step;
      }
      assert.deepEqual(
        [...out],
        values.map((v) => v | 0),
        `width ${width}`,
      );
    }
  });

  it(`reads levels into bytes and single bits into bits (SEED=${SEED})`, () => {
    const random = randomOf(SEED + 1);
    for (let width = 1; width <= 8; width++) {
      const values = someValues(random, width, 1 + random(3000));
      const bytes = hybrid(values, width, random);
      const out = new Uint8Array(values.length);
      const reader = new HybridReader(bytes, width, fail);
      for (let at = 0; at < values.length; ) {
        const step = Math.min(values.length - at, 1 + random(300));
        reader.readBytes(out, at, step);
        at += step;
      }
      assert.deepEqual([...out], values, `width ${width}`);
      if (width > 1) continue;
      const first = random(20);
      const bits = new Uint8Array((first + values.length + 7) >> 3);
      const one = new HybridReader(bytes, width, fail);
      let ones = 0;
      for (let at = 0; at < values.length; ) {
        const step = Math.min(values.length - at, 1 + random(300));
        ones += one.readBits(bits, first + at, step);
        at += step;
      }
      const read = values.map((_, i) => ((bits[(first + i) >> 3] as number) >> ((first + i) & 7)) & 1);
      assert.deepEqual(read, values);
      assert.equal(ones, values.filter((v) => v === 1).length);
    }
  });

  it('takes a last group that is cut short behind the values asked for', () => {
    const bytes = Uint8Array.from(packedRun([1, 2, 3, 4, 5], 5));
    assert.deepEqual(ints(bytes.subarray(0, 5), 5, 5), [1, 2, 3, 4, 5]);
    assert.throws(() => ints(bytes.subarray(0, 4), 5, 5), /corrupt: the runs end early/);
  });

  it('refuses runs that end early, headers without end, values and widths that are too wide', () => {
    assert.throws(() => ints(new Uint8Array(0), 1, 1), /end early/);
    assert.throws(() => ints(Uint8Array.of(4), 1, 1), /end early/);
    assert.throws(() => ints(Uint8Array.of(0, 1, 0, 1), 1, 1), /end early/);
    assert.throws(() => ints(new Uint8Array(6).fill(0xff), 1, 1), /does not end/);
    assert.throws(() => ints(Uint8Array.from(rleRun(4, 1, 3).concat(0)).fill(8, 1), 3, 1), /a run of 8/);
    assert.throws(() => ints(new Uint8Array(9), 33, 1), /33 bits/);
  });

  it('reads a run that claims two billion values in portions', () => {
    const bytes = Uint8Array.from([...varint(2 ** 32 - 2), 1]);
    const reader = new HybridReader(bytes, 1, fail);
    reader.skip(2 ** 31 - 9);
    const out = new Uint8Array(8);
    reader.readBytes(out, 0, 8);
    assert.deepEqual([...out], [1, 1, 1, 1, 1, 1, 1, 1]);
    assert.throws(() => reader.skip(1), /end early/);
  });
});
