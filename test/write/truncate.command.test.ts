// `truncate` and `drop-partition`, run as a user runs them.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { runSpillway } from './run-spillway.ts';

let warehouse: string;
before(() => {
  warehouse = mkdtempSync(join(tmpdir(), 'spillway-truncate-'));
});
after(() => rmSync(warehouse, { recursive: true }));

const run = (...words: string[]) => runSpillway(warehouse, words);

describe('rows removed by command', () => {
  before(() => {
    const spec = {
      fields: [
        { name: 'day', type: 'DATE' },
        { name: 'place', type: 'STRING' },
        { name: 'n', type: 'INT' },
      ],
      partitionKeys: ['day', 'place'],
    };
    writeFileSync(join(warehouse, 'spec.json'), JSON.stringify(spec));
    run('create', 'd');
    assert.equal(run('create', 'd.t', join(warehouse, 'spec.json')).status, 0);
    const rows = ['2026-01-01,a,1', '2026-01-01,b,2', '2026-01-02,a,3', '2026-01-02,,4', '2026-01-03,c,5'];
    writeFileSync(join(warehouse, 'rows.csv'), `day,place,n\n${rows.join('\n')}\n`);
    assert.equal(run('write', 'd.t', join(warehouse, 'rows.csv')).status, 0);
  });

  const left = (): string =>
    run('sql', 'SELECT n FROM d.t ORDER BY n', '--format', 'csv').out.replaceAll('\r', '');

  it('drops the partitions that are named, whole or by some columns', () => {
    const once = ['--commit-user', 'u', '--commit-identifier', '7'];
    const words = ['drop-partition', 'd.t', 'day=2026-01-01,place=b', '--also', 'day=2026-01-03', ...once];
    assert.equal(run(...words).out, 'd.t: 2 rows in 2 files removed, snapshot 2\n');
    assert.equal(left(), 'n\n1\n3\n4\n');
    assert.equal(run(...words).out, 'd.t: snapshot 2 holds this commit already\n');
    const ofNull = run('drop-partition', 'd.t', 'place=__DEFAULT_PARTITION__');
    assert.equal(ofNull.out, 'd.t: 1 row in 1 file removed, snapshot 3\n');
    assert.equal(left(), 'n\n1\n3\n');
  });

  it('says what is wrong with a partition and changes nothing', () => {
    for (const [word, why] of [
      ['n=1', /^ARGUMENT_INVALID: n is no partition column/],
      ['day=yesterday', /^ARGUMENT_INVALID: .*'yesterday' is not a value of type DATE/],
      ['day', /column=value, not 'day'/],
      ['day=2026-01-01,day=2026-01-02', /day is given twice/],
    ] as const) {
      const { status, err } = run('drop-partition', 'd.t', word);
      assert.notEqual(status, 0);
      assert.match(err, why);
    }
    assert.equal(left(), 'n\n1\n3\n');
  });

  it('truncates, and rolls back', () => {
    assert.equal(run('truncate', 'd.t').out, 'd.t: 2 rows in 2 files removed, snapshot 4\n');
    assert.equal(left(), 'n\n');
    assert.equal(run('truncate', 'd.t').out, 'd.t: 0 rows in 0 files removed, snapshot 5\n');
    run('rollback', 'd.t', '--snapshot', '3');
    assert.equal(left(), 'n\n1\n3\n');
    assert.match(run('truncate', 'd.t$files').err, /^ARGUMENT_INVALID: /);
  });
});
