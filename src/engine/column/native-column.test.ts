// Values DuckDB may keep as dictionaries, constants or slices inside: read by address they must be what its
// own JSON says.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Value, valueAt } from '../../codec/index.ts';
import { collect, testEngine } from '../engine-fixture.ts';

const TABLE = `CREATE TABLE d AS SELECT
    i::INTEGER AS i,
    i % 7 AS k,
    'some long text value ' || (i % 13) AS s,
    CASE WHEN i % 5 = 0 THEN NULL ELSE [i, i + 1, NULL, i % 3] END AS l,
    {'a': i, 'b': 'bbbbbbbbbbbbbbbbbbb' || (i % 9), 'c': [i]} AS st,
    map([i, i + 1], ['vvvvvvvvvvvvvvvvv' || i, NULL]) AS m
  FROM range(5000) AS r(i)`;

const SOURCES = [
  'd',
  'd WHERE i % 3 = 1',
  'd ORDER BY hash(i)',
  'd JOIN (SELECT unnest([1, 2, 3]) AS q) ON k = q',
  'd LEFT JOIN (SELECT 5 AS kk, [1] AS ll) ON k = kk',
  '(FROM d UNION ALL FROM d) AS d',
];

const VALUES = [
  'l',
  'st',
  '[st, st]',
  'list_sort(l)',
  'list_reverse(l)',
  'list_filter(l, lambda x: x IS NOT NULL)',
  "list_transform(l, lambda x: 'a constant longer than 12')",
  'list_transform(l, lambda x: st)',
  'l[2:3]',
  'list_concat(l, l)',
  "list_value(s, s, 'x')",
  '[[s], [s, s]]',
  'struct_pack(x := l, y := s)',
  'map_values(m)',
  "[{'a': 'a constant longer than 12'}]",
  "struct_extract(st, 'c')",
  'if(i % 2 = 0, l, [9, 9])',
  'array_value(s, s)',
  'array_value(l, l)',
  'list_resize(l, 6)',
  'flatten([l, l])',
  "string_split(s, ' ')",
  'range(i % 4)',
  'unnest([l, l])',
  'unnest([st])',
  '[NULL, s]',
  'array_agg(s) OVER (ORDER BY i ROWS 2 PRECEDING)',
  'lag(l) OVER (ORDER BY i)',
  'first_value(l) OVER (PARTITION BY k ORDER BY i)',
  'struct_insert(st, d := l)',
  '(SELECT list(x.s) FROM d AS x WHERE x.i < 3)',
  "if(i % 3 = 0, NULL, {'a': s, 'b': [s]})",
];

function plain(cell: Value): unknown {
  if (cell instanceof Uint8Array) return Buffer.from(cell).toString('utf8');
  if (Array.isArray(cell)) return cell.map((c: Value) => plain(c));
  return typeof cell === 'bigint' ? Number(cell) : cell;
}

/** JSON with objects as arrays of their members. */
function members(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(members);
  return typeof json === 'object' && json !== null ? Object.values(json).map(members) : json;
}

describe('nested values by address', async () => {
  const engine = await testEngine({ memoryBytes: 512_000_000 });
  await collect(engine.query(TABLE));
  for (const value of VALUES) {
    it(`reads ${value}`, async () => {
      for (const source of SOURCES) {
        const sql = `SELECT v, to_json(v)::VARCHAR AS j FROM (SELECT ${value} AS v FROM ${source})`;
        let rows = 0;
        for await (const { columns, rowCount } of engine.query(sql)) {
          const [cells, texts] = columns;
          assert.ok(cells !== undefined && texts !== undefined);
          for (let i = 0; i < rowCount; i += 3) {
            const json = valueAt(texts, i);
            const expected = json === null ? null : members(JSON.parse(plain(json) as string));
            assert.deepEqual(plain(valueAt(cells, i)), expected, `${source}, row ${rows + i}`);
          }
          rows += rowCount;
        }
        assert.ok(rows > 0);
      }
    });
  }
});
