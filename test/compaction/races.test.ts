// Compactions that meet other writers: nothing of theirs is lost, and what cannot be committed any more is
// given up with its files. And compactions that stop anywhere.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LakeError } from '../../src/base/index.ts';
import { LocalStore, type Store } from '../../src/store/index.ts';
import { compactTable, type WriteRow } from '../../src/table/index.ts';
import { Stopped, stoppingStore } from '../upkeep/stopping-store.ts';
import { Bench, type TableShape } from './fixture.ts';

const bench = new Bench();
const SHAPE: TableShape = {
  fields: { p: 'INT NOT NULL', k: 'INT NOT NULL', v: 'STRING' },
  keys: ['p', 'k'],
  partitions: ['p'],
  options: { bucket: '1', 'write-only': 'true' },
};

const rowsOf = (p: number, i: number): readonly WriteRow[] =>
  Array.from({ length: 10 }, (_, k) => ({ p, k: k * (i + 1), v: `v${i}` }));

/** A table of two partitions with three runs each. */
async function filled(name: string): Promise<void> {
  await bench.create(name, SHAPE);
  const table = await bench.open(name);
  for (let i = 0; i < 3; i++) await bench.write(table, [...rowsOf(1, i), ...rowsOf(2, i)]);
}

/** A store that lets another writer go first: `meanwhile` runs before the first snapshot is published. */
function overtaken(meanwhile: () => Promise<unknown>): Store {
  let due = true;
  return new Proxy(new LocalStore(), {
    get(target, name) {
      const member = Reflect.get(target, name, target) as unknown;
      if (typeof member !== 'function') return member;
      if (name !== 'publish') return member.bind(target);
      return async (path: string, bytes: Uint8Array) => {
        if (due && path.includes('/snapshot/')) {
          due = false;
          await meanwhile();
        }
        return await target.publish(path, bytes);
      };
    },
  });
}

/** Live and stored files are the same once nothing old is referred to any more. */
async function checkNoOrphans(name: string, others: readonly string[]): Promise<void> {
  const live = (await bench.files(name)).map(({ fileName }) => fileName);
  const kept = new Set([...live, ...others]);
  assert.deepEqual(
    bench.stored(name).filter((file) => !kept.has(file)),
    [],
  );
}

describe('a compaction beside other writers', () => {
  it('keeps what is appended meanwhile', async () => {
    await filled('appended');
    const store = overtaken(async () =>
      bench.write(await bench.open('appended'), [{ p: 1, k: 3, v: 'new' }]),
    );
    const table = await bench.open('appended', {}, store);
    const report = await compactTable(table, bench.room, { full: true });
    assert.equal(report.bucketCount, 2);
    assert.deepEqual(report.abandoned, []);
    const rows = await bench.rows('appended');
    assert.ok(rows.includes('{"p":1,"k":3,"v":"new"}'));
    const levels = (await bench.files('appended')).map(({ level }) => level);
    assert.deepEqual(levels.sort(), [0, 5, 5]);
  });

  it('gives up the bucket another one compacted, and commits the others', async () => {
    await filled('compacted');
    const before = await bench.rows('compacted');
    const old = bench.stored('compacted');
    const { room } = bench;
    const other = { full: true, partitions: [{ p: '1' }] };
    const store = overtaken(async () => compactTable(await bench.open('compacted'), room, other));
    const report = await compactTable(await bench.open('compacted', {}, store), room, { full: true });
    assert.equal(report.bucketCount, 1);
    assert.deepEqual(
      report.abandoned.map(({ partition, bucket }) => [partition, bucket]),
      [['p=1', 0]],
    );
    assert.match(report.abandoned[0]?.reason ?? '', /is not there any more/);
    assert.deepEqual(await bench.rows('compacted'), before);
    await checkNoOrphans('compacted', old);
  });

  it('gives up a partition that was overwritten or dropped', async () => {
    await filled('overwritten');
    const old = bench.stored('overwritten');
    const store = overtaken(async () =>
      bench.write(await bench.open('overwritten'), [{ p: 2, k: 1, v: 'only' }], { overwrite: { p: '2' } }),
    );
    const table = await bench.open('overwritten', {}, store);
    const report = await compactTable(table, bench.room, { full: true });
    assert.deepEqual(
      report.abandoned.map(({ partition }) => partition),
      ['p=2'],
    );
    const rows = await bench.rows('overwritten');
    assert.deepEqual(
      rows.filter((row) => row.includes('"p":2')),
      ['{"p":2,"k":1,"v":"only"}'],
    );
    await checkNoOrphans('overwritten', old);
  });

  it('gives up a partition whose buckets were rescaled', async () => {
    await filled('rescaled');
    const old = bench.stored('rescaled');
    const store = overtaken(async () => {
      const wider = await bench.open('rescaled', { bucket: '2' });
      await bench.write(wider, rowsOf(1, 0), { overwrite: { p: '1' } });
    });
    const table = await bench.open('rescaled', {}, store);
    const report = await compactTable(table, bench.room, { full: true });
    assert.match(report.abandoned[0]?.reason ?? '', /2 buckets now, not 1/);
    assert.equal((await bench.rows('rescaled')).filter((row) => row.includes('"p":1')).length, 10);
    await checkNoOrphans('rescaled', old);
  });

  it('gives everything up, and says so', async () => {
    await filled('all');
    const old = bench.stored('all');
    const { room } = bench;
    const store = overtaken(async () => compactTable(await bench.open('all'), room, { full: true }));
    const report = await compactTable(await bench.open('all', {}, store), room, { full: true });
    assert.deepEqual([report.snapshot, report.bucketCount, report.abandoned.length], [undefined, 0, 2]);
    await checkNoOrphans('all', old);
  });

  it('is made once, however often it is tried', async () => {
    await filled('once');
    const by = { full: true, commitUser: 'me', commitIdentifier: 7n };
    const { room } = bench;
    const first = await compactTable(await bench.open('once'), room, by);
    const again = await compactTable(await bench.open('once'), room, by);
    assert.deepEqual([first.already, again.already, again.snapshot?.id], [false, true, first.snapshot?.id]);
  });

  it('leaves nothing behind when it is cancelled', async () => {
    await filled('cancelled');
    const old = bench.stored('cancelled');
    const { signal, abort } = ((controller) => ({
      signal: controller.signal,
      abort: () => controller.abort(),
    }))(new AbortController());
    const running = compactTable(await bench.open('cancelled'), bench.room, {
      full: true,
      signal,
      onProgress: ({ rows }) => rows > 0 && abort(),
    });
    await assert.rejects(running, { code: 'CANCELLED' });
    assert.deepEqual(bench.stored('cancelled').toSorted(), old.toSorted());
  });
});

/** A table whose next write is due to compact two buckets. */
async function due(name: string): Promise<void> {
  await filled(name);
  const table = await bench.open(name);
  await bench.write(table, [...rowsOf(1, 3), ...rowsOf(2, 3)]);
}

const COMPACTING = { 'write-only': 'false' };
const NEXT = [...rowsOf(1, 4), ...rowsOf(2, 4)];

describe('a write that compacts, beside other writers', () => {
  it('commits its rows, and what of the compaction still fits', async () => {
    await due('beside');
    const old = bench.stored('beside');
    const { room } = bench;
    const other = { full: true, partitions: [{ p: '1' }] };
    const store = overtaken(async () => compactTable(await bench.open('beside'), room, other));
    const { snapshot, compaction } = await bench.write(await bench.open('beside', COMPACTING, store), NEXT);
    assert.equal(snapshot?.commitKind, 'APPEND');
    assert.equal(compaction?.failure, undefined);
    assert.equal(compaction?.report?.bucketCount, 1);
    assert.deepEqual(
      compaction?.report?.abandoned.map(({ partition }) => partition),
      ['p=1'],
    );
    const levels = (await bench.files('beside')).map(({ level }) => level);
    assert.deepEqual(levels.sort(), [0, 5, 5]);
    await filled('beside_model');
    const model = await bench.open('beside_model');
    await bench.write(model, [...rowsOf(1, 3), ...rowsOf(2, 3)]);
    await bench.write(model, NEXT);
    assert.deepEqual(await bench.rows('beside'), await bench.rows('beside_model'));
    const written = (await bench.files('beside')).map(({ fileName }) => fileName);
    assert.ok(written.length === 3);
    // What is left over is named by a snapshot: files of the other compaction, and the new files of level 0.
    assert.equal(bench.stored('beside').length, old.length + 2 + 1 + 1);
  });

  it('keeps the rows when the compaction cannot be committed', async () => {
    await due('unlucky');
    const target = new LocalStore();
    let snapshots = 0;
    const store = new Proxy(target, {
      get(_target, name) {
        const member = Reflect.get(target, name, target) as unknown;
        if (typeof member !== 'function') return member;
        if (name !== 'publish') return member.bind(target);
        return async (path: string, ...rest: unknown[]) => {
          if (path.includes('/snapshot/') && ++snapshots > 1)
            throw new LakeError('DISK_EXHAUSTED', 'no space is left');
          return await (member as (...args: unknown[]) => unknown).apply(target, [path, ...rest]);
        };
      },
    });
    const { snapshot, compaction } = await bench.write(await bench.open('unlucky', COMPACTING, store), NEXT);
    assert.equal(compaction?.failure?.code, 'DISK_EXHAUSTED');
    const table = await bench.open('unlucky');
    assert.equal((await table.snapshots.latest())?.id, snapshot?.id);
    const live = (await bench.files('unlucky')).map(({ fileName }) => fileName);
    assert.deepEqual(bench.stored('unlucky').toSorted(), live.toSorted());
  });
});

describe('a write that compacts and is stopped anywhere', () => {
  it('leaves the last state, the rows, or both', async () => {
    await due('halted');
    const before = await bench.rows('halted');
    bench.copy('halted', 'halted_whole');
    const counted = stoppingStore(new LocalStore(), Number.POSITIVE_INFINITY);
    const done = await bench.write(await bench.open('halted_whole', COMPACTING, counted.store), NEXT);
    assert.equal(done.compaction?.report?.bucketCount, 2);
    const after = await bench.rows('halted_whole');
    assert.ok(counted.changes() > 12, String(counted.changes()));
    const seen = new Set<string>();
    for (let at = 1; at <= counted.changes(); at++) {
      const name = `halted_${at}`;
      bench.copy('halted', name);
      const { store } = stoppingStore(new LocalStore(), at);
      const table = await bench.open(name, COMPACTING, store);
      // What stops the compaction's commit is told, for the rows are committed then.
      const result = await bench.write(table, NEXT).catch((error: unknown) => {
        assert.ok(error instanceof Stopped);
      });
      const latest = await (await bench.open(name)).snapshots.latest();
      const kind = latest?.id === 4n ? 'before' : (latest?.commitKind as string);
      seen.add(kind);
      if (kind === 'before') assert.equal(result, undefined);
      assert.deepEqual(await bench.rows(name), kind === 'before' ? before : after, `change ${at}: ${kind}`);
    }
    assert.deepEqual([...seen], ['before', 'APPEND', 'COMPACT']);
  });
});

describe('a compaction that is stopped anywhere', () => {
  it('leaves the last state or the new one, and nothing but orphans', async () => {
    await filled('stopped');
    const rows = await bench.rows('stopped');
    const { room } = bench;
    bench.copy('stopped', 'whole');
    const counted = stoppingStore(new LocalStore(), Number.POSITIVE_INFINITY);
    await compactTable(await bench.open('whole', {}, counted.store), room, { full: true });
    assert.ok(counted.changes() > 6, String(counted.changes()));
    for (let at = 1; at <= counted.changes(); at++) {
      const name = `stopped_${at}`;
      bench.copy('stopped', name);
      const { store } = stoppingStore(new LocalStore(), at);
      await assert.rejects(
        async () => compactTable(await bench.open(name, {}, store), room, { full: true }),
        Stopped,
      );
      assert.deepEqual(await bench.rows(name), rows, `stopped before change ${at}`);
      const latest = await (await bench.open(name)).snapshots.latest();
      const levels = (await bench.files(name)).map(({ level }) => level);
      if (latest?.commitKind === 'COMPACT') assert.deepEqual(levels, [5, 5]);
      else assert.deepEqual(levels, [0, 0, 0, 0, 0, 0]);
      const again = await compactTable(await bench.open(name), room, { full: true });
      assert.equal(again.bucketCount, latest?.commitKind === 'COMPACT' ? 0 : 2);
      assert.deepEqual(await bench.rows(name), rows);
    }
  });
});
