// Records of CSV, cut at every place, and what csvLines wrote.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { batchOf } from '../arrow/index.ts';
import { csvLines } from './csv.ts';
import { CsvParser, type CsvRecord } from './parse-csv.ts';

function records(text: string, step = text.length): CsvRecord[] {
  const parser = new CsvParser();
  const found: CsvRecord[] = [];
  for (let at = 0; at < text.length; at += step) found.push(...parser.push(text.slice(at, at + step)));
  return [...found, ...parser.finish()];
}

const parse = (text: string, step?: number): unknown[] => records(text, step).map(({ fields }) => fields);

it('tells null from empty text, and takes quotes, commas and line ends inside quotes', () => {
  const text = 'a,"b ""c"", d",,""\r\n"x\r\ny",1\n\nlast,\r\n,';
  const expected = [
    ['a', 'b "c", d', null, ''],
    ['x\r\ny', '1'],
    ['last', null],
    [null, null],
  ];
  for (const step of [1, 2, 3, 7, text.length]) assert.deepEqual(parse(text, step), expected, `step ${step}`);
});

it('gives a line with a quote out of place as it is, and goes on with the next', () => {
  const text = 'a\nb,"c",d"e,\nf\n"g"h,i\r\n"j\n\nk';
  const expected = [
    { fields: ['a'] },
    { fields: ['b,c,d"e,'], bad: 'CSV line 2: a quote inside a field that is not quoted' },
    { fields: ['f'] },
    { fields: ['"g"h,i\r'], bad: 'CSV line 4: text follows a quoted field' },
    { fields: ['"j\n\nk'], bad: 'CSV line 7: a quoted field is never closed' },
  ];
  for (const step of [1, 2, 3, 7, text.length])
    assert.deepEqual(records(text, step), expected, `step ${step}`);
});

it('reads back what csvLines writes', () => {
  const type = { kind: 'VARCHAR', nullable: true, length: 2147483647 } as const;
  const fields = [
    { id: 0, name: 'a', type },
    { id: 1, name: 'b', type },
  ];
  const rows = [
    ['x', null],
    ['', 'q"u,o\r\nte'],
    [null, ' blank '],
    ['日本', '\ttab'],
  ];
  const text = [...csvLines(batchOf(fields, rows))].join('');
  assert.deepEqual(parse(text), rows);
});
