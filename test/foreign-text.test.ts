// Metadata made to mislead by its size or its shape: reading it ends soon, with an error that says where.
import assert from 'node:assert/strict';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { constants, deflateRawSync, zstdCompressSync } from 'node:zlib';
import { DamagedTable } from './check/damaged-table.ts';
import {
  CORRUPT,
  findings,
  type Json,
  lake,
  linesOf,
  newestSnapshot,
  refused,
  sqlOf,
  warehouse,
} from './foreign/lying-tables.ts';
import { GOLDEN } from './golden.ts';

describe('text that misleads', () => {
  const withText = async (file: (table: DamagedTable) => string, text: string): Promise<unknown> => {
    const table = new DamagedTable(warehouse, 'compress_none');
    table.text(file(table), text);
    return linesOf('compress_none').catch((error: unknown) => error);
  };
  const snapshotText = (change: (text: string) => string): Promise<unknown> => {
    const table = new DamagedTable(warehouse, 'compress_none');
    table.bytes(newestSnapshot(table), (bytes) => Buffer.from(change(bytes.toString('utf8'))));
    return linesOf('compress_none').catch((error: unknown) => error);
  };
  const isCorrupt = (error: unknown): void => {
    assert.equal((error as { code?: string }).code, 'FILE_CORRUPT', String((error as Error).stack ?? error));
    assert.match((error as Error).message, /snapshot-|schema-/);
  };

  it('is nested ten thousand levels deep', async () => {
    isCorrupt(await withText((t) => t.last('schema/schema-*'), '['.repeat(10_000)));
    isCorrupt(await withText((t) => t.last('schema/schema-*'), '{"a":'.repeat(10_000)));
    isCorrupt(await withText(newestSnapshot, `${'['.repeat(10_000)}${']'.repeat(10_000)}`));
    const table = new DamagedTable(warehouse, 'compress_none');
    table.json(table.last('schema/schema-*'), (json) => {
      json.fields = [{ id: 0, name: 'a', type: `${'ARRAY<'.repeat(10_000)}INT${'>'.repeat(10_000)}` }];
    });
    await assert.rejects(linesOf('compress_none'), { kind: /^(corrupt|unsupported)$/ });
  });

  it('has numbers no long holds', async () => {
    for (const id of [
      '9223372036854775808',
      '1e400',
      '-1e400',
      '1.5',
      '"1"',
      'null',
      '[]',
      `1${'0'.repeat(300)}`,
      `1${'0'.repeat(1000)}`,
    ]) {
      isCorrupt(await snapshotText((text) => text.replace(/"id"\s*:\s*\d+/, `"id" : ${id}`)));
      isCorrupt(await snapshotText((text) => text.replace(/"schemaId"\s*:\s*\d+/, `"schemaId" : ${id}`)));
    }
  });

  it('repeats members: the last one counts, as in Java', async () => {
    const lines = await snapshotText((text) => text.replace('{', '{ "id" : 99, "schemaId" : 12345,'));
    assert.deepEqual(lines, GOLDEN.lines('compress_none', 'latest.jsonl').sort());
  });

  it('is a hint far beyond the snapshots', async () => {
    for (const hint of ['1000000000000000000', '99999999999999999999999', '-5', '', 'x', '1\n', '0']) {
      const lines = await withText(() => 'snapshot/LATEST', hint);
      assert.deepEqual(lines, GOLDEN.lines('compress_none', 'latest.jsonl').sort(), hint);
    }
  });

  it('names a hundred thousand columns', { timeout: 300_000 }, async () => {
    const table = new DamagedTable(warehouse, 'compress_none');
    const schema = table.last('schema/schema-*');
    table.json(schema, (json) => {
      const fields = json.fields as Json[];
      const more = Array.from({ length: 100_000 }, (_, i) => ({
        id: 1000 + i,
        name: `more_${i}`,
        type: 'INT',
      }));
      json.fields = [...fields, ...more];
      json.highestFieldId = 101_000;
    });
    const opened = await lake.table('golden.compress_none');
    const [first] = opened.fields;
    let rows = 0;
    for await (const batch of await opened.scan({ columns: [first?.name ?? ''] })) rows += batch.rowCount;
    assert.equal(rows, GOLDEN.lines('compress_none', 'latest.jsonl').length);
    await linesOf('compress_none').catch((error: { kind: string; stack: string }) => {
      assert.match(error.kind ?? 'none', /^(corrupt|unsupported|exhausted)$/, error.stack);
    });
    await sqlOf('compress_none').catch((error: { kind: string; stack: string }) => {
      assert.match(error.kind ?? 'none', /^(corrupt|unsupported|exhausted)$/, error.stack);
    });
    await findings('compress_none').catch((error: { kind: string; stack: string }) => {
      assert.match(error.kind ?? 'none', /^exhausted$/, error.stack);
    });
  });

  it('is a snapshot whose file is named by the largest long', async () => {
    const table = new DamagedTable(warehouse, 'compress_none');
    cpSync(
      join(table.path, newestSnapshot(table)),
      join(table.path, 'snapshot/snapshot-9223372036854775807'),
    );
    table.text('snapshot/LATEST', '9223372036854775807');
    const opened = await lake.table('golden.compress_none', { 'scan.mode': 'compacted-full' });
    for await (const _ of await opened.scan());
    for await (const _ of await (await lake.table('golden.compress_none$snapshots')).scan());
    for (const travel of [
      { timestamp: 5n },
      { watermark: 5n },
      { between: [1, 9223372036854775807n] as const },
    ]) {
      await (await lake.table('golden.compress_none'))
        .scan(travel)
        .catch((error: { kind: string; stack: string }) => {
          assert.match(error.kind ?? 'none', /^(corrupt|invalid)$/, error.stack);
        });
    }
    await findings('compress_none');
  });

  it('stands among twenty thousand files nobody knows', async () => {
    const table = new DamagedTable(warehouse, 'compress_none');
    for (let i = 0; i < 20_000; i++) writeFileSync(join(table.path, `snapshot/noise-${i}`), '');
    rmSync(join(table.path, 'snapshot/LATEST'));
    assert.deepEqual(await linesOf('compress_none'), GOLDEN.lines('compress_none', 'latest.jsonl').sort());
  });
});

describe('manifests that mislead', () => {
  it('are lists of lists', async () => {
    const table = new DamagedTable(warehouse, 'compress_none');
    const [list = ''] = table.files('manifest/manifest-list-*').reverse();
    table.lists((meta) => {
      meta.fileName = list.slice('manifest/'.length);
    });
    await refused('compress_none', CORRUPT);
  });

  it('are bombs: a kilobyte that inflates to gigabytes', { timeout: 300_000 }, async () => {
    const huge = zstdCompressSync(Buffer.alloc(300 * 1024 * 1024));
    for (const [codec, block] of [
      ['deflate', deflated(Buffer.alloc(1024 * 1024), 4096)],
      ['zstandard', huge],
    ] as const) {
      const table = new DamagedTable(warehouse, 'compress_none');
      const bomb = avroWith(codec, block);
      for (const name of table.files('manifest/manifest-[!l]*')) table.bytes(name, () => bomb);
      table.lists((meta) => {
        meta.fileSize = BigInt(bomb.length);
      });
      const before = process.memoryUsage.rss();
      await refused('compress_none', CORRUPT);
      assert.ok(process.memoryUsage.rss() - before < 600 * 2 ** 20, codec);
    }
  });
});

/** Many stored copies of `part` as one deflate stream: each flushed, so that the next begins at a byte. */
function deflated(part: Buffer, copies: number): Buffer {
  const flushed = deflateRawSync(part, { level: 9, finishFlush: constants.Z_FULL_FLUSH });
  return Buffer.concat(Array.from({ length: copies }, () => flushed));
}

/** An Avro file of one block that says it has a million records. */
function avroWith(codec: string, block: Uint8Array): Buffer {
  const text = (value: string): Buffer => Buffer.concat([long(value.length), Buffer.from(value)]);
  const schema = '{"type":"record","name":"r","fields":[{"name":"_VERSION","type":"int"}]}';
  const sync = Buffer.alloc(16, 7);
  return Buffer.concat([
    Buffer.from('Obj\u0001', 'latin1'),
    long(2),
    text('avro.schema'),
    text(schema),
    text('avro.codec'),
    text(codec),
    long(0),
    sync,
    long(1_000_000),
    long(block.length),
    block,
    sync,
  ]);
}

function long(value: number): Buffer {
  const bytes: number[] = [];
  let left = value * 2;
  for (; left > 127; left = Math.floor(left / 128)) bytes.push((left % 128) | 128);
  bytes.push(left);
  return Buffer.from(bytes);
}
