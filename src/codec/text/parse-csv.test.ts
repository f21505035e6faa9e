// Records of CSV, cut at every place, and what csvLines wrote.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { batchOf } from '../arrow/index.ts';
import { csvLines } from './csv.ts';
import { CsvParser } from './parse-csv.ts';

function parse(text: string, step = text.length): unknown[] {
  const parser = new CsvParser();
  const records: unknown[] = [];
  for (let at = 0; at < text.length; at += step) records.push(...parser.push(text.slice(at, at + step)));
  return [...records, ...parser.finish()];
}

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

it('names the line of a quote out of place', () => {
  assert.throws(() => parse('a\nb"c\n'), /line 2: a quote inside/);
  assert.throws(() => parse('"a"b\n'), /line 1: text follows/);
  assert.throws(() => parse('a\n"b\n\n'), /line 4: a quoted field is never closed/);
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
