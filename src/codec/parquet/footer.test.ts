// What is kept of a footer.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Field } from '../../base/index.ts';
import { vectorOf } from '../arrow/index.ts';
import { CODEC, chunkStatistics, decodeParquetFooter, ENCODING } from './footer.ts';
import {
  PageBodies,
  type PageSummary,
  ParquetColumnWriter,
  ParquetLayout,
  shredColumn,
} from './write/index.ts';

const FIELDS: readonly Field[] = [
  { id: 0, name: 'a', type: { kind: 'INT', nullable: true } },
  { id: 1, name: 'b', type: { kind: 'ARRAY', nullable: true, element: { kind: 'INT', nullable: true } } },
];

it('keeps one path of a leaf for the chunks of all row groups, and statistics as bytes', () => {
  const layout = new ParquetLayout(FIELDS, CODEC.UNCOMPRESSED);
  for (const values of [
    [3, null, -4],
    [7, 8, 9],
  ]) {
    const columns = [values, values.map((value) => [value, 0])];
    const leafRows = FIELDS.flatMap(({ name, type }, c) =>
      shredColumn(name, type, vectorOf(type, columns[c] ?? [])),
    );
    const chunks = layout.leaves.map((leaf, i) => ({
      summary: summaryOf(leaf, leafRows[i]),
      pages: [],
      dictionary: undefined,
    }));
    layout.addRowGroup(3, chunks);
  }
  const [, bytes = new Uint8Array(0)] = layout.finish();
  const footer = decodeParquetFooter(bytes, 'f');
  assert.equal(footer.chunks.length, 4);
  for (const [i, chunk] of footer.chunks.entries()) assert.equal(chunk.path, footer.leaves[i % 2]?.path);
  assert.equal(footer.chunks[0]?.encodings, footer.chunks[2]?.encodings);
  assert.ok(footer.chunks[0]?.encodings.includes(ENCODING.RLE));
  const said = footer.chunks.map((chunk) => {
    const { min, max, nullCount } = chunkStatistics(footer, chunk) ?? {};
    return [min, max].map((bound) => Buffer.from(bound ?? []).readInt32LE()).concat(Number(nullCount));
  });
  assert.deepEqual(said, [
    [-4, 3, 1],
    [-4, 3, 1],
    [7, 9, 0],
    [0, 9, 0],
  ]);
});

function summaryOf(
  leaf: ParquetLayout['leaves'][number],
  leafRows: ReturnType<typeof shredColumn>[number] | undefined,
): PageSummary {
  const options = { pageBytes: 1000, pageRows: 1000, dictionaryBytes: 0 };
  const writer = new ParquetColumnWriter(leaf, options, new PageBodies(1), () => undefined);
  assert.ok(leafRows !== undefined);
  writer.append(leafRows, 3);
  return writer.finish(false);
}
