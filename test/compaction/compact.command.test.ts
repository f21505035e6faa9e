// `compact`, run as a user runs it.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { runSpillway } from '../write/run-spillway.ts';

let warehouse: string;
const run = (...words: string[]) => runSpillway(warehouse, words);

before(() => {
  warehouse = mkdtempSync(join(tmpdir(), 'spillway-compact-'));
  const spec = {
    fields: [
      { name: 'day', type: 'DATE NOT NULL' },
      { name: 'k', type: 'INT NOT NULL' },
      { name: 'v', type: 'STRING' },
    ],
    partitionKeys: ['day'],
    primaryKeys: ['day', 'k'],
    options: { bucket: '1', 'write-only': 'true' },
  };
  writeFileSync(join(warehouse, 'spec.json'), JSON.stringify(spec));
  run('create', 'd');
  assert.equal(run('create', 'd.t', join(warehouse, 'spec.json')).status, 0);
  for (const v of ['old', 'new']) {
    const rows = ['01', '02', '03'].map((day) => `2026-01-${day},1,${v}`);
    writeFileSync(join(warehouse, 'rows.csv'), `day,k,v\n${rows.join('\n')}\n`);
    assert.equal(run('write', 'd.t', join(warehouse, 'rows.csv')).status, 0);
  }
});
after(() => rmSync(warehouse, { recursive: true }));

describe('files merged by command', () => {
  it('merges what is chosen, once, and keeps the rows', () => {
    const rows = run('scan', 'd.t').out;
    const once = ['--commit-user', 'u', '--commit-identifier', '7'];
    const words = ['compact', 'd.t', '--full', '--partition', 'day=2026-01-01', ...once];
    assert.match(
      run(...words).out,
      /^d\.t: 1 bucket, 2 files of [\d,]+ bytes became 1 of [\d,]+ bytes, snapshot 3\n$/,
    );
    assert.equal(run(...words).out, 'd.t: snapshot 3 holds this commit already\n');
    assert.match(run('compact', 'd.t', '--full', '--where', "day < '2026-01-03'").out, /1 bucket, 2 files/);
    assert.equal(run('compact', 'd.t').out, 'd.t: nothing to compact\n');
    assert.match(run('compact', 'd.t', '--full', '--buckets', '0').out, /1 bucket, 2 files/);
    assert.equal(run('scan', 'd.t').out, rows);
  });

  it('says what is wrong with a choice', () => {
    const refusals: readonly (readonly [words: readonly string[], status: number, message: RegExp])[] = [
      [['--partition', 'k=1'], 1, /^ARGUMENT_INVALID: k is no partition column/],
      [['--where', 'k = 1'], 1, /^ARGUMENT_INVALID: .*\bk is none/],
      [['--where', 'day + 1 = day'], 1, /^FILTER_INVALID/],
      [['--buckets', 'x'], 2, /--buckets takes whole numbers/],
      [['--partition', 'day'], 2, /column=value/],
    ];
    for (const [words, status, message] of refusals) {
      const ran = run('compact', 'd.t', ...words);
      assert.equal(ran.status, status, ran.err);
      assert.match(ran.err, message);
      assert.equal(ran.out, '');
    }
    assert.match(run('compact', '--help').out, /spillway compact shop\.orders --full/);
  });
});
