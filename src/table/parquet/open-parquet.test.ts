// Bytes read together, and how long they are held.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type ByteRanges, readTogether } from './open-parquet.ts';

it('reads a range once for all that ask for it, and holds it no longer than they do', async () => {
  let reads = 0;
  const file: ByteRanges = {
    held: () => undefined,
    async readInto(offset, bytes) {
      reads++;
      for (let i = 0; i < bytes.length; i++) bytes[i] = offset + i;
    },
  };
  const together = readTogether(file, 10, 30, 2);
  const parts = [await together.held(10, 5), await together.held(20, 2)];
  assert.deepEqual(parts, [Uint8Array.of(10, 11, 12, 13, 14), Uint8Array.of(20, 21)]);
  assert.equal(reads, 1);
  // Nothing is left: whoever asks once more has it read again.
  assert.deepEqual(await together.held(29, 1), Uint8Array.of(29));
  assert.deepEqual(await together.held(28, 1), Uint8Array.of(28));
  assert.equal(reads, 3);
  assert.equal(together.held(5, 10), undefined);
});
