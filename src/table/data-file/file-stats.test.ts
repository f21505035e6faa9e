// Texts cut for manifests.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DataType } from '../../base/index.ts';
import { reduceStats } from './file-stats.ts';

const TEXT: DataType = { kind: 'VARCHAR', nullable: true, length: 2_147_483_647 };

function cut(min: Uint8Array, max: Uint8Array, length: number): readonly (string | null)[] {
  const stats = reduceStats({ kind: 'truncate', length }, TEXT, { min, max, nullCount: 0n });
  return [stats.min, stats.max].map((value) =>
    value === null ? null : Buffer.from(value as Uint8Array).toString('utf8'),
  );
}

describe('bounds of texts', () => {
  it('are cut between characters, however many bytes these take', () => {
    const bytes = Buffer.from('a\u{10ffff}\u{1f600}ü€z');
    assert.deepEqual(cut(bytes, bytes, 1), ['a', 'b']);
    assert.deepEqual(cut(bytes, bytes, 2), ['a\u{10ffff}', 'b']);
    assert.deepEqual(cut(bytes, bytes, 3), ['a\u{10ffff}\u{1f600}', 'a\u{10ffff}\u{1f601}']);
    assert.deepEqual(cut(bytes, bytes, 5), ['a\u{10ffff}\u{1f600}ü€', 'a\u{10ffff}\u{1f600}ü₭']);
    assert.deepEqual(cut(bytes, bytes, 6), [bytes.toString(), bytes.toString()]);
    const greatest = Buffer.from('\u{10ffff}\u{10ffff}');
    assert.deepEqual(cut(greatest, greatest, 1), [null, null]);
  });

  it('are cut of texts that are longer than any string', () => {
    const long = Buffer.alloc(2 ** 29);
    assert.deepEqual(cut(long, long, 2), ['\0\0', '\0\u0001']);
  });
});
