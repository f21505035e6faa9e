// Numbers of any length, under an encoding by which a few bytes make many.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { deltaBinary, fail } from '../encoding/encoding.sample.ts';
import { ENCODING } from '../footer.ts';
import { PHYSICAL } from '../schema.ts';
import { encodedValues } from './encoded-values.ts';

/** DELTA_BYTE_ARRAY: a value of `length` bytes, then the same one again and again. */
function pageOf(length: number, count: number): Uint8Array {
  const prefixes = deltaBinary([0n, ...new Array<bigint>(count - 1).fill(BigInt(length))]);
  const suffixes = deltaBinary([BigInt(length), ...new Array<bigint>(count - 1).fill(0n)]);
  const value = new Uint8Array(length).fill(1);
  return Buffer.concat([Uint8Array.from(prefixes), Uint8Array.from(suffixes), value]);
}

it('gives numbers that go on with each other, but not megabytes of them', () => {
  const empty = new Uint8Array(0);
  const open = (values: Uint8Array, type: number, length: number) => {
    const levels = { valueCount: 2000, repetition: empty, definition: empty };
    const parts = { ...levels, encoding: ENCODING.DELTA_BYTE_ARRAY, values, fail };
    const encoded = encodedValues(parts, { type, length });
    assert.ok(encoded !== undefined);
    return encoded;
  };
  assert.equal(open(pageOf(16, 2000), PHYSICAL.BYTE_ARRAY, 0).take(2000).length, 20 * 2000);
  assert.equal(open(pageOf(16, 2000), PHYSICAL.FIXED_LEN_BYTE_ARRAY, 16).take(2000).length, 16 * 2000);
  const large = pageOf(100_000, 2000);
  assert.ok(large.length < 200_000);
  const says = /corrupt: numbers of \d{7} bytes and more/;
  assert.throws(() => open(large, PHYSICAL.BYTE_ARRAY, 0).take(2000), says);
  assert.throws(() => open(large, PHYSICAL.FIXED_LEN_BYTE_ARRAY, 100_000).take(2000), says);
});
