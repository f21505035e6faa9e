// Names in metadata that lead out of the table, or to what is no plain file: refused, and never opened.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { DamagedTable } from './check/damaged-table.ts';
import {
  CORRUPT,
  changeFile,
  findings,
  lake,
  linesOf,
  newestSnapshot,
  OUTSIDE,
  refused,
  root,
  sqlOf,
  warehouse,
} from './foreign/lying-tables.ts';
import { GOLDEN } from './golden.ts';

describe('names that lead out of the table', () => {
  for (const evil of [
    '../secret.parquet',
    '/etc/passwd',
    'a/b.parquet',
    'x\0.parquet',
    '..',
    '',
    '.',
    'a\\b.parquet',
  ]) {
    it(`of a data file: ${JSON.stringify(evil)}`, async () => {
      const table = new DamagedTable(warehouse, 'compress_none');
      changeFile(table, (file) => {
        file.fileName = evil;
      });
      await refused('compress_none', OUTSIDE);
      assert.ok((await findings('compress_none')).length > 0);
    });
  }

  for (const member of ['baseManifestList', 'deltaManifestList', 'indexManifest']) {
    it(`of a snapshot's ${member}`, async () => {
      const table = new DamagedTable(warehouse, 'dv_append');
      for (const evil of ['../../secret', '/etc/passwd', 'x\0']) {
        table.json(newestSnapshot(table), (json) => {
          json[member] = evil;
        });
        await refused('dv_append', OUTSIDE);
      }
    });
  }

  it('of statistics', async () => {
    const table = new DamagedTable(warehouse, 'compress_none');
    table.json(newestSnapshot(table), (json) => {
      json.statistics = '../../../secret';
    });
    await assert.rejects(linesOf('compress_none$statistics'), OUTSIDE);
  });

  it('of a manifest', async () => {
    const table = new DamagedTable(warehouse, 'compress_none');
    table.lists((meta) => {
      meta.fileName = '../snapshot/LATEST';
    });
    await refused('compress_none', OUTSIDE);
  });

  it('of an external path, unless the option allows it', async () => {
    const table = new DamagedTable(warehouse, 'compress_none');
    const outside = join(root, 'outside');
    cpSync(join(table.path, 'bucket-0'), outside, { recursive: true });
    const places = new Map<string, string>();
    changeFile(table, (file) => {
      places.set(String(file.fileName), `file:${outside}/${file.fileName}`);
      file.externalPath = places.get(String(file.fileName));
    });
    await refused('compress_none', OUTSIDE);
    const schema = table.last('schema/schema-*');
    const allow = (path: string): void =>
      table.json(schema, (json) => {
        json.options = { ...(json.options as object), 'data-file.external-paths': path };
      });
    allow(`file:${outside}/deeper`);
    await refused('compress_none', OUTSIDE);
    allow(`file:${outside}`);
    assert.deepEqual(await linesOf('compress_none'), GOLDEN.lines('compress_none', 'latest.jsonl').sort());
    changeFile(table, (file) => {
      file.externalPath = `file:${outside}/../outside2/${file.fileName}`;
    });
    await refused('compress_none', OUTSIDE);
    changeFile(table, (file) => {
      file.externalPath = `s3://bucket/${file.fileName}`;
    });
    await refused('compress_none', { code: 'FEATURE_UNSUPPORTED', message: /s3/ });
  });

  it('of tags, branches and consumers asked for by name', async () => {
    new DamagedTable(warehouse, 'tags_branches');
    const table = await lake.table('golden.tags_branches');
    await assert.rejects(table.scan({ tag: '../schema/schema-0' }), { kind: 'invalid' });
    await assert.rejects(table.scan({ tag: 'a\0b' }), { kind: 'invalid' });
    await assert.rejects(table.scan({ branch: '../../x' }), { kind: 'invalid' });
    await assert.rejects(table.scan({ branch: '../branch/../' }), { kind: 'invalid' });
    await assert.rejects(lake.table('golden.tags_branches$branch_../x'), { kind: 'invalid' });
    await assert.rejects(lake.table('golden.../x'), { kind: 'invalid' });
  });

  it('with wildcards, which are plain letters', async () => {
    const table = new DamagedTable(warehouse, 'compress_none');
    changeFile(table, (file) => {
      file.fileName = '*.parquet';
    });
    await refused('compress_none', CORRUPT);
    const odd = join(warehouse, 'golden.db', 'odd[a-z]*?');
    cpSync(join(GOLDEN.warehouse, 'golden.db', 'compress_none'), odd, { recursive: true });
    assert.deepEqual(await linesOf('odd[a-z]*?'), GOLDEN.lines('compress_none', 'latest.jsonl').sort());
    assert.equal(await sqlOf('odd[a-z]*?'), GOLDEN.lines('compress_none', 'latest.jsonl').length);
  });
});

describe('what is no plain file', () => {
  const first = (table: DamagedTable): string => table.last('bucket-0/*.parquet');

  it('is never opened: devices, pipes, directories, links that lead nowhere or in circles', async () => {
    for (const place of ['/dev/zero', 'loop', '/nowhere/at/all', tmpdir()]) {
      const table = new DamagedTable(warehouse, 'compress_none');
      const file = first(table);
      table.remove(file);
      symlinkSync(place === 'loop' ? join(table.path, file) : place, join(table.path, file));
      await refused('compress_none', CORRUPT);
    }
    const table = new DamagedTable(warehouse, 'compress_none');
    const file = first(table);
    table.remove(file);
    execFileSync('mkfifo', [join(table.path, file)]);
    await refused('compress_none', CORRUPT);
    const snapshot = newestSnapshot(table);
    table.remove(snapshot);
    execFileSync('mkfifo', [join(table.path, snapshot)]);
    await refused('compress_none', { code: /MISSING/ });
  });

  it('has a name that no file system takes', async () => {
    const table = new DamagedTable(warehouse, 'compress_none');
    changeFile(table, (file) => {
      file.fileName = `${'x'.repeat(5000)}.parquet`;
    });
    await refused('compress_none', CORRUPT);
  });
});
