import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inflateLz4 } from './lz4.ts';

const bytes = (...parts: (string | number)[]) =>
  Buffer.concat(parts.map((p) => (typeof p === 'string' ? Buffer.from(p) : Buffer.from([p]))));
const text = (block: Uint8Array, max = 1e9) => {
  const out = inflateLz4(block, max);
  return typeof out === 'string' ? { error: out } : Buffer.from(out).toString();
};

describe('LZ4 blocks', () => {
  it('copies literals', () => {
    assert.equal(text(bytes(0x00)), '');
    assert.equal(text(bytes(0x30, 'abc')), 'abc');
    assert.equal(text(bytes(0xf0, 1, 'abcdefghijklmnop')), 'abcdefghijklmnop');
  });

  it('repeats a match that reaches into itself', () => {
    assert.equal(text(bytes(0x15, 'a', 1, 0, 0x10, 'b')), `${'a'.repeat(10)}b`);
    assert.equal(text(bytes(0x30, 'xyz', 3, 0, 0x00)), 'xyzxyzx');
    // 15 + 255 + 7 + 4 of a two-byte pattern.
    assert.equal(text(bytes(0x2f, 'ab', 2, 0, 255, 7, 0x10, '!')), `${'ab'.repeat(141)}a!`);
  });

  it('says what is wrong', () => {
    const wrong = (...parts: (string | number)[]) =>
      assert.equal(typeof inflateLz4(bytes(...parts), 100), 'string');
    wrong();
    wrong(0x30, 'ab');
    wrong(0xf0, 255);
    wrong(0x10, 'a', 1);
    wrong(0x10, 'a', 0, 0, 0);
    wrong(0x10, 'a', 2, 0, 0);
    wrong(0x1f, 'a', 1, 0, 255);
    wrong(0x10, 'a', 1, 0);
  });

  it('allocates nothing beyond the limit', () => {
    const bomb = bytes(0x1f, 'a', 1, 0, '', ...Array<number>(64).fill(255), 0, 0x00);
    assert.equal(typeof inflateLz4(bomb, 1000), 'string');
    const size = 1 + 15 + 4 + 64 * 255;
    assert.equal((inflateLz4(bomb, size) as Uint8Array).length, size);
  });

  it('agrees with a plain reading of random sequences, and refuses or bounds damaged ones', () => {
    const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
    const dice = random(seed);
    for (let round = 0; round < 400; round++) {
      const { block, raw } = randomBlock(dice);
      assert.deepEqual(
        Buffer.from(inflateLz4(block, raw.length) as Uint8Array),
        raw,
        `SEED=${seed} round ${round}`,
      );
      const damaged = Buffer.from(block.subarray(0, block.length - (dice(2) === 0 ? dice(block.length) : 0)));
      if (damaged.length > 0) damaged[dice(damaged.length)]! ^= 1 << dice(8);
      const out = inflateLz4(damaged, 100_000);
      assert.ok(typeof out === 'string' || out.length <= 100_000, `SEED=${seed} round ${round}`);
    }
  });
});

/** A block of random sequences and what it means, put together here byte by byte. */
function randomBlock(dice: (below: number) => number): { block: Buffer; raw: Buffer } {
  const block: number[] = [];
  const raw: number[] = [];
  const extend = (count: number) => {
    let rest = count;
    for (; rest >= 255; rest -= 255) block.push(255);
    block.push(rest);
  };
  const sequences = dice(12);
  for (let i = 0; i <= sequences; i++) {
    const last = i === sequences;
    const literals = dice(4) === 0 ? dice(600) : dice(20);
    const back = raw.length + literals === 0 ? 0 : 1 + dice(raw.length + literals);
    const match = last || back === 0 ? 0 : 4 + (dice(4) === 0 ? dice(600) : dice(20));
    if (!last && match === 0) continue;
    block.push((Math.min(15, literals) << 4) | (match === 0 ? 0 : Math.min(15, match - 4)));
    if (literals >= 15) extend(literals - 15);
    for (let k = 0; k < literals; k++) {
      const byte = dice(256);
      block.push(byte);
      raw.push(byte);
    }
    if (match === 0) continue;
    block.push(back & 255, back >> 8);
    if (match - 4 >= 15) extend(match - 4 - 15);
    for (let k = 0; k < match; k++) raw.push(raw[raw.length - back]!);
  }
  return { block: Buffer.from(block), raw: Buffer.from(raw) };
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
