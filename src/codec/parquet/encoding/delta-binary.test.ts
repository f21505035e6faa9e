import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DeltaBinaryReader } from './delta-binary.ts';
import { deltaBinary, fail, randomOf, varint } from './encoding.sample.ts';

const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const MAX = 2n ** 63n - 1n;

function longs(bytes: Uint8Array, count: number): bigint[] {
  const out = new BigInt64Array(count);
  new DeltaBinaryReader(bytes, 0, fail).readLongs(new Int32Array(out.buffer), 0, count);
  return [...out];
}

/** Values that wander, jump, or stand still. */
function someValues(random: (n: number) => number, count: number): bigint[] {
  const bits = BigInt(1 + random(64));
  const any = () => BigInt.asUintN(64, (BigInt(random(2 ** 32)) << 32n) | BigInt(random(2 ** 32)));
  let value = BigInt.asIntN(64, any() >> BigInt(random(64)));
  return Array.from({ length: count }, () => {
    if (random(3) > 0) value = BigInt.asIntN(64, value + BigInt.asIntN(Number(bits), any()));
    return value;
  });
}

describe('DELTA_BINARY_PACKED', () => {
  it('decodes the examples of the specification', () => {
    assert.deepEqual(longs(Uint8Array.of(8, 1, 5, 2, 2, 0), 5), [1n, 2n, 3n, 4n, 5n]);
    const second = Uint8Array.of(8, 1, 8, 14, 3, 2, 0b11000000, 0b00111111);
    assert.deepEqual(longs(second, 8), [7n, 5n, 3n, 1n, 2n, 3n, 4n, 5n]);
  });

  it('wraps around at 64 bits', () => {
    const values = [MAX, -MAX - 1n, MAX, 0n, -1n, -MAX - 1n, 1n, -(2n ** 32n), 2n ** 32n, 2n ** 31n];
    assert.deepEqual(longs(Uint8Array.from(deltaBinary(values)), values.length), values);
  });

  it(`decodes what was encoded, of every width, in portions of any size (SEED=${SEED})`, () => {
    const random = randomOf(SEED);
    for (let round = 0; round < 300; round++) {
      const values = someValues(random, 1 + random(600));
      const miniblocks = [1, 2, 4][random(3)] as number;
      const block = miniblocks * 8 * (1 + random(9));
      const head = random(20);
      const bytes = Uint8Array.from([
        ...new Array(head).fill(7),
        ...deltaBinary(values, { block, miniblocks }),
      ]);
      const reader = new DeltaBinaryReader(bytes, head, fail);
      assert.equal(reader.count, values.length);
      assert.equal(reader.end(), bytes.length, `round ${round}`);
      const out = new BigInt64Array(values.length);
      const words = new Int32Array(out.buffer);
      for (let at = 0; at < values.length; ) {
        const step = Math.min(values.length - at, random(200));
        if (random(6) === 0) {
          reader.skip(step);
          for (let i = at; i < at + step; i++) out[i] = values[i] as bigint;
        } else reader.readLongs(words, at, step);
        at += step;
      }
      assert.deepEqual([...out], values, `round ${round}`);
    }
  });

  it(`decodes 32-bit integers, whose differences wrap at 32 bits or do not (SEED=${SEED})`, () => {
    const random = randomOf(SEED + 1);
    for (let round = 0; round < 300; round++) {
      const values = someValues(random, 1 + random(400)).map((v) => BigInt.asIntN(32, v));
      const bytes = Uint8Array.from(deltaBinary(values, { bits: random(2) === 0 ? 32 : 64 }));
      const reader = new DeltaBinaryReader(bytes, 0, fail);
      const out = new Int32Array(values.length);
      for (let at = 0; at < values.length; ) {
        const step = Math.min(values.length - at, 1 + random(200));
        reader.readInts(out, at, step);
        at += step;
      }
      assert.deepEqual([...out], values.map(Number), `round ${round}`);
    }
  });

  it('gives nothing of nothing', () => {
    const reader = new DeltaBinaryReader(Uint8Array.from(deltaBinary([])), 0, fail);
    assert.equal(reader.count, 0);
    assert.equal(reader.end(), 5);
    reader.readInts(new Int32Array(0), 0, 0);
    assert.throws(() => reader.readInts(new Int32Array(1), 0, 1), /0 delta values/);
  });

  it('refuses headers that make no sense, widths above 64 bits, and bytes that end early', () => {
    const header = (...numbers: number[]) => new DeltaBinaryReader(Uint8Array.from(numbers), 0, fail);
    assert.throws(() => header(0, 0, 1, 0), /0 values in 0 miniblocks/);
    assert.throws(() => header(12, 1, 1, 0), /12 values in 1/);
    assert.throws(() => header(128, 1), /end early/);
    assert.throws(() => header(...new Array(9).fill(255)), /does not end/);
    assert.throws(() => longs(Uint8Array.of(8, 1, 2, 0, 0, 65, ...new Array(70).fill(0)), 2), /65 bits/);
    const good = deltaBinary([1n, 5n, 100n, -7n]);
    assert.throws(() => longs(Uint8Array.from(good.slice(0, -1)), 4), /end early/);
    assert.throws(() => longs(Uint8Array.from(good.slice(0, 8)), 4), /end early/);
  });

  it('reads a miniblock that claims a billion values in portions', () => {
    const size = 2 ** 30;
    const bytes = Uint8Array.from([...varint(size), 1, ...varint(size), 6, 2, 0]);
    const reader = new DeltaBinaryReader(bytes, 0, fail);
    assert.equal(reader.end(), bytes.length);
    const out = new Int32Array(4);
    reader.readInts(out, 0, 4);
    assert.deepEqual([...out], [3, 4, 5, 6]);
  });
});
