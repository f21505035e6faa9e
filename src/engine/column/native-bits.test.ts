import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Bits } from './native-bits.ts';

describe('Bits', () => {
  it('appends bits, ones and bytes at any position like a plain array does', () => {
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
    let state = seed;
    const random = (below: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return Math.floor((state / 4294967296) * below);
    };
    for (let round = 0; round < 200; round++) {
      const bits = new Bits();
      const plain: number[] = [];
      for (let step = 0; step < 40; step++) {
        const count = random(3) === 0 ? random(3000) : random(20);
        const source = Uint8Array.from({ length: (count >> 3) + 4 }, () => random(256));
        const from = random(9);
        switch (random(3)) {
          case 0:
            bits.append(source, from, count);
            for (let i = from; i < from + count; i++) plain.push(((source[i >> 3] as number) >> (i & 7)) & 1);
            break;
          case 1:
            bits.appendOnes(count);
            for (let i = 0; i < count; i++) plain.push(1);
            break;
          default: {
            const bytes = Uint8Array.from({ length: count }, () => random(2));
            bits.appendBytes(bytes, count);
            plain.push(...bytes);
          }
        }
      }
      assert.equal(bits.length, plain.length, `SEED=${seed}`);
      const wrong = plain.findIndex((bit, i) => (((bits.bytes[i >> 3] as number) >> (i & 7)) & 1) !== bit);
      assert.equal(wrong, -1, `SEED=${seed}: bit ${wrong} of ${plain.length}`);
    }
  });
});
