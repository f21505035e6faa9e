import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DataType } from '../../../base/index.ts';
import { type Value, type Vector, valueAt } from '../../arrow/index.ts';
import type { ParquetPage } from '../column/index.ts';
import { randomOf, rleRun } from '../encoding/encoding.sample.ts';
import { ENCODING } from '../footer.ts';
import { PAGE } from '../page-header.ts';
import type { ParquetLeaf, ParquetNode } from '../schema.ts';
import { NestedColumn } from './nested-column.ts';
import { nestedShape } from './shape.ts';
import { type Dice, type Entries, nodeOf, pagesOf, shred } from './shred.sample.ts';

const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const ROUNDS = 250;

function someType(dice: Dice, depth: number): DataType {
  const nullable = dice(3) > 0;
  const kind = depth === 0 ? dice(4) : dice(8);
  switch (kind) {
    case 0:
      return { kind: 'INT', nullable };
    case 1:
      return { kind: 'BIGINT', nullable };
    case 2:
      return { kind: 'BOOLEAN', nullable };
    case 3:
      return { kind: 'VARCHAR', nullable, length: 100 };
    case 4:
      return { kind: 'MAP', nullable, key: someType(dice, 0), value: someType(dice, depth - 1) };
    case 5:
      return { kind: 'MULTISET', nullable, element: someType(dice, 0) };
    case 6: {
      const types = Array.from({ length: 1 + dice(3) }, () => someType(dice, depth - 1));
      return { kind: 'ROW', nullable, fields: types.map((type, id) => ({ id, name: `f${id}`, type })) };
    }
    default:
      return { kind: 'ARRAY', nullable, element: someType(dice, depth - 1) };
  }
}

function someValue(type: DataType, dice: Dice): Value {
  if (type.nullable && dice(4) === 0) return null;
  const many = <T>(make: () => T): T[] => Array.from({ length: dice(dice(10) === 0 ? 40 : 4) }, make);
  switch (type.kind) {
    case 'INT':
      return dice(40) - 20;
    case 'BIGINT':
      return BigInt(dice(9)) << 40n;
    case 'BOOLEAN':
      return dice(2) === 0;
    case 'VARCHAR':
      return 'x'.repeat(dice(4)) + dice(30);
    case 'ARRAY':
      return many(() => someValue(type.element, dice));
    case 'MULTISET':
      return many(() => [someValue({ ...type.element, nullable: false }, dice), dice(5)]);
    case 'MAP':
      return many(() => [someValue({ ...type.key, nullable: false }, dice), someValue(type.value, dice)]);
    case 'ROW':
      return type.fields.map((f) => someValue(f.type, dice));
    default:
      throw new Error(type.kind);
  }
}

/** The cells with text as text. */
function plainOf(value: Value): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  return Array.isArray(value) ? value.map(plainOf) : value;
}

interface Chunk {
  readonly rowCount: number;
  readonly pages: ReadonlyMap<ParquetLeaf, ReturnType<typeof pagesOf>>;
}

function chunkOf(node: ParquetNode, type: DataType, rows: readonly Value[], dice: Dice): Chunk {
  const entries: Entries = new Map();
  for (const row of rows) shred(node, type, row, entries);
  const pages = new Map([...entries].map(([leaf, list]) => [leaf, pagesOf(leaf, list, dice)]));
  return { rowCount: rows.length, pages };
}

/** Reads the chunks as a reader does: pages are put in where rows are missing, batches end anywhere. */
function readAll(column: NestedColumn, chunks: readonly Chunk[], dice: Dice): Vector[] {
  const batches: Vector[] = [];
  let inBatch = 0;
  let wanted = 1 + dice(80);
  for (const chunk of chunks) {
    const next = new Map<ParquetLeaf, number>();
    for (const { leaf, rows } of column.leaves) {
      const { dictionary, valueCount } = chunk.pages.get(leaf) as ReturnType<typeof pagesOf>;
      rows.startChunk(valueCount);
      if (dictionary !== undefined) rows.setDictionary(dictionary);
      next.set(leaf, 0);
    }
    for (let left = chunk.rowCount; left > 0; ) {
      for (const { leaf, rows } of column.leaves) {
        if (rows.rowsReady > 0) continue;
        const at = next.get(leaf) as number;
        rows.setPage(chunk.pages.get(leaf)?.pages[at] as ParquetPage);
        next.set(leaf, at + 1);
      }
      const step = Math.min(left, column.rowsReady, wanted - inBatch);
      if (step === 0) continue;
      column.append(step);
      left -= step;
      inBatch += step;
      if (inBatch < wanted) continue;
      batches.push(column.take());
      inBatch = 0;
      wanted = 1 + dice(80);
    }
  }
  if (inBatch > 0) batches.push(column.take());
  return batches;
}

function columnOf(node: ParquetNode, type: DataType, reuse: boolean): NestedColumn {
  const shape = nestedShape(node, type);
  assert.ok(typeof shape !== 'string', String(shape));
  return new NestedColumn(shape, { file: 'f.parquet', reuse });
}

describe('NestedColumn', () => {
  it(`gives back values of any type, from pages cut anywhere, in batches of any size (SEED=${SEED})`, () => {
    const dice = randomOf(SEED);
    for (let round = 0; round < ROUNDS; round++) {
      const type = someType(dice, 1 + dice(4));
      const node = nodeOf('c', type, dice);
      const rows = Array.from({ length: 1 + dice(200) }, () => someValue(type, dice));
      const chunks: Chunk[] = [];
      for (let at = 0; at < rows.length; ) {
        const size = 1 + dice(rows.length);
        chunks.push(chunkOf(node, type, rows.slice(at, at + size), dice));
        at += size;
      }
      const batches = readAll(columnOf(node, type, false), chunks, dice);
      const read = batches.flatMap((v) => Array.from({ length: v.length }, (_, i) => plainOf(valueAt(v, i))));
      assert.deepEqual(read, rows.map(plainOf), `SEED=${SEED} round ${round} ${JSON.stringify(type)}`);
    }
  });

  const LIST = { kind: 'ARRAY', nullable: true, element: { kind: 'INT', nullable: true } } as const;

  /** A list column with one v1 page of these levels, whose values are all the first of a dictionary. */
  function onePage(repetition: number[], definition: number[], valueCount: number): NestedColumn {
    const node = nodeOf('c', LIST, () => 0);
    const column = columnOf(node, LIST, false);
    const { leaf, rows } = column.leaves[0] as (typeof column.leaves)[number];
    const { dictionary } = pagesOf(leaf, [{ repetition: 0, definition: 3, value: 7 }], () => 0);
    const sized = (levels: number[]) => [levels.length, 0, 0, 0, ...levels];
    const body = Uint8Array.from([...sized(repetition), ...sized(definition), 0]);
    const page = dictionary as ParquetPage;
    rows.startChunk(valueCount);
    rows.setDictionary(page);
    const header = { ...page.header, type: PAGE.DATA, encoding: ENCODING.RLE_DICTIONARY, valueCount };
    rows.setPage({ ...page, header, body });
    return column;
  }

  it('refuses a row of two billion values, which a few bytes can claim, before it holds them', () => {
    const count = 2 ** 31 - 1;
    const ones = [...rleRun(0, 1, 1), ...rleRun(1, count - 1, 1)];
    const column = onePage(ones, rleRun(3, count, 2), count);
    assert.throws(() => column.rowsReady, {
      code: 'LIMIT_EXCEEDED',
      message: /f\.parquet at byte 100: .*ROW_VALUES_MAX/,
    });
  });

  it('refuses a row of many values that are few bytes in a dictionary and many in memory', () => {
    const type: DataType = {
      kind: 'ARRAY',
      nullable: true,
      element: { kind: 'VARCHAR', nullable: true, length: 9 },
    };
    const node = nodeOf('c', type, () => 0);
    const column = columnOf(node, type, false);
    const { leaf, rows } = column.leaves[0] as (typeof column.leaves)[number];
    const long = [{ repetition: 0, definition: 3, value: 'x'.repeat(1_000_000) }];
    const page = pagesOf(leaf, long, () => 0).dictionary as ParquetPage;
    const levels = (...runs: number[]) => [runs.length, 0, 0, 0, ...runs];
    const body = [
      ...levels(...rleRun(0, 1, 1), ...rleRun(1, 99_999, 1)),
      ...levels(...rleRun(3, 100_000, 2)),
      0,
    ];
    rows.startChunk(100_000);
    rows.setDictionary(page);
    const header = {
      ...page.header,
      type: PAGE.DATA,
      encoding: ENCODING.RLE_DICTIONARY,
      valueCount: 100_000,
    };
    rows.setPage({ ...page, header, body: Uint8Array.from(body) });
    assert.throws(() => column.rowsReady, { code: 'LIMIT_EXCEEDED', message: /268435456 bytes/ });
  });

  it('refuses levels that cannot be', () => {
    const wrong = (repetition: number[], definition: number[], count: number, message: RegExp) =>
      assert.throws(() => {
        const column = onePage(repetition, definition, count);
        column.append(column.rowsReady);
        column.take();
      }, message);
    wrong(rleRun(1, 2, 1), rleRun(3, 2, 2), 2, /goes on with no row/);
    wrong([...rleRun(0, 1, 1), ...rleRun(1, 1, 1)], rleRun(1, 2, 2), 2, /a list that is not there/);
    wrong([...rleRun(0, 1, 1), ...rleRun(1, 1, 1)], [...rleRun(0, 1, 2), ...rleRun(3, 1, 2)], 2, /not there/);
    wrong(rleRun(0, 1, 1), rleRun(3, 2, 2), 2, /runs end early/);
  });

  it('refuses leaves of one column that hold different numbers of values', () => {
    const type: DataType = { kind: 'MAP', nullable: true, key: LIST.element, value: LIST.element };
    const node = nodeOf('c', type, () => 0);
    const column = columnOf(node, type, false);
    const entries: Entries = new Map();
    shred(
      node,
      type,
      [
        [1, 2],
        [3, 4],
      ],
      entries,
    );
    for (const { leaf, rows } of column.leaves) {
      const list = entries.get(leaf) ?? [];
      const { pages, valueCount } = pagesOf(
        leaf,
        leaf === column.leaves[0]?.leaf ? list : list.slice(0, 1),
        () => 1,
      );
      rows.startChunk(valueCount);
      rows.setPage(pages[0] as ParquetPage);
    }
    column.append(column.rowsReady);
    assert.throws(() => column.take(), { kind: 'corrupt', message: /f\.parquet: Parquet column c: leaves/ });
  });
});
