// What is kept of pages with long values.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { DataType } from '../../../base/index.ts';
import { vectorOf } from '../../arrow/index.ts';
import { PageBodies, type PageSummary, ParquetColumnWriter } from './column-writer.ts';
import { leavesOf, type WriteLeaf } from './file-schema.ts';
import { shredColumn } from './shred.ts';

it('keeps short bounds of pages, and whole ones of the chunk', () => {
  const type: DataType = { kind: 'VARCHAR', nullable: true, length: 2_147_483_647 };
  const [leaf] = leavesOf([{ id: 0, name: 'c', type }]) as [WriteLeaf];
  const pages: PageSummary[] = [];
  const options = { pageBytes: 1000, pageRows: 20_000, dictionaryBytes: 0 };
  const writer = new ParquetColumnWriter(leaf, options, new PageBodies(1), ({ summary }) => {
    if (summary !== undefined) pages.push(summary);
  });
  const texts = ['b'.repeat(100_000), 'a'.repeat(100_000)];
  const [rows] = shredColumn('c', type, vectorOf(type, texts));
  assert.ok(rows !== undefined);
  writer.append(rows, texts.length);
  const chunk = writer.finish(false);
  const kept = pages.map(({ bounds }) => [bounds.min, bounds.max].map((bytes) => text(bytes)));
  assert.deepEqual(kept, [
    ['b'.repeat(64), `${'b'.repeat(63)}c`],
    ['a'.repeat(64), `${'a'.repeat(63)}b`],
  ]);
  for (const { bounds } of pages) assert.ok((bounds.min?.buffer.byteLength ?? 0) <= 64);
  assert.deepEqual([text(chunk.bounds.min), text(chunk.bounds.max)], texts.toReversed());
  chunk.bounds.cutBeyond(4096);
  assert.equal(chunk.bounds.min?.buffer.byteLength, 4096);
});

function text(bytes: Uint8Array | null): string | undefined {
  return bytes === null ? undefined : Buffer.from(bytes).toString('utf8');
}
