// `spillway create`, `alter` and `drop` as a user has them.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

const command = join(import.meta.dirname, '../bin/spillway');
const warehouse = mkdtempSync(join(tmpdir(), 'spillway-alter-'));
after(() => rmSync(warehouse, { recursive: true }));

function run(...args: string[]) {
  const env = { ...process.env, SPILLWAY_WAREHOUSE: warehouse };
  const { status, stdout, stderr } = spawnSync(command, args, { env, encoding: 'utf8', timeout: 60_000 });
  assert.equal(stdout, '');
  return `${status} ${stderr}`;
}

describe('spillway create, alter and drop', () => {
  it('make a table, change it and remove it', () => {
    const spec = join(warehouse, 'spec.json');
    writeFileSync(spec, '{ "fields": [{ "name": "id", "type": "BIGINT" }], "primaryKeys": ["id"] }');
    assert.equal(run('create', 'shop'), '0 created shop\n');
    assert.match(run('create', 'shop'), /^1 DATABASE_EXISTS: /);
    assert.equal(run('create', 'shop.t', spec), '0 created shop.t\n');
    assert.equal(run('create', 'shop.t', spec, '--if-not-exists'), '0 shop.t exists already\n');
    assert.equal(
      run('alter', 'shop.t', '--add', 'a INT', '--comment', 'a=one'),
      '0 altered shop.t: schema 1\n',
    );
    assert.match(run('alter', 'shop.t', '--drop', 'id'), /^1 SCHEMA_INVALID: Column id .*primary key/);
    const schema = readFileSync(join(warehouse, 'shop.db/t/schema/schema-1'), 'utf8');
    assert.match(schema, /"name" : "a",\n {4}"type" : "INT",\n {4}"description" : "one"/);
    assert.equal(run('alter', 'shop.t', '--rename-table', 'shop.u'), '0 renamed shop.t to shop.u\n');
    assert.match(run('drop', 'shop'), /^1 DATABASE_NOT_EMPTY: /);
    assert.equal(run('drop', 'shop.u'), '0 dropped shop.u\n');
    assert.match(run('drop', 'shop.u'), /^1 TABLE_MISSING: /);
    assert.equal(run('drop', 'shop'), '0 dropped shop\n');
    assert.equal(run('drop', 'shop', '--if-exists'), '0 there is no shop\n');
  });

  it('end with 2 when the command line is wrong', () => {
    for (const args of [['create', 'a.b'], ['alter', 'a.b'], ['alter', 'a.b', '--set', 'x'], ['drop']]) {
      assert.match(run(...args), /^2 USAGE: /, args.join(' '));
    }
  });
});
