import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inflateSnappy } from './snappy.ts';

const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

describe('Snappy blocks', () => {
  it('copies literals of every way to say their length', () => {
    for (const size of [1, 16, 17, 60, 61, 256, 257, 65_536, 65_537]) {
      const raw = Buffer.from(Array.from({ length: size }, (_, i) => (i * 31) & 255));
      const width = size <= 60 ? 0 : size <= 256 ? 1 : size <= 65_536 ? 2 : 3;
      const said = Array.from({ length: width }, (_, i) => ((size - 1) >> (8 * i)) & 255);
      const tag = width === 0 ? (size - 1) << 2 : (59 + width) << 2;
      const block = Buffer.concat([Buffer.from([...varint(size), tag, ...said]), raw]);
      assert.deepEqual(Buffer.from(inflateSnappy(block, size) as Uint8Array), raw, `${size} bytes`);
    }
  });

  it('repeats a copy that reaches into itself, near the end too', () => {
    for (let back = 1; back <= 20; back++) {
      const head = Buffer.from('abcdefghijklmnopqrst').subarray(0, back);
      const block = Buffer.from([back + 64, (back - 1) << 2, ...head, (63 << 2) | 2, back, 0]);
      const expected = Buffer.from(head.toString('latin1').repeat(65)).subarray(0, back + 64);
      assert.deepEqual(Buffer.from(inflateSnappy(block, 100) as Uint8Array), expected);
    }
  });

  it('refuses an announced length beyond the limit or beyond what its bytes can make', () => {
    assert.match(inflateSnappy(Uint8Array.of(5, 16, 1, 2, 3, 4, 5), 4) as string, /announces 5/);
    assert.match(inflateSnappy(Uint8Array.of(255, 255, 255, 255, 7, 0, 0), 2 ** 31) as string, /announces/);
    assert.match(inflateSnappy(new Uint8Array(6).fill(255), 2 ** 31) as string, /bad Snappy length/);
  });

  it(`agrees with a plain reading of random tags, and bounds damaged ones (SEED=${SEED})`, () => {
    const dice = random(SEED);
    for (let round = 0; round < 500; round++) {
      const { block, raw } = randomBlock(dice);
      const out = inflateSnappy(block, raw.length);
      assert.ok(typeof out !== 'string', `round ${round}: ${String(out)}`);
      assert.deepEqual(Buffer.from(out), raw, `round ${round}`);
      const damaged = Buffer.from(block.subarray(0, block.length - (dice(2) === 0 ? dice(block.length) : 0)));
      if (damaged.length > 0) damaged[dice(damaged.length)]! ^= 1 << dice(8);
      const other = inflateSnappy(damaged, 100_000);
      assert.ok(typeof other === 'string' || other.length <= 100_000, `round ${round}`);
    }
  });
});

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))];
}

/** A block of random tags and what it means, put together here byte by byte. */
function randomBlock(dice: (below: number) => number): { block: Buffer; raw: Buffer } {
  const tags: number[] = [];
  const raw: number[] = [];
  for (let left = dice(30); left >= 0; left--) {
    if (raw.length === 0 || dice(2) === 0) {
      const length = dice(4) === 0 ? 1 + dice(400) : 1 + dice(24);
      const bytes = Array.from({ length }, () => dice(256));
      if (length <= 60) tags.push((length - 1) << 2);
      else if (length <= 256 && dice(2) === 0) tags.push(60 << 2, length - 1);
      else tags.push(61 << 2, (length - 1) & 255, (length - 1) >> 8);
      tags.push(...bytes);
      raw.push(...bytes);
      continue;
    }
    const back = 1 + dice(Math.min(raw.length, dice(3) === 0 ? 12 : raw.length));
    const kind = dice(3);
    const length = kind === 0 ? 4 + dice(8) : 1 + dice(64);
    if (kind === 0 && back < 2048) tags.push(((back >> 8) << 5) | ((length - 4) << 2) | 1, back & 255);
    else if (kind === 1) tags.push(((length - 1) << 2) | 3, back & 255, back >> 8, 0, 0);
    else tags.push(((length - 1) << 2) | 2, back & 255, back >> 8);
    for (let k = 0; k < length; k++) raw.push(raw[raw.length - back]!);
  }
  return { block: Buffer.from([...varint(raw.length), ...tags]), raw: Buffer.from(raw) };
}

function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}
