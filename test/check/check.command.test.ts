import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { GOLDEN } from '../golden.ts';
import { DamagedTable } from './damaged-table.ts';

let temp: string;
before(async () => {
  temp = await mkdtemp(join(tmpdir(), 'spillway-test-'));
});
after(() => rm(temp, { recursive: true }));

function check(...args: string[]): { status: number | null; out: string; err: string } {
  const command = join(import.meta.dirname, '../../bin/spillway');
  const run = spawnSync(command, ['check', ...args], { encoding: 'utf8', timeout: 300_000 });
  return { status: run.status, out: run.stdout, err: run.stderr };
}

describe('spillway check', () => {
  it('prints what Java printed of a sound table, as one object', () => {
    for (const table of ['cl_full', 'dv_pk', 'part_two_keys']) {
      const { status, out } = check(`golden.${table}`, '-w', GOLDEN.warehouse, '--data', '--json');
      const [line = ''] = GOLDEN.lines(table, 'verify.json');
      const { checksum: _checksum, ...java } = JSON.parse(line);
      assert.deepEqual(JSON.parse(out), { ...java, table: `golden.${table}` });
      assert.equal(status, 0);
    }
  });

  it('ends with 1, and names file, finding and what to do', () => {
    const table = new DamagedTable(temp, 'pk_bucket4');
    const gone = table.files('bucket-0/data-*')[0] as string;
    table.remove(gone);
    const { status, out } = check('golden.pk_bucket4', '-w', temp);
    assert.equal(status, 1);
    const [head, what, action, last] = out.trimEnd().split('\n');
    assert.equal(head, `error data-file ${join(table.path, gone)}`);
    assert.equal(what, '  the file is missing');
    assert.match(action ?? '', /^ {2}Restore the file/);
    assert.equal(last, 'golden.pk_bucket4: snapshot 5, 20 files: 1 problems, 0 warnings');
  });

  it('lists no more than it was told to, and counts the rest', () => {
    const table = new DamagedTable(temp, 'pk_bucket4');
    for (const file of table.files('bucket-*/data-*')) table.remove(file);
    const json = JSON.parse(check('golden.pk_bucket4', '-w', temp, '--json', '--max', '3').out);
    assert.equal(json.ok, false);
    assert.equal(json.problems.length, 3);
    assert.equal(json.suppressed, 17);
    const { out } = check('golden.pk_bucket4', '-w', temp, '--max', '3');
    assert.match(out, /\nand 17 more, not listed \(--max\)\n/);
  });
});
