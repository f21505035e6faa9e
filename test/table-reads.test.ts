// Ways of reading that the golden index has no line for: fallback branches, differences, streams that wait,
// many runs, stopping early.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Batch, jsonLineOf } from '../src/codec/index.ts';
import { type Engine, openEngine } from '../src/engine/index.ts';
import { LocalStore } from '../src/store/index.ts';
import {
  Catalog,
  findSystemTable,
  type GrantReads,
  planScan,
  type ReadRequest,
  readChanges,
  readPlan,
  type Table,
} from '../src/table/index.ts';
import { kindLines } from './encode.ts';
import { GOLDEN } from './golden.ts';

let engine: Engine;
const granted: GrantReads = (_, read) => read({ engine });
const root = mkdtempSync(join(tmpdir(), 'table-reads-'));
const store = new LocalStore();
const golden = new Catalog(store, GOLDEN.warehouse);
before(async () => {
  mkdirSync(join(root, 'engine'));
  const tempDirectory = join(root, 'engine');
  engine = await openEngine({ memoryBytes: 256 * 1024 * 1024, threads: 2, tempDirectory });
});
after(async () => {
  await engine[Symbol.asyncDispose]();
  rmSync(root, { recursive: true, force: true });
});

async function read(table: Table, request: Omit<ReadRequest, 'engine'> = {}): Promise<Batch[]> {
  const plan = await planScan(table, request);
  const batches: Batch[] = [];
  for await (const batch of readPlan(table, plan.splits, { ...request, engine })) batches.push(batch);
  return batches;
}

async function lines(table: Table, request: Omit<ReadRequest, 'engine'> = {}): Promise<string[]> {
  const batches = await read(table, request);
  return batches.flatMap((batch) => Array.from({ length: batch.rowCount }, (_, i) => jsonLineOf(batch)(i)));
}

/** A copy of a golden table in a warehouse of its own. */
function copyOf(name: string, as: string): { readonly catalog: Catalog; readonly path: string } {
  const warehouse = join(root, as);
  const path = join(warehouse, 'golden.db', name);
  cpSync(join(GOLDEN.warehouse, 'golden.db', name), path, { recursive: true });
  return { catalog: new Catalog(store, warehouse), path };
}

describe('a fallback branch', () => {
  // Main holds what snapshot 2 of `overwrite` brought, partition a alone; branch b holds snapshot 1: a, b
  // and c.
  const { catalog, path } = copyOf('overwrite', 'fallback');
  const snapshot = (id: number): Record<string, unknown> =>
    JSON.parse(
      readFileSync(join(path, `snapshot/snapshot-${id}`), 'utf8').replace(/:\s*9223372036854775807/g, ': 1'),
    );
  const [first, second] = [snapshot(1), snapshot(2)];
  for (const name of readdirSync(join(path, 'snapshot'))) rmSync(join(path, 'snapshot', name));
  const { baseManifestList, baseManifestListSize } = first;
  const main = { ...second, id: 1, baseManifestList, baseManifestListSize };
  writeFileSync(join(path, 'snapshot/snapshot-1'), JSON.stringify(main));
  cpSync(join(path, 'schema'), join(path, 'branch/branch-b/schema'), { recursive: true });
  mkdirSync(join(path, 'branch/branch-b/snapshot'));
  writeFileSync(join(path, 'branch/branch-b/snapshot/snapshot-1'), JSON.stringify(first));
  const options = { 'scan.fallback-branch': 'b' };
  const ofPartition = (file: string, names: string): string[] =>
    GOLDEN.lines('overwrite', file).filter((line) => names.includes(JSON.parse(line).p));

  it('gives the partitions that main does not have', async () => {
    const table = await catalog.openTable('golden.overwrite', options);
    const wanted = [...ofPartition('snapshot-2.jsonl', 'a'), ...ofPartition('snapshot-1.jsonl', 'bc')];
    assert.deepEqual((await lines(table)).sort(), wanted.sort());
  });

  it('gives none of a partition that main has, whatever is filtered', async () => {
    const table = await catalog.openTable('golden.overwrite', options);
    const filter = { kind: 'eq', column: 'p', value: 'a' } as const;
    assert.deepEqual((await lines(table, { filter })).sort(), ofPartition('snapshot-2.jsonl', 'a').sort());
    const gone = ofPartition('snapshot-1.jsonl', 'a').map((line) => JSON.parse(line).id);
    const kept = ofPartition('snapshot-2.jsonl', 'a').map((line) => JSON.parse(line).id);
    const onlyBefore = gone.filter((id) => !kept.includes(id));
    assert.notEqual(onlyBefore.length, 0);
    const ids = { kind: 'in', column: 'id', values: onlyBefore } as const;
    assert.deepEqual(await lines(table, { filter: { kind: 'and', children: [filter, ids] } }), []);
  });

  it('lists its partitions beside those of main', async () => {
    const table = await catalog.openTable('golden.overwrite', options);
    const system = findSystemTable('partitions', table);
    assert.ok(system !== undefined);
    const names: string[] = [];
    for await (const batch of system.read(async () => engine, undefined, { columns: ['partition'] })) {
      for (let i = 0; i < batch.rowCount; i++) names.push(JSON.parse(jsonLineOf(batch)(i)).partition);
    }
    assert.deepEqual(names, ['p=a', 'p=b', 'p=c']);
  });

  it('is not asked without the option', async () => {
    const table = await catalog.openTable('golden.overwrite');
    assert.deepEqual((await lines(table)).sort(), ofPartition('snapshot-2.jsonl', 'a').sort());
    const branch = await catalog.openTable('golden.overwrite$branch_b');
    assert.deepEqual((await lines(branch)).sort(), GOLDEN.lines('overwrite', 'snapshot-1.jsonl').sort());
  });
});

describe('the difference of two snapshots', () => {
  const diff = (a: number, b: number): Promise<Table> =>
    golden.openTable('golden.pk_bucket1_levels', {
      'incremental-between': `${a},${b}`,
      'incremental-between-scan-mode': 'diff',
    });
  const rowsOf = (id: number): Map<string, string> =>
    new Map(
      GOLDEN.lines('pk_bucket1_levels', `snapshot-${id}.jsonl`).map((line) => [JSON.parse(line).id, line]),
    );

  for (const [a, b] of [
    [3, 9],
    [1, 21],
    [10, 11],
  ] as const) {
    it(`${a} and ${b} is every key that is new, changed, or gone`, async () => {
      const [before, after] = [rowsOf(a), rowsOf(b)];
      const changed = [...after].filter(([id, line]) => before.get(id) !== line);
      const gone = [...before].filter(([id]) => !after.has(id));
      assert.deepEqual((await lines(await diff(a, b))).sort(), changed.map(([, line]) => line).sort());
      const withKinds = kindLines(await read(await diff(a, b), { kind: true }));
      const deletes = withKinds.filter((line) => line.startsWith('{"_kind":"-D"'));
      const idsOf = (rows: readonly string[]): string[] => rows.map((line) => JSON.parse(line).id).sort();
      // A file of both states is left out of both, so a delete of one of its keys comes even if it changes
      // nothing.
      const deleted = new Set(idsOf(deletes));
      assert.deepEqual(
        idsOf(gone.map(([, line]) => line)).filter((id) => !deleted.has(id)),
        [],
      );
      for (const id of deleted) assert.equal(after.has(id), false);
      assert.equal(withKinds.length, changed.length + deletes.length);
    });
  }
});

describe('ranges that are not there', () => {
  it('are refused, saying what there is', async () => {
    const between = (range: string): Promise<Table> =>
      golden.openTable('golden.cl_none', { 'incremental-between': range });
    await assert.rejects(between('2,99').then(read), { code: 'SNAPSHOT_MISSING', message: /1 to 7/ });
    await assert.rejects(between('4,2').then(read), { code: 'ARGUMENT_INVALID' });
    await assert.rejects(between('a,b').then(read), { code: 'ARGUMENT_INVALID' });
    assert.deepEqual(await lines(await between('3,3')), []);
  });
});

describe('a stream of changes', () => {
  it('waits for the next snapshot and goes on with it', async () => {
    const { catalog, path } = copyOf('cl_input', 'follow');
    const held = (id: number): string => join(path, `snapshot/snapshot-${id}`);
    const saved = new Map([6, 7].map((id) => [id, readFileSync(held(id))]));
    for (const id of saved.keys()) rmSync(held(id));
    rmSync(join(path, 'snapshot/LATEST'));
    const stop = new AbortController();
    const seen: bigint[] = [];
    const table = await catalog.openTable('golden.cl_input');
    const stream = async (): Promise<void> => {
      for await (const change of readChanges(table, { granted, from: 4n, pollMs: 5, signal: stop.signal })) {
        if (seen.at(-1) !== change.snapshotId) seen.push(change.snapshotId);
        if (change.snapshotId === 5n) for (const [id, bytes] of saved) writeFileSync(held(id), bytes);
        if (change.snapshotId === 7n) stop.abort();
      }
    };
    await assert.rejects(stream(), { code: 'CANCELLED' });
    const changed = GOLDEN.lines('cl_input', 'changelog.jsonl').map((line) =>
      BigInt(JSON.parse(line)._snapshot),
    );
    assert.deepEqual(
      seen,
      [...new Set(changed)].filter((id) => id >= 4n),
    );
  });

  it('starts with all rows of the newest snapshot unless told otherwise', async () => {
    const table = await golden.openTable('golden.cl_none');
    const rows: string[] = [];
    for await (const { batch, snapshotId } of readChanges(table, { granted, once: true })) {
      assert.equal(snapshotId, 7n);
      rows.push(...kindLines([batch]));
    }
    const wanted = GOLDEN.lines('cl_none', 'latest.jsonl').map((line) => line.replace('{', '{"_kind":"+I",'));
    assert.deepEqual(rows.sort(), wanted.sort());
  });

  it('leaves out of the first read what its changelog will still bring', async () => {
    // Level 0 of the table waits for a compaction that writes its changelog.
    const table = await golden.openTable('golden.cl_full', {
      'scan.snapshot-id': '7',
      'scan.mode': 'from-snapshot-full',
    });
    const first: string[] = [];
    for await (const { batch, snapshotId } of readChanges(table, { granted, once: true })) {
      if (snapshotId === 7n) first.push(...kindLines([batch]));
    }
    const wanted = GOLDEN.lines('cl_full', 'snapshot-4.jsonl').map((line) =>
      line.replace('{', '{"_kind":"+I",'),
    );
    assert.deepEqual(first.sort(), wanted.sort());
  });

  it('from now on gives nothing old', async () => {
    const table = await golden.openTable('golden.cl_none');
    for await (const _ of readChanges(table, { granted, from: 'latest', once: true }))
      assert.fail('an old row');
  });

  it('uses the changelogs kept of expired snapshots', async () => {
    const table = await golden.openTable('golden.consumers');
    const seen = new Set<bigint>();
    for await (const change of readChanges(table, { granted, from: { consumer: 'c1' }, once: true })) {
      seen.add(change.snapshotId);
    }
    assert.deepEqual([...seen], [7n, 8n, 9n]);
  });

  it('gives what an overwrite took and brought when it is asked to', async () => {
    const table = await golden.openTable('golden.overwrite', { 'streaming-read-overwrite': 'true' });
    const rows: string[] = [];
    for await (const { batch, snapshotId } of readChanges(table, { granted, from: 2n, once: true })) {
      if (snapshotId === 2n) rows.push(...kindLines([batch]));
    }
    const partition = (file: string, kind: string): string[] =>
      GOLDEN.lines('overwrite', file)
        .filter((line) => JSON.parse(line).p === 'a')
        .map((line) => line.replace('{', `{"_kind":"${kind}",`));
    const wanted = [...partition('snapshot-1.jsonl', '-D'), ...partition('snapshot-2.jsonl', '+I')];
    assert.deepEqual(rows.sort(), wanted.sort());
  });

  it('ends with an error when what it needs next has expired', async () => {
    const { catalog, path } = copyOf('cl_input', 'expired');
    const table = await catalog.openTable('golden.cl_input');
    const stream = async (): Promise<void> => {
      for await (const change of readChanges(table, { granted, from: 1n, once: true })) {
        if (change.snapshotId !== 1n) continue;
        for (const id of [1, 2, 3]) rmSync(join(path, `snapshot/snapshot-${id}`), { force: true });
      }
    };
    await assert.rejects(stream(), { code: 'READ_EXPIRED' });
  });
});

describe('sections of more runs than can be open', () => {
  for (const name of [
    'pk_bucket1_levels',
    'pk_bucket4',
    'dedup_sequence',
    'keys_numeric',
    'partial_groups',
  ]) {
    it(`of ${name} are sorted first and come out the same`, async () => {
      const table = await golden.openTable(`golden.${name}`);
      const sorted = await lines(table, { fanInMax: 1 });
      assert.deepEqual(sorted.sort(), GOLDEN.lines(name, 'latest.jsonl').sort());
    });
  }
});

describe('a read', () => {
  it('of partition columns alone has every row', async () => {
    for (const name of ['append_compacted', 'pk_dynamic', 'part_nulls']) {
      const table = await golden.openTable(`golden.${name}`);
      const columns = table.schema.partitionKeys;
      const batches = await read(table, { columns });
      const rows = batches.reduce((sum, batch) => sum + batch.rowCount, 0);
      assert.equal(rows, GOLDEN.lines(name, 'latest.jsonl').length, name);
    }
  });

  it('stops at its limit, and plans no more splits than it takes', async () => {
    const table = await golden.openTable('golden.append_bucketed');
    const plan = await planScan(table, { limit: 5 });
    assert.ok(plan.splits.length < (await planScan(table)).splits.length);
    assert.equal((await lines(table, { limit: 5 })).length, 5);
    assert.equal((await lines(await golden.openTable('golden.pk_bucket4'), { limit: 7 })).length, 7);
  });

  it('plans the same splits every time', async () => {
    const table = await golden.openTable('golden.many_commits');
    const [one, two] = [await planScan(table), await planScan(table)];
    assert.deepEqual(one.splits, two.splits);
    assert.deepEqual(one.report, two.report);
  });

  it('ends when its signal fires, and leaves no temporary file', async () => {
    const table = await golden.openTable('golden.pk_bucket1_levels');
    const stop = new AbortController();
    const plan = await planScan(table);
    const stream = async (): Promise<void> => {
      const request = { engine, fanInMax: 1, batchRows: 16, signal: stop.signal };
      for await (const _ of readPlan(table, plan.splits, request)) stop.abort();
      stop.signal.throwIfAborted();
    };
    await assert.rejects(stream());
    await assert.rejects(planScan(table, { signal: stop.signal }), { code: 'CANCELLED' });
  });

  it('of a snapshot that only a tag keeps finds it by its id', async () => {
    const tags = await (await golden.openTable('golden.tags_branches')).snapshots.tags();
    const log = (await golden.openTable('golden.tags_branches')).snapshots;
    const kept = [];
    for (const { name, tag } of tags) if (!(await log.exists(tag.id))) kept.push({ name, tag });
    assert.notEqual(kept.length, 0);
    for (const { name, tag } of kept) {
      const byId = await golden.openTable('golden.tags_branches', { 'scan.snapshot-id': String(tag.id) });
      const byTag = await golden.openTable('golden.tags_branches', { 'scan.tag-name': name });
      assert.deepEqual(await lines(byId), await lines(byTag));
    }
  });

  it('whose files vanish says whether the snapshot expired or the table is broken', async () => {
    const { catalog, path } = copyOf('append_bucketed', 'vanished');
    const table = await catalog.openTable('golden.append_bucketed');
    const plan = await planScan(table);
    for (let bucket = 0; bucket < 4; bucket++) rmSync(join(path, `bucket-${bucket}`), { recursive: true });
    const start = (): Promise<unknown> => readPlan(table, plan.splits, { engine }).next();
    await assert.rejects(start(), { code: 'FILE_MISSING' });
    rmSync(join(path, `snapshot/snapshot-${plan.snapshot?.id}`));
    await assert.rejects(start(), { code: 'READ_EXPIRED' });
  });

  it('refuses paths that leave the table', async () => {
    const table = await golden.openTable('golden.append_bucketed');
    const plan = await planScan(table);
    const [split] = plan.splits;
    assert.ok(split?.kind === 'data');
    for (const fileName of ['../x.parquet', '/etc/x.parquet', 'a/b.parquet']) {
      const files = split.files.map(({ file }) => ({ file: { ...file, fileName } }));
      const stream = readPlan(table, [{ ...split, files }], { engine });
      await assert.rejects(stream.next(), { code: 'PATH_OUTSIDE_TABLE' }, fileName);
    }
    const outside = split.files.map(({ file }) => ({
      file: { ...file, externalPath: 'file:/etc/x.parquet' },
    }));
    const stream = readPlan(table, [{ ...split, files: outside }], { engine });
    await assert.rejects(stream.next(), { code: 'PATH_OUTSIDE_TABLE' });
  });
});
