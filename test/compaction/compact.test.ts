// What a compaction promises: rows stay, files become fewer, others' work is never lost.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LakeError } from '../../src/base/index.ts';
import { compactTable, type WriteRow } from '../../src/table/index.ts';
import { Bench, type TableShape } from './fixture.ts';

const bench = new Bench();
const WRITE_ONLY = { 'write-only': 'true', bucket: '1' };

/** Commits of rows over few keys: every key is met often, some are deleted. */
function commits(count: number, kinds: readonly string[]): readonly (readonly WriteRow[])[] {
  return Array.from({ length: count }, (_, i) =>
    Array.from({ length: 20 }, (_x, j): WriteRow => {
      const k = (i * 7 + j * 3) % 25;
      const _kind = kinds[(i + j) % kinds.length] as string;
      return { k, a: i * 100 + j, b: (i + j) % 3 === 0 ? null : `v${i}-${j}`, s: (i * 31 + j) % 11, _kind };
    }),
  );
}

const FIELDS = { k: 'INT NOT NULL', a: 'INT', b: 'STRING', s: 'INT' };
const ADDS = ['+I', '+U'];
const MIXED = ['+I', '+I', '+U', '-D', '+I'];

const ENGINES: readonly (readonly [
  name: string,
  options: Record<string, string>,
  kinds: readonly string[],
])[] = [
  ['dedup', {}, MIXED],
  ['dedup_sequence', { 'sequence.field': 's' }, MIXED],
  ['dedup_ignore', { 'ignore-delete': 'true' }, MIXED],
  ['partial', { 'merge-engine': 'partial-update' }, ADDS],
  ['partial_group', { 'merge-engine': 'partial-update', 'fields.s.sequence-group': 'a,b' }, ADDS],
  [
    'sum',
    {
      'merge-engine': 'aggregation',
      'fields.a.aggregate-function': 'sum',
      'fields.b.aggregate-function': 'last_non_null_value',
      'fields.s.aggregate-function': 'max',
    },
    ADDS,
  ],
  ['thin', { 'data-file.thin-mode': 'true' }, MIXED],
];

async function filled(name: string, shape: TableShape, kinds: readonly string[], count = 6): Promise<void> {
  await bench.create(name, shape);
  const table = await bench.open(name);
  for (const rows of commits(count, kinds)) await bench.write(table, rows);
}

async function compact(name: string, full: boolean) {
  return compactTable(await bench.open(name), bench.room, { full });
}

describe('compaction of a merge tree', () => {
  for (const [name, options, kinds] of ENGINES) {
    it(`keeps the rows: ${name}`, async () => {
      await filled(name, { fields: FIELDS, keys: ['k'], options: { ...WRITE_ONLY, ...options } }, kinds);
      const before = await bench.rows(name);
      const report = await compact(name, true);
      assert.deepEqual(await bench.rows(name), before);
      assert.equal(report.snapshot?.commitKind, 'COMPACT');
      assert.equal(report.filesBefore, 6);
      const files = await bench.files(name);
      assert.deepEqual(
        files.map(({ level, deleteRowCount, fileSource, rowCount }) => {
          return { level, deleteRowCount, fileSource, rowCount };
        }),
        [{ level: 5, deleteRowCount: 0n, fileSource: 1, rowCount: BigInt(before.length) }],
      );
      assert.equal((await compact(name, true)).snapshot, undefined);
    });
  }

  it('picks a few files without `full`, and keeps deletes while older rows lie below', async () => {
    const options = { ...WRITE_ONLY, 'num-sorted-run.compaction-trigger': '3' };
    await filled('minor', { fields: FIELDS, keys: ['k'], options }, MIXED, 2);
    assert.equal((await compact('minor', false)).snapshot, undefined);
    await compact('minor', true);
    const table = await bench.open('minor');
    const many = Array.from(
      { length: 5000 },
      (_, k): WriteRow => ({ k: k + 100, a: k, b: `row ${k}`, s: 0 }),
    );
    await bench.write(table, many);
    await compact('minor', true);
    for (const k of [1, 2, 3]) await bench.write(table, [{ k: 100 + k, _kind: '-D' }]);
    const before = await bench.rows('minor');
    const report = await compact('minor', false);
    assert.deepEqual([report.filesBefore, report.filesAfter], [3, 1]);
    const files = await bench.files('minor');
    assert.deepEqual(files.map(({ level, deleteRowCount }) => [level, deleteRowCount]).sort(), [
      [2, 3n],
      [3, 0n],
    ]);
    assert.deepEqual(await bench.rows('minor'), before);
  });

  it('moves large files that overlap nothing without reading them', async () => {
    const options = { ...WRITE_ONLY, 'target-file-size': '1 kb' };
    await bench.create('upgraded', { fields: FIELDS, keys: ['k'], options });
    const table = await bench.open('upgraded');
    for (const first of [0, 1000])
      await bench.write(
        table,
        Array.from({ length: 100 }, (_, i) => ({ k: first + i, a: i, b: `row ${i}` })),
      );
    const [before, stored] = [await bench.rows('upgraded'), bench.stored('upgraded')];
    const report = await compact('upgraded', true);
    assert.deepEqual(bench.stored('upgraded').toSorted(), stored.toSorted());
    assert.equal(report.upgradedFiles, stored.length);
    const levels = (await bench.files('upgraded')).map(({ level }) => level);
    assert.deepEqual(
      levels,
      stored.map(() => 5),
    );
    assert.deepEqual(await bench.rows('upgraded'), before);
  });

  it('drops all rows of a bucket that were deleted', async () => {
    await bench.create('emptied', { fields: FIELDS, keys: ['k'], options: WRITE_ONLY });
    const table = await bench.open('emptied');
    await bench.write(table, [{ k: 1, a: 1 }]);
    await bench.write(table, [{ k: 1, _kind: '-D' }]);
    const report = await compact('emptied', true);
    assert.deepEqual([report.filesBefore, report.filesAfter], [2, 0]);
    assert.deepEqual(await bench.files('emptied'), []);
  });
});

describe('compaction of an append table', () => {
  it('packs small files of each partition, rows in their order', async () => {
    const shape = { fields: { day: 'INT', n: 'INT' }, partitions: ['day'] };
    await bench.create('plain', shape);
    const table = await bench.open('plain');
    for (let i = 0; i < 6; i++)
      await bench.write(table, [{ day: 1, n: i }, ...(i < 2 ? [{ day: 2, n: i }] : [])]);
    const before = await bench.rows('plain');
    const report = await compact('plain', false);
    assert.deepEqual([report.filesBefore, report.filesAfter, report.bucketCount], [6, 1, 1]);
    assert.deepEqual(await bench.rows('plain'), before);
    const full = await compact('plain', true);
    assert.deepEqual([full.filesBefore, full.filesAfter], [2, 1]);
    assert.deepEqual(await bench.rows('plain'), before);
  });

  it('joins neighbours where rows have an order', async () => {
    const options = { bucket: '1', 'bucket-key': 'n', 'write-only': 'true' };
    await bench.create('ordered', { fields: { n: 'INT' }, options });
    const table = await bench.open('ordered');
    for (let i = 0; i < 12; i++) await bench.write(table, [{ n: i }]);
    const report = await compact('ordered', false);
    // Five, their result and four more, that result and three more: it takes five.
    assert.deepEqual([report.filesBefore, report.filesAfter], [9, 1]);
    const files = await bench.files('ordered');
    assert.deepEqual(
      files.map(({ minSequenceNumber, maxSequenceNumber }) => [minSequenceNumber, maxSequenceNumber]),
      [
        [9n, 9n],
        [10n, 10n],
        [11n, 11n],
        [0n, 8n],
      ],
    );
    assert.deepEqual((await compact('ordered', true)).filesAfter, 1);
    assert.equal((await bench.rows('ordered')).length, 12);
  });
});

describe('a write', () => {
  it('compacts what is due, in a snapshot behind its own, unless the table is write-only', async () => {
    for (const [writeOnly, kinds] of [
      ['false', ['APPEND', 'APPEND', 'APPEND', 'APPEND', 'APPEND', 'COMPACT', 'APPEND']],
      ['true', ['APPEND', 'APPEND', 'APPEND', 'APPEND', 'APPEND', 'APPEND']],
    ] as const) {
      const name = `on_write_${writeOnly}`;
      const options = { bucket: '1', 'write-only': writeOnly };
      await bench.create(name, { fields: FIELDS, keys: ['k'], options });
      const table = await bench.open(name);
      const by = { commitUser: 'me' };
      for (const [i, rows] of commits(6, MIXED).entries()) {
        const { compaction } = await bench.write(table, rows, { ...by, commitIdentifier: BigInt(i) });
        const due = writeOnly === 'false' && i === 4;
        assert.equal(compaction?.report?.filesBefore, due ? 5 : undefined);
      }
      const found: string[] = [];
      for (let id = 1n; id <= BigInt(kinds.length); id++) {
        const snapshot = await table.snapshots.tryRead(id);
        found.push(snapshot?.commitKind ?? 'none');
        if (snapshot?.commitKind === 'COMPACT') assert.equal(snapshot.commitIdentifier, 4n);
      }
      assert.deepEqual(found, kinds);
    }
    assert.deepEqual(await bench.rows('on_write_false'), await bench.rows('on_write_true'));
    assert.deepEqual((await bench.files('on_write_false')).map(({ level }) => level).sort(), [0, 5]);
  });

  it('joins neighbours of an append table with buckets', async () => {
    const options = { bucket: '1', 'bucket-key': 'n' };
    await bench.create('ordered_write', { fields: { n: 'INT' }, options });
    const table = await bench.open('ordered_write');
    const joined: (number | undefined)[] = [];
    for (let i = 0; i < 9; i++)
      joined.push((await bench.write(table, [{ n: i }])).compaction?.report?.filesBefore);
    const none = undefined;
    assert.deepEqual(joined, [none, none, none, none, 5, none, none, none, 5]);
    assert.equal((await bench.rows('ordered_write')).length, 9);
  });

  it('puts what overwrites on the deepest level', async () => {
    for (const [upgrade, level] of [
      ['true', 5],
      ['false', 0],
    ] as const) {
      const name = `overwritten_${upgrade}`;
      const options = { ...WRITE_ONLY, 'overwrite-upgrade': upgrade };
      await bench.create(name, { fields: FIELDS, keys: ['k'], options });
      const table = await bench.open(name);
      await bench.write(table, [{ k: 1 }]);
      await bench.write(table, [{ k: 2 }, { k: 3 }], { overwrite: true });
      assert.deepEqual(
        (await bench.files(name)).map((file) => [file.level, file.rowCount]),
        [[level, 2n]],
      );
    }
  });

  it('refuses a table it would compact wrongly', async () => {
    await bench.create('lookups', {
      fields: FIELDS,
      keys: ['k'],
      options: { bucket: '1', 'force-lookup': 'true' },
    });
    const rows = [{ k: 1 }];
    await assert.rejects(
      async () => bench.write(await bench.open('lookups'), rows),
      (error) => error instanceof LakeError && error.details.feature === 'force-lookup',
    );
    await bench.write(await bench.open('lookups', { 'write-only': 'true' }), rows);
  });
});

describe('a choice of buckets', () => {
  it('compacts what is named and nothing else', async () => {
    const shape = {
      fields: { day: 'INT NOT NULL', k: 'INT NOT NULL', v: 'INT' },
      keys: ['day', 'k'],
      partitions: ['day'],
      options: { bucket: '2', 'write-only': 'true' },
    };
    await bench.create('chosen', shape);
    const table = await bench.open('chosen');
    for (let i = 0; i < 2; i++)
      await bench.write(
        table,
        Array.from({ length: 40 }, (_, k) => ({ day: k % 4, k, v: i })),
      );
    const { room } = bench;
    const run = async (choice: Parameters<typeof compactTable>[2]): Promise<number> =>
      (await compactTable(await bench.open('chosen'), room, { full: true, ...choice })).bucketCount;
    assert.equal(await run({ partitions: [{ day: '1' }] }), 2);
    assert.equal(
      await run({
        where: { kind: 'ge', column: 'day', value: 2 },
        buckets: [1],
      }),
      2,
    );
    assert.equal(await run({ buckets: [0] }), 3);
    assert.equal(await run({}), 1);
    await assert.rejects(run({ partitions: [{ k: '1' }] }), { code: 'ARGUMENT_INVALID' });
    await assert.rejects(run({ buckets: [-1] }), { code: 'ARGUMENT_INVALID' });
  });

  it('refuses what would be compacted wrongly before anything is written', async () => {
    const refused: readonly (readonly [option: string, value: string, feature?: string])[] = [
      ['changelog-producer', 'lookup'],
      ['changelog-producer', 'full-compaction'],
      ['deletion-vectors.enabled', 'true'],
      ['force-lookup', 'true'],
      ['clustering.incremental', 'true'],
      ['record-level.expire-time', '1 d'],
      ['file.format.per.level', '0:orc', 'file.format'],
    ];
    await filled('refused', { fields: FIELDS, keys: ['k'], options: WRITE_ONLY }, MIXED, 2);
    const stored = bench.stored('refused');
    for (const [option, value, feature = option] of refused) {
      const table = await bench.open('refused', { [option]: value });
      await assert.rejects(
        compactTable(table, bench.room, { full: true }),
        (error) =>
          error instanceof LakeError && error.kind === 'unsupported' && error.details.feature === feature,
        option,
      );
    }
    assert.deepEqual(bench.stored('refused'), stored);
  });
});
