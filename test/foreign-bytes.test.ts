// Metadata made to mislead: whoever wrote it, reading it ends soon, inside the table, with an error that says
// what is wrong and where.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { constants, deflateRawSync, zstdCompressSync } from 'node:zlib';
import { jsonLines } from '../src/codec/index.ts';
import { decodeIndexManifest } from '../src/format/index.ts';
import { type Lake, openLake, type Problem } from '../src/index.ts';
import { avroFile, avroSchema } from './check/avro-file.ts';
import { DamagedTable } from './check/damaged-table.ts';
import { GOLDEN } from './golden.ts';

const root = mkdtempSync(join(tmpdir(), 'foreign-bytes-'));
const warehouse = join(root, 'warehouse');
let lake: Lake;
before(async () => {
  mkdirSync(warehouse);
  lake = await openLake({ warehouse, memory: '384mb', tempDirectory: join(root, 'temp') });
});
after(async () => {
  await lake.close();
  rmSync(root, { recursive: true, force: true });
});

/** Text of an error a read must end with. `message` may name any part of it. */
interface Refusal {
  readonly code: string | RegExp;
  readonly message?: RegExp;
}

type Json = Record<string, unknown>;

async function linesOf(name: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const batch of await (await lake.table(`golden.${name}`)).scan()) {
    for (const text of jsonLines(batch)) lines.push(...text.split('\n').filter((line) => line !== ''));
  }
  return lines.sort();
}

async function sqlOf(name: string): Promise<number> {
  let rows = 0;
  for await (const batch of await lake.sql(`SELECT * FROM golden."${name}"`)) rows += batch.rowCount;
  return rows;
}

/** Both ways of reading refuse the table, and check finds an error in it without failing. */
async function refused(name: string, refusal: Refusal): Promise<void> {
  await assert.rejects(linesOf(name), refusal);
  await assert.rejects(sqlOf(name), refusal);
}

async function findings(name: string): Promise<Problem[]> {
  const found: Problem[] = [];
  const table = await lake.table(`golden.${name}`);
  await table.check({ data: true, onProblem: (problem) => found.push(problem) });
  return found.filter((problem) => problem.severity === 'error');
}

/** The manifest of a table's newest snapshot with its first added file changed. */
function changeFile(table: DamagedTable, change: (file: Json, entry: Json) => void): void {
  for (const name of table.files('manifest/manifest-[!l]*')) {
    table.manifest(name, (entries) => {
      for (const entry of entries) {
        if (entry.kind === 'ADD') change(entry.file as unknown as Json, entry as unknown as Json);
      }
      return undefined;
    });
  }
}

function newestSnapshot(table: DamagedTable): string {
  const ids = table.files('snapshot/snapshot-*').map((name) => Number(name.split('-').at(-1)));
  return `snapshot/snapshot-${Math.max(...ids)}`;
}

const OUTSIDE: Refusal = { code: 'PATH_OUTSIDE_TABLE' };
const CORRUPT: Refusal = { code: /^FILE_(CORRUPT|MISSING)$/ };

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

describe('numbers that cannot be', () => {
  const NUMBERS: readonly (readonly [
    what: string,
    change: (file: Json, entry: Json) => void,
    rows?: 'any',
  ])[] = [
    [
      'bucket -5',
      (_, entry) => {
        entry.bucket = -5;
      },
    ],
    [
      'bucket 2147483647',
      (_, entry) => {
        entry.bucket = 2147483647;
      },
    ],
    [
      'level 2147483647',
      (file) => {
        file.level = 2147483647;
      },
      'any',
    ],
    [
      'level -1',
      (file) => {
        file.level = -1;
      },
      'any',
    ],
    [
      '-1 rows',
      (file) => {
        file.rowCount = -1n;
      },
    ],
    [
      '2^62 rows',
      (file) => {
        file.rowCount = 2n ** 62n;
      },
    ],
    [
      '-1 bytes',
      (file) => {
        file.fileSize = -1n;
      },
    ],
    [
      '2^62 bytes',
      (file) => {
        file.fileSize = 2n ** 62n;
      },
    ],
    [
      'schema 999',
      (file) => {
        file.schemaId = 999;
      },
    ],
    [
      'schema -1',
      (file) => {
        file.schemaId = -1;
      },
    ],
    [
      'a partition of no field',
      (_, entry) => {
        entry.partition = new Uint8Array([0, 0, 0, 0]);
      },
    ],
    [
      'a partition of a thousand fields',
      (_, entry) => {
        entry.partition = new Uint8Array([0, 0, 3, 0xe8, 0, 0, 0, 0]);
      },
    ],
    [
      'a partition of 2^31 fields',
      (_, entry) => {
        entry.partition = new Uint8Array([0x7f, 0xff, 0xff, 0xff, 0, 0]);
      },
    ],
    [
      'an empty partition',
      (_, entry) => {
        entry.partition = new Uint8Array(0);
      },
    ],
    [
      'a key that is no row',
      (file) => {
        file.minKey = new Uint8Array([1, 2, 3]);
      },
    ],
    [
      'statistics that are no row',
      (file) => {
        file.valueStats = { minValues: new Uint8Array([9]), maxValues: new Uint8Array([9]), nullCounts: [] };
      },
    ],
    [
      'sequence numbers backwards',
      (file) => {
        file.minSequenceNumber = 2n ** 63n - 1n;
        file.maxSequenceNumber = -(2n ** 63n);
      },
    ],
  ];
  for (const [what, change, rowsMay] of NUMBERS) {
    it(`${what}: the rows, or an error about the table's files`, async () => {
      for (const name of ['part_two_keys', 'compress_none', 'pk_bucket4', 'dv_append']) {
        const table = new DamagedTable(warehouse, name);
        changeFile(table, change);
        const sound = GOLDEN.lines(name, 'latest.jsonl').length;
        for (const read of [() => linesOf(name).then((l) => l.length), () => sqlOf(name)]) {
          const rows = await read().catch(
            (error: { kind: string; code: string; message: string; stack: string }) => {
              assert.match(
                error.kind ?? 'none',
                /^(corrupt|unsupported)$/,
                `${name} ${what}: ${error.stack}`,
              );
              return sound;
            },
          );
          // Files said to be sorted below one another are not merged, in Java neither.
          if (rowsMay !== 'any') assert.equal(rows, sound, `${name} ${what}`);
        }
        const table2 = await lake.table(`golden.${name}`);
        await table2.check({ data: true, onProblem: () => undefined });
        for (const system of ['files', 'partitions', 'buckets', 'file_key_ranges', 'manifests']) {
          await linesOf(`${name}$${system}`).catch((error: { kind: string; stack: string }) => {
            assert.match(
              error.kind ?? 'none',
              /^(corrupt|unsupported)$/,
              `${name}$${system} ${what}: ${error.stack}`,
            );
          });
        }
      }
    });
  }
});

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

  it('names a hundred thousand columns', { timeout: 60_000 }, async () => {
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
    const started = performance.now();
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
    assert.ok(performance.now() - started < 40_000);
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

describe('deletion vectors that mislead', () => {
  const CHANGES: readonly (readonly [
    what: string,
    change: (vector: Json, entry: Json) => void,
    refusal?: Refusal,
  ])[] = [
    [
      'an offset beyond the file',
      (vector) => {
        vector.f1 = 2147483647;
      },
    ],
    [
      'a negative offset',
      (vector) => {
        vector.f1 = -1;
      },
    ],
    [
      'an offset between two',
      (vector) => {
        vector.f1 = Number(vector.f1) + 1;
      },
    ],
    [
      'a length beyond the file',
      (vector) => {
        vector.f2 = 2147483647;
      },
    ],
    [
      'a negative length',
      (vector) => {
        vector.f2 = -5;
      },
    ],
    [
      'no length',
      (vector) => {
        vector.f2 = 0;
      },
    ],
    [
      'another number of rows',
      (vector) => {
        vector._CARDINALITY = 1_000_000n;
      },
    ],
    [
      'a file outside',
      (_, entry) => {
        entry._FILE_NAME = '../snapshot/LATEST';
      },
      OUTSIDE,
    ],
    [
      'a file outside by its path',
      (_, entry) => {
        entry._EXTERNAL_PATH = '/etc/passwd';
      },
      OUTSIDE,
    ],
    [
      'a file that is not there',
      (_, entry) => {
        entry._FILE_NAME = 'index-none';
      },
    ],
  ];
  for (const [what, change, refusal = CORRUPT] of CHANGES) {
    it(`by ${what}`, async () => {
      const table = new DamagedTable(warehouse, 'dv_append');
      for (const name of table.files('manifest/index-manifest-*')) {
        table.bytes(name, (bytes) => {
          const schema = avroSchema(bytes);
          const records: Json[] = decodeIndexManifest(bytes, name).map((entry) => ({
            _VERSION: 1,
            _KIND: entry.kind === 'ADD' ? 0 : 1,
            _PARTITION: entry.partition,
            _BUCKET: entry.bucket,
            _INDEX_TYPE: entry.indexType,
            _FILE_NAME: entry.fileName,
            _FILE_SIZE: entry.fileSize,
            _ROW_COUNT: entry.rowCount,
            _EXTERNAL_PATH: entry.externalPath,
            _DELETIONS_VECTORS_RANGES: entry.deletionVectors?.map((vector) => ({
              f0: vector.dataFileName,
              f1: vector.offset,
              f2: vector.length,
              _CARDINALITY: vector.cardinality,
            })),
          }));
          for (const record of records) {
            for (const vector of record._DELETIONS_VECTORS_RANGES as Json[]) change(vector, record);
          }
          return avroFile(schema, records);
        });
      }
      await refused('dv_append', refusal);
      assert.ok((await findings('dv_append')).length > 0);
    });
  }
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

  it('are bombs: a kilobyte that inflates to gigabytes', { timeout: 60_000 }, async () => {
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
