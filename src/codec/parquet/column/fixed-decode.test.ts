// Numbers made of words are what arithmetic on bigints makes of the same bytes.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  bigEndian,
  type FixedDecode,
  int96ToNanos,
  millisToMicros,
  toNanos,
  widenInts,
  widenLongs,
} from './fixed-decode.ts';
import { fixedStore } from './fixed-store.ts';

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const ROUNDS = 2000;

const fail = (what: string): Error => new Error(what);

function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor((state / 4294967296) * below);
  };
}

/** Signed numbers of up to `bits` bits, many of them at the ends of what 8, 16, 32, ... bits hold. */
function someNumber(random: (below: number) => number, bits: number): bigint {
  let value = 0n;
  for (let i = 0; i < bits; i += 16) value = (value << 16n) | BigInt(random(65536));
  const width = random(4) === 0 ? 8 * (1 + random(bits / 8)) : 1 + random(bits);
  const edge = [0n, 1n, -1n, 2n][random(4)] as bigint;
  if (random(3) === 0) value = (1n << BigInt(width - 1)) + edge;
  return BigInt.asIntN(bits, BigInt.asIntN(width, value));
}

/** Row 1 of a store of three, so that what is written outside of it is seen. */
function decoded(decode: FixedDecode, source: Uint8Array, width: 8 | 16): bigint {
  const store = fixedStore(width, 3);
  store.bytes.fill(0x5a);
  decode(source, 3, store, { row: 1, count: 1 }, fail);
  const words = new BigInt64Array(store.bytes.buffer);
  const per = width / 8;
  const outside = [...words.subarray(0, per), ...words.subarray(2 * per, 3 * per)];
  assert.ok(outside.every((word) => word === 0x5a5a5a5a5a5a5a5an));
  const low = words[per] as bigint;
  return width === 8 ? low : ((words[per + 1] as bigint) << 64n) | BigInt.asUintN(64, low);
}

/** Bytes behind three others. */
function bytesOf(write: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(40);
  write(new DataView(bytes.buffer, 3));
  return bytes;
}

describe(`fixed-width values (SEED=${SEED})`, () => {
  it('widens, and multiplies timestamps', () => {
    const random = randomOf(SEED);
    for (let round = 0; round < ROUNDS; round++) {
      const long = someNumber(random, 64);
      const longs = bytesOf((view) => view.setBigInt64(0, long, true));
      assert.equal(decoded(widenLongs, longs, 16), long);
      for (const factor of [1, 1000, 1_000_000])
        assert.equal(decoded(toNanos(factor), longs, 16), long * BigInt(factor), `${long} * ${factor}`);
      const micros = long * 1000n;
      if (micros === BigInt.asIntN(64, micros)) assert.equal(decoded(millisToMicros, longs, 8), micros);
      else assert.throws(() => decoded(millisToMicros, longs, 8), { code: 'VALUE_OUT_OF_RANGE' });
      const int = someNumber(random, 32);
      const ints = bytesOf((view) => view.setInt32(0, Number(int), true));
      assert.equal(decoded(widenInts, ints, 8), int);
      assert.equal(decoded(widenInts, ints, 16), int);
    }
  });

  it('turns INT96 into nanoseconds, before 1970 too', () => {
    const random = randomOf(SEED + 1);
    for (let round = 0; round < ROUNDS; round++) {
      const nanos = someNumber(random, 64);
      const day = someNumber(random, 32);
      const bytes = bytesOf((view) => {
        view.setBigInt64(0, nanos, true);
        view.setInt32(8, Number(day), true);
      });
      const expected = (day - 2_440_588n) * 86_400_000_000_000n + nanos;
      assert.equal(decoded(int96ToNanos, bytes, 16), expected, `day ${day}, ${nanos} ns`);
    }
  });

  it('reads big-endian decimals of any length, and refuses those beyond their type', () => {
    const random = randomOf(SEED + 2);
    for (let round = 0; round < ROUNDS; round++) {
      const length = 1 + random(20);
      const value = someNumber(random, 160) >> BigInt(160 - 8 * length);
      const bytes = bytesOf((view) => {
        for (let i = 0; i < length; i++)
          view.setUint8(i, Number((value >> BigInt(8 * (length - 1 - i))) & 255n));
      });
      for (const width of [8, 16] as const) {
        const fits = value === BigInt.asIntN(8 * width, value);
        if (fits) assert.equal(decoded(bigEndian(length), bytes, width), value, `${length} bytes`);
        else assert.throws(() => decoded(bigEndian(length), bytes, width), /beyond its type/);
      }
    }
  });
});
