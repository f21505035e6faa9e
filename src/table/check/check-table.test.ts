import assert from 'node:assert/strict';
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { encodeRow } from '../../codec/index.ts';
import { type Engine, openEngine } from '../../engine/index.ts';
import { LocalStore } from '../../store/index.ts';
import { Catalog } from '../catalog.ts';
import { type CheckSummary, checkTable } from './check-table.ts';
import { DamagedTable } from './damage.sample.ts';
import type { Problem, Rule } from './problem.ts';

const GOLDEN = join(import.meta.dirname, '../../../test/data/golden');

let temp: string;
let engine: Engine;
before(async () => {
  temp = await mkdtemp(join(tmpdir(), 'spillway-test-'));
  engine = await openEngine({ memoryBytes: 128 * 1024 * 1024, threads: 1, tempDirectory: temp });
});
after(async () => {
  await engine[Symbol.asyncDispose]();
  await rm(temp, { recursive: true });
});

async function check(
  warehouse: string,
  table: string,
  data: boolean,
): Promise<{ summary: CheckSummary; problems: Problem[] }> {
  const opened = await new Catalog(new LocalStore(), warehouse).openTable(`golden.${table}`);
  const problems: Problem[] = [];
  const summary = await checkTable(opened, {
    onProblem: (problem) => problems.push(problem),
    ...(data ? { engine: async () => engine } : {}),
  });
  return { summary, problems };
}

describe('golden tables are what Java says they are', () => {
  for (const table of readdirSync(join(GOLDEN, 'expected'))) {
    it(table, async () => {
      const { summary, problems } = await check(join(GOLDEN, 'warehouse'), table, true);
      const java = JSON.parse(readFileSync(join(GOLDEN, 'expected', table, 'verify.json'), 'utf8'));
      const orc = globSync(join(GOLDEN, 'warehouse/golden.db', table, '**/*.orc')).length > 0;
      assert.deepEqual(java.problems, []);
      assert.deepEqual(
        problems.filter(({ severity }) => severity === 'error' || !orc),
        [],
      );
      assert.equal(summary.snapshot ?? null, java.snapshot === null ? null : BigInt(java.snapshot));
      assert.equal(summary.files, java.files);
      if (summary.rows !== undefined) assert.equal(summary.rows, BigInt(java.rows));
      else assert.ok(orc, 'only ORC files are not read');
    });
  }
});

interface Damage {
  readonly table: string;
  readonly name: string;
  readonly data?: true;
  readonly make: (table: DamagedTable) => void;
  readonly rule: Rule;
  readonly file: RegExp;
  readonly what: RegExp;
  readonly severity?: 'warning';
}

const flip =
  (at: number) =>
  (bytes: Buffer): Buffer => {
    const place = at < 0 ? bytes.length + at : at;
    bytes[place] = (bytes[place] as number) ^ 0xff;
    return bytes;
  };

const PK4 = 'pk_bucket4';
const DEDUP = 'cl_lookup_dedup';

/** The newest manifest of a table, whatever its list. */
const newest = (table: DamagedTable): string => {
  const numbered = table.files('manifest/manifest-[!l]*');
  const number = (name: string): number => Number(name.slice(name.lastIndexOf('-') + 1));
  return numbered.sort((a, b) => number(a) - number(b)).at(-1) as string;
};

const LOGS: readonly Damage[] = [
  {
    name: 'a LATEST hint beyond the newest snapshot',
    table: PK4,
    make: (t) => t.text('snapshot/LATEST', '9'),
    rule: 'hint',
    file: /snapshot\/LATEST$/,
    what: /it says 9, the newest snapshot is 5/,
  },
  {
    name: 'an EARLIEST hint that hides a snapshot',
    table: PK4,
    make: (t) => t.text('snapshot/EARLIEST', '3'),
    rule: 'hint',
    file: /EARLIEST$/,
    what: /it says 3, the oldest snapshot is 1/,
  },
  {
    name: 'a hint that is no number',
    table: PK4,
    make: (t) => t.text('snapshot/LATEST', 'x'),
    rule: 'hint',
    file: /LATEST$/,
    what: /no number/,
    severity: 'warning',
  },
  {
    name: 'a missing snapshot',
    table: PK4,
    make: (t) => t.remove('snapshot/snapshot-3'),
    rule: 'snapshot',
    file: /snapshot$/,
    what: /snapshots 3 to 3 are missing between 2 and 4/,
  },
  {
    name: 'a snapshot under another number',
    table: PK4,
    make: (t) => t.json('snapshot/snapshot-3', (json) => Object.assign(json, { id: 7 })),
    rule: 'snapshot',
    file: /snapshot-3$/,
    what: /the file holds snapshot 7/,
  },
  {
    name: 'a snapshot that is cut',
    table: PK4,
    make: (t) => t.bytes('snapshot/snapshot-4', (bytes) => bytes.subarray(0, 40)),
    rule: 'snapshot',
    file: /snapshot-4$/,
    what: /./,
  },
  {
    name: 'a snapshot committed before the one before it',
    table: PK4,
    make: (t) => t.json('snapshot/snapshot-4', (json) => Object.assign(json, { timeMillis: 5 })),
    rule: 'snapshot',
    file: /snapshot-4$/,
    what: /committed \d+ ms before snapshot 3/,
    severity: 'warning',
  },
  {
    name: 'a missing schema',
    table: 'schema_nested',
    make: (t) => t.remove('schema/schema-1'),
    rule: 'schema',
    file: /snapshot-2$/,
    what: /its schema 1 is missing/,
  },
  {
    name: 'a schema whose next column would get an id in use',
    table: PK4,
    make: (t) => t.json('schema/schema-0', (json) => Object.assign(json, { highestFieldId: 0 })),
    rule: 'schema',
    file: /schema-0$/,
    what: /beyond highestFieldId 0/,
  },
  {
    name: 'a tag that is no JSON',
    table: 'tags_branches',
    make: (t) => t.text('tag/tag-t2', '{'),
    rule: 'tag',
    file: /tag-t2$/,
    what: /./,
  },
  {
    name: 'a data file only a tag needs',
    table: 'tags_branches',
    make: (t) => {
      for (const file of t.files('bucket-0/*')) t.remove(file);
    },
    rule: 'data-file',
    file: /bucket-0\/data-/,
    what: /the file is missing/,
  },
  {
    name: 'a branch without its snapshot',
    table: 'tags_branches',
    make: (t) => t.text(t.last('branch/branch-b1/snapshot/snapshot-*'), 'x'),
    rule: 'snapshot',
    file: /branch-b1\/snapshot/,
    what: /./,
  },
  {
    name: 'a consumer beyond the table',
    table: 'consumers',
    make: (t) => t.text('consumer/consumer-c1', '{"nextSnapshot":99}'),
    rule: 'consumer',
    file: /consumer-c1$/,
    what: /waits for snapshot 99, the next one will be 10/,
    severity: 'warning',
  },
  {
    name: 'a missing kept changelog',
    table: 'consumers',
    make: (t) => t.remove('changelog/changelog-4'),
    rule: 'changelog',
    file: /changelog$/,
    what: /changelogs 4 to 4 are missing/,
  },
  {
    name: 'statistics that are gone',
    table: PK4,
    make: (t) => t.json('snapshot/snapshot-5', (json) => Object.assign(json, { statistics: 'stat-x-0' })),
    rule: 'statistics',
    file: /statistics\/stat-x-0$/,
    what: /no such file/,
  },
];

const METADATA: readonly Damage[] = [
  {
    name: 'a missing manifest list',
    table: PK4,
    make: (t) => t.remove(t.last('manifest/manifest-list-*')),
    rule: 'manifest-list',
    file: /manifest-list-/,
    what: /no such file/,
  },
  {
    name: 'a manifest list that is cut',
    table: PK4,
    make: (t) => t.bytes(t.last('manifest/manifest-list-*'), (bytes) => bytes.subarray(0, -20)),
    rule: 'manifest-list',
    file: /manifest-list-/,
    what: /it has \d+ bytes, the snapshot says \d+/,
  },
  {
    name: 'a missing manifest',
    table: PK4,
    make: (t) => t.remove(newest(t)),
    rule: 'manifest',
    file: /manifest-[^l]/,
    what: /no such file/,
  },
  {
    name: 'a manifest with a damaged block',
    table: PK4,
    make: (t) => t.bytes(newest(t), flip(-40)),
    rule: 'manifest',
    file: /manifest-[^l]/,
    what: /./,
  },
  {
    name: 'a list that counts wrongly',
    table: PK4,
    make: (t) =>
      t.lists((meta) => {
        if (newest(t).endsWith(meta.fileName)) meta.numAddedFiles++;
      }),
    rule: 'entries',
    file: /manifest-[^l]/,
    what: /it holds 4 added files, its list says 5/,
  },
  {
    name: 'a list that bounds buckets too tightly',
    table: PK4,
    make: (t) =>
      t.lists((meta) => {
        meta.maxBucket = 2;
      }),
    rule: 'manifest',
    file: /manifest-[^l]/,
    what: /bucket 3 is not within/,
  },
  {
    name: 'a total that is wrong',
    table: PK4,
    make: (t) => t.json('snapshot/snapshot-5', (json) => Object.assign(json, { totalRecordCount: 280 })),
    rule: 'records',
    file: /snapshot-5$/,
    what: /totalRecordCount is 280, its manifests add up to 281/,
  },
  {
    name: 'a total that does not follow from the one before',
    table: PK4,
    make: (t) => t.json('snapshot/snapshot-5', (json) => Object.assign(json, { deltaRecordCount: 58 })),
    rule: 'records',
    file: /snapshot-5$/,
    what: /totalRecordCount 281 is not 224 of snapshot 4 plus deltaRecordCount 58/,
  },
  {
    name: 'a changelog count that is wrong',
    table: DEDUP,
    make: (t) => t.json('snapshot/snapshot-12', (json) => Object.assign(json, { changelogRecordCount: 1 })),
    rule: 'records',
    file: /snapshot-12$/,
    what: /changelogRecordCount is 1, its manifests add up to 33/,
  },
  {
    name: 'a delete without an add',
    table: PK4,
    make: (t) =>
      t.manifest(newest(t), ([first, ...rest]) => [
        { ...(first as (typeof rest)[0]), kind: 'DELETE' },
        ...rest,
      ]),
    rule: 'entries',
    file: /manifest-[^l]/,
    what: /file data-.*-4.parquet is deleted without having been added/,
  },
  {
    name: 'a file that is added twice',
    table: PK4,
    make: (t) => t.manifest(newest(t), (entries) => [...entries, ...entries.slice(0, 1)]),
    rule: 'entries',
    file: /manifest-[^l]/,
    what: /file data-.*-4.parquet is added twice/,
  },
  {
    name: 'a bucket beyond the number of buckets',
    table: PK4,
    make: (t) =>
      t.manifest(newest(t), (entries) => {
        for (const entry of entries) if (entry.bucket === 3) entry.bucket = 4;
      }),
    rule: 'bucket',
    file: /snapshot-5$/,
    what: /bucket 4 of partition '' is not one of 4 buckets/,
  },
  {
    name: 'two numbers of buckets in one partition',
    table: PK4,
    make: (t) =>
      t.manifest(newest(t), (entries) => {
        for (const entry of entries) entry.totalBuckets = 8;
      }),
    rule: 'bucket',
    file: /snapshot-5$/,
    what: /4 buckets, others of it are of 8|8 buckets, others of it are of 4/,
  },
  {
    name: 'files of one level that overlap',
    table: DEDUP,
    make: (t) =>
      t.manifest(t.last('manifest/manifest-[!l]*-16'), (entries) => {
        for (const { kind, file } of entries) if (kind === 'ADD' && file.level === 4) file.level = 5;
      }),
    rule: 'level',
    file: /snapshot-12$/,
    what: /on level 5 overlap in their keys/,
  },
  {
    name: 'a level the table does not have',
    table: DEDUP,
    make: (t) =>
      t.manifest(t.last('manifest/manifest-[!l]*-16'), (entries) => {
        for (const { kind, file } of entries) if (kind === 'ADD' && file.level === 4) file.level = 9;
      }),
    rule: 'level',
    file: /snapshot-12$/,
    what: /is on level 9, the highest is 5/,
  },
  {
    name: 'more deletes than rows',
    table: PK4,
    make: (t) =>
      t.manifest(newest(t), ([first]) => void Object.assign(first?.file ?? {}, { deleteRowCount: 99n })),
    rule: 'deletes',
    file: /snapshot-5$/,
    what: /99 deletes in \d+ rows/,
  },
  {
    name: 'a missing data file',
    table: PK4,
    make: (t) => t.remove(t.last('bucket-2/data-*')),
    rule: 'data-file',
    file: /bucket-2\/data-/,
    what: /the file is missing/,
  },
  {
    name: 'a data file of another size',
    table: PK4,
    make: (t) => t.bytes(t.last('bucket-2/data-*'), (bytes) => Buffer.concat([bytes, Buffer.of(0)])),
    rule: 'data-file',
    file: /bucket-2\/data-/,
    what: /it has \d+ bytes, metadata says \d+/,
  },
  {
    name: 'a missing changelog file',
    table: DEDUP,
    make: (t) => t.remove(t.last('bucket-0/changelog-*')),
    rule: 'data-file',
    file: /bucket-0\/changelog-/,
    what: /the file is missing/,
  },
  {
    name: 'a missing file index',
    table: 'file_index',
    make: (t) => t.remove(t.last('bucket-0/*.index')),
    rule: 'data-file',
    file: /\.index$/,
    what: /the file is missing/,
  },
  {
    name: 'a file outside the table',
    table: PK4,
    make: (t) =>
      t.manifest(newest(t), ([first]) => void Object.assign(first?.file ?? {}, { externalPath: '/etc/x' })),
    rule: 'data-file',
    file: /^\/etc\/x$/,
    what: /outside the table/,
  },
  {
    name: 'a missing index file',
    table: 'dv_pk',
    make: (t) => t.remove(t.last('index/index-*')),
    rule: 'index',
    file: /index\/index-/,
    what: /the file is missing/,
  },
  {
    name: 'a missing hash index',
    table: 'pk_dynamic',
    make: (t) => t.bytes(t.last('index/index-*'), (bytes) => bytes.subarray(4)),
    rule: 'index',
    file: /index\/index-/,
    what: /it has \d+ bytes, metadata says \d+/,
  },
  {
    name: 'a row id that is given twice',
    table: 'row_tracking',
    make: (t) => t.json(t.last('snapshot/snapshot-*'), (json) => Object.assign(json, { nextRowId: 10 })),
    rule: 'row-id',
    file: /snapshot-/,
    what: /row ids beyond nextRowId 10/,
  },
];

const DATA: readonly Damage[] = [
  {
    name: 'another number of rows',
    table: PK4,
    data: true,
    make: (t) =>
      t.manifest(newest(t), (entries) => {
        for (const { file } of entries) file.rowCount++;
      }),
    rule: 'rows',
    file: /bucket-0\/data-/,
    what: /it has 15 rows, metadata says 16/,
  },
  {
    name: 'another first key',
    table: 'compress_none',
    data: true,
    make: (t) =>
      t.manifest(newest(t), ([entry]) => {
        const type = { kind: 'INT', nullable: false } as const;
        if (entry !== undefined) entry.file.minKey = encodeRow([type], [-2147483647]);
      }),
    rule: 'keys',
    file: /data-/,
    what: /its first key is not the one metadata says/,
  },
  {
    name: 'other sequence numbers',
    table: PK4,
    data: true,
    make: (t) =>
      t.manifest(newest(t), ([entry]) => void Object.assign(entry?.file ?? {}, { maxSequenceNumber: 9999n })),
    rule: 'sequence',
    file: /data-/,
    what: /sequence numbers go from \d+ to \d+, metadata says \d+ to 9999/,
  },
  {
    name: 'another number of deletes',
    table: PK4,
    data: true,
    make: (t) =>
      t.manifest(newest(t), ([entry]) => void Object.assign(entry?.file ?? {}, { deleteRowCount: 1n })),
    rule: 'deletes',
    file: /data-/,
    what: /it has 3 rows that take keys away, metadata says 1/,
  },
  {
    name: 'statistics that do not bound the values',
    table: 'compress_none',
    data: true,
    make: (t) =>
      t.manifest(newest(t), ([entry]) => {
        if (entry === undefined) return;
        const { minValues, nullCounts } = entry.file.valueStats;
        entry.file.valueStats = { minValues, maxValues: minValues, nullCounts };
      }),
    rule: 'stats',
    file: /data-/,
    what: /column (id|s|d) has a value above its maximum/,
  },
  {
    name: 'another number of nulls',
    table: 'compress_none',
    data: true,
    make: (t) =>
      t.manifest(newest(t), ([entry]) => {
        if (entry === undefined) return;
        const { minValues, maxValues } = entry.file.valueStats;
        entry.file.valueStats = { minValues, maxValues, nullCounts: [0n, 0n, 0n] };
      }),
    rule: 'stats',
    file: /data-/,
    what: /nulls in column s, metadata says 0/,
  },
  {
    name: 'rows in a bucket they do not belong to',
    table: PK4,
    data: true,
    make: (t) => {
      t.manifest(newest(t), (entries) => {
        for (const entry of entries) {
          if (entry.bucket === 0) entry.file.fileSize = BigInt(read(t, 1).length);
          if (entry.bucket === 1) t.bytes(`bucket-0/${fileOf(entries, 0)}`, () => read(t, 1));
        }
      });
      function read(table: DamagedTable, bucket: number): Buffer {
        const name = table.files(`bucket-${bucket}/data-*-4.parquet`)[0] as string;
        return readFileSync(join(table.path, name));
      }
    },
    rule: 'bucket',
    file: /bucket-0\/data-/,
    what: /row 0 belongs to bucket 1, the file is in bucket 0/,
  },
  {
    name: 'nulls in a column that must not have any',
    table: 'append_bucketed',
    data: true,
    make: (t) =>
      t.json('schema/schema-0', (json) => {
        for (const field of json.fields as { name: string; type: string }[]) {
          if (field.name === 'name') field.type = 'STRING NOT NULL';
        }
      }),
    rule: 'nulls',
    file: /data-/,
    what: /column name is NOT NULL and has nulls/,
  },
  {
    name: 'a damaged deletion vector',
    table: 'dv_pk',
    data: true,
    make: (t) => {
      for (const file of t.files('index/index-*')) t.bytes(file, flip(-6));
    },
    rule: 'deletion-vector',
    file: /index\/index-/,
    what: /./,
  },
  {
    name: 'a damaged Parquet file',
    table: PK4,
    data: true,
    make: (t) => t.bytes(t.last('bucket-3/data-*'), (bytes) => bytes.fill(0, 4, 200)),
    rule: 'data-file',
    file: /bucket-3\/data-/,
    what: /./,
  },
  {
    name: 'a damaged Avro file',
    table: 'compress_avro',
    data: true,
    make: (t) => t.bytes(t.last('**/data-*.avro'), flip(-100)),
    rule: 'data-file',
    file: /data-.*avro/,
    what: /./,
  },
];

function fileOf(
  entries: readonly { readonly bucket: number; readonly file: { readonly fileName: string } }[],
  bucket: number,
): string {
  return entries.find((entry) => entry.bucket === bucket)?.file.fileName ?? '';
}

describe('check names what is damaged', () => {
  for (const damage of [...LOGS, ...METADATA, ...DATA]) {
    it(damage.name, async () => {
      const table = new DamagedTable(temp, damage.table);
      damage.make(table);
      const { problems } = await check(temp, damage.table, damage.data === true);
      const { rule, file, what, severity = 'error' } = damage;
      const found = problems.some(
        (p) => p.rule === rule && p.severity === severity && file.test(p.file) && what.test(p.what),
      );
      assert.ok(found, `not found among ${JSON.stringify(problems, undefined, 1)}`);
      for (const problem of problems) assert.ok(problem.action !== '' && problem.file.startsWith('/'));
    });
  }

  it('tells each finding once, however many snapshots share it', async () => {
    const table = new DamagedTable(temp, PK4);
    table.remove(table.files('bucket-0/data-*').at(0) as string);
    const { problems } = await check(temp, PK4, false);
    assert.equal(problems.length, 1);
  });
});
