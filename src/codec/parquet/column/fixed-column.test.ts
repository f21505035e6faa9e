// Memory of a column that is written again.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { LongVector } from '../../arrow/index.ts';
import { ENCODING } from '../footer.ts';
import { PAGE, type PageHeader } from '../page-header.ts';
import { type ParquetLeaf, PHYSICAL } from '../schema.ts';
import { pageColumn, planLeaf } from './leaf-plan.ts';
import type { ParquetPage } from './page-parts.ts';

const LEAF: ParquetLeaf = {
  path: ['c'],
  type: PHYSICAL.INT64,
  length: 0,
  annotation: { kind: 'none' },
  index: 0,
  definition: 1,
  repeats: 0,
  element: 1,
  text: false,
  typeAt: 0,
  lengthAt: undefined,
};

/** A v2 page of eight rows, of which those with a bit of `valid` hold 7. */
function pageOf(valid: number): ParquetPage {
  const rows = [0, 1, 2, 3, 4, 5, 6, 7].filter((row) => ((valid >> row) & 1) === 1);
  const body = new Uint8Array(new BigInt64Array(rows.length).fill(7n).buffer);
  const levels = Uint8Array.of(3, valid);
  const header: PageHeader = {
    type: PAGE.DATA_V2,
    rawSize: levels.length + body.length,
    size: levels.length + body.length,
    crc: undefined,
    valueCount: 8,
    encoding: ENCODING.PLAIN,
    definitionEncoding: -1,
    repetitionEncoding: -1,
    levelsSize: levels.length,
    repetitionSize: 0,
    compressed: false,
    headerSize: 0,
  };
  return { file: 'f', offset: 4, header, levels, body };
}

it('gives rows that are null no bytes that were in its memory before', () => {
  const plan = planLeaf(LEAF, { kind: 'BIGINT', nullable: true });
  assert.ok(plan !== undefined);
  const column = pageColumn(LEAF, plan, true);
  column.startChunk(24);
  const read = (valid: number): readonly bigint[] => {
    column.setPage(pageOf(valid));
    assert.equal(column.measure(8, 1000), 8);
    column.append(8);
    return [...(column.take() as LongVector).values];
  };
  read(0xff);
  read(0xff);
  assert.deepEqual(read(0x00), new Array(8).fill(0n));
  // Values are moved to their rows, so a null between may show one of the column's own.
  const [last] = read(0x01).slice(-1);
  assert.equal(last, 0n);
});
