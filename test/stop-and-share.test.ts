// Stopping early and sharing: cancelled, broken off or closed, reads end soon and leave nothing behind; many
// at once take turns.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type Batch, type Lake, LakeError, openLake } from '../src/index.ts';
import { GOLDEN } from './golden.ts';

/** How long a cancelled read may go on. */
const STOP_MS = 60_000;

const root = mkdtempSync(join(tmpdir(), 'stop-and-share-'));
const tempDirectory = join(root, 'temp');
after(() => rmSync(root, { recursive: true, force: true }));

let lake: Lake;
beforeEach(async () => {
  mkdirSync(tempDirectory, { recursive: true });
  lake = await openLake({ warehouse: GOLDEN.warehouse, memory: '512mb', threads: 2, tempDirectory });
});
afterEach(async () => {
  await lake.close();
  assert.deepEqual(readdirSync(tempDirectory), [], 'closing leaves no temporary file');
});

/** Files below the temporary directory: spilled rows and copies. */
function temporaryFiles(): string[] {
  if (!existsSync(tempDirectory)) return [];
  return readdirSync(tempDirectory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
}

async function rowsOf(batches: AsyncIterable<Batch>): Promise<number> {
  let rows = 0;
  for await (const batch of batches) rows += batch.rowCount;
  return rows;
}

/** Ends with CANCELLED, and soon after the signal fires. */
async function endsSoon(start: (signal: AbortSignal) => Promise<unknown>, afterMs: number): Promise<void> {
  const stop = new AbortController();
  let fired = 0;
  const timer = setTimeout(() => {
    fired = performance.now();
    stop.abort();
  }, afterMs);
  try {
    await start(stop.signal);
  } catch (error) {
    assert.ok(error instanceof LakeError, String((error as Error).stack));
    assert.equal(error.code, 'CANCELLED', error.message);
  } finally {
    clearTimeout(timer);
  }
  if (fired > 0) assert.ok(performance.now() - fired < STOP_MS, `${performance.now() - fired} ms`);
  assert.deepEqual(temporaryFiles(), []);
}

/** A statement that would run for hours. */
const ENDLESS = 'SELECT sum(hash(a.range + b.range)) FROM range(1000000000) AS a, range(1000000000) AS b';

describe('a signal', () => {
  it('that fired before refuses everything at once', async () => {
    const table = await lake.table('golden.pk_bucket4');
    const signal = AbortSignal.abort();
    await assert.rejects(table.scan({ signal }), { code: 'CANCELLED' });
    await assert.rejects(lake.sql('SELECT 1', { signal }), { code: 'CANCELLED' });
    await assert.rejects(table.changes({ signal, once: true }).next(), { code: 'CANCELLED' });
    await assert.rejects(table.check({ signal, onProblem: () => undefined }), { code: 'CANCELLED' });
  });

  for (const ms of [0, 1, 3, 10, 30, 100]) {
    it(`ends planning, scanning, merging and statements after ${ms} ms`, async () => {
      for (const name of [
        'many_commits',
        'pk_bucket1_levels',
        'types_append_parquet',
        'compress_lz4',
        'dv_pk',
        'types_pk_avro',
      ]) {
        const table = await lake.table(`golden.${name}`);
        await endsSoon(async (signal) => rowsOf(await table.scan({ signal })), ms);
        await endsSoon((signal) => rowsOf2(table.changes({ from: 'full', once: true, signal })), ms);
        await endsSoon(
          async (signal) => rowsOf(await lake.sql(`SELECT * FROM golden.${name}`, { signal })),
          ms,
        );
        await endsSoon((signal) => table.check({ data: true, signal, onProblem: () => undefined }), ms);
      }
    });
  }

  it('ends a statement that computes for hours, and one that waits for memory', async () => {
    await endsSoon(async (signal) => rowsOf(await lake.sql(ENDLESS, { signal })), 200);
    const stop = new AbortController();
    const running = Array.from({ length: 12 }, () =>
      lake
        .sql(ENDLESS, { signal: stop.signal })
        .then(rowsOf)
        .catch((error: LakeError) => error.code),
    );
    await pause(100);
    const waiting = new AbortController();
    const refused = assert.rejects(lake.sql('SELECT 1', { signal: waiting.signal }), { code: 'CANCELLED' });
    waiting.abort();
    await refused;
    stop.abort();
    for (const ended of await Promise.all(running)) assert.equal(ended, 'CANCELLED');
    assert.equal(await rowsOf(await lake.sql('SELECT 1')), 1);
  });

  it('ends a stream that waits for the next snapshot', async () => {
    const table = await lake.table('golden.cl_input');
    await endsSoon((signal) => rowsOf2(table.changes({ from: 'latest', signal })), 50);
  });
});

async function rowsOf2(changes: AsyncIterable<{ readonly batch: Batch }>): Promise<number> {
  let rows = 0;
  for await (const { batch } of changes) rows += batch.rowCount;
  return rows;
}

describe('a loop that is left early', () => {
  it('frees what it held, hundreds of times over', async () => {
    const names = ['pk_bucket1_levels', 'types_append_parquet', 'compress_lz4', 'dv_pk', 'types_pk_avro'];
    for (let round = 0; round < 40; round++) {
      for (const name of names) {
        const scan = await (await lake.table(`golden.${name}`)).scan();
        for await (const _ of scan) break;
        const rows = scan.rows();
        await rows.next();
        await rows.return();
      }
    }
    assert.deepEqual(temporaryFiles(), []);
    const memory = await rowsOf(await lake.sql('SELECT * FROM golden.pk_bucket1_levels'));
    assert.ok(memory > 0);
  });

  it('of a statement gives its memory back', async () => {
    for (let round = 0; round < 30; round++) {
      for await (const _ of await lake.sql('SELECT * FROM golden.pk_bucket1_levels, range(1000)')) break;
    }
    for (let round = 0; round < 5; round++) {
      const result = await lake.sql('SELECT * FROM golden.pk_bucket4');
      await result.close();
      await assert.rejects(rowsOf(result), { code: 'CLOSED' });
    }
    await assert.rejects(lake.sql('SELECT * FROM golden.nothing'), { kind: 'invalid' });
  });
});

describe('closing the lake', () => {
  it('ends reads that run, and refuses new ones', async () => {
    const table = await lake.table('golden.many_commits');
    const scan = await table.scan();
    const iterator = scan[Symbol.asyncIterator]();
    await iterator.next();
    const statement = await lake.sql('SELECT * FROM range(100000000)');
    const reading = rowsOf(statement).catch((error: unknown) => error);
    const rest = (async () => {
      for (;;) if ((await iterator.next()).done === true) return;
    })().catch((error: unknown) => error);
    const started = performance.now();
    await lake.close();
    for (const ended of [await rest, await reading]) {
      if (ended === undefined || typeof ended === 'number') continue;
      assert.ok(ended instanceof LakeError, String((ended as Error).stack));
      assert.match(ended.code, /^(CLOSED|CANCELLED)$/, ended.stack);
    }
    assert.ok(performance.now() - started < 2 * STOP_MS);
    await assert.rejects(lake.table('golden.many_commits'), { code: 'CLOSED' });
    await assert.rejects(async () => lake.sql('SELECT 1'), { code: 'CLOSED' });
    await assert.rejects(rowsOf(await table.scan()), { code: 'CLOSED' });
    await lake.close();
  });
});

describe('many at once', () => {
  it('two scans, one inside the other, row by row', async () => {
    const wanted = GOLDEN.lines('pk_bucket4', 'latest.jsonl').length;
    const [outer, inner] = [
      await lake.table('golden.pk_bucket4'),
      await lake.table('golden.pk_bucket1_levels'),
    ];
    let rows = 0;
    for await (const _ of (await outer.scan()).rows()) {
      rows++;
      const nested = (await inner.scan()).rows();
      await nested.next();
      await nested.return();
      if (rows % 40 === 0) for await (const __ of (await outer.scan()).rows());
    }
    assert.equal(rows, wanted);
  });

  it('scans that wait for a loop that waits for them are refused in the end', async () => {
    await using small = await openLake({
      warehouse: GOLDEN.warehouse,
      memory: '384mb',
      waitMs: 200,
      tempDirectory,
    });
    const table = await small.table('golden.pk_bucket1_levels');
    const open: AsyncGenerator<unknown>[] = [];
    const more = async (): Promise<void> => {
      for (let i = 0; i < 200; i++) {
        const rows = (await table.scan()).rows();
        await rows.next();
        open.push(rows);
      }
    };
    await assert.rejects(more(), { code: 'BUDGET_EXHAUSTED' });
    assert.ok(open.length >= 2);
    const wanted = GOLDEN.lines('pk_bucket1_levels', 'latest.jsonl').length;
    for (const rows of open) {
      let count = 1;
      for await (const _ of rows) count++;
      assert.equal(count, wanted);
    }
    assert.equal(await rowsOf(await table.scan()), wanted);
  });

  it('streams of changes share the memory with scans, and give it back', async () => {
    await using small = await openLake({
      warehouse: GOLDEN.warehouse,
      memory: '384mb',
      waitMs: 200,
      tempDirectory,
    });
    const table = await small.table('golden.pk_bucket1_levels');
    const open: AsyncGenerator<unknown>[] = [];
    const more = async (): Promise<void> => {
      for (let i = 0; i < 200; i++) {
        const changes = table.changes({ once: true });
        open.push(changes);
        await changes.next();
      }
    };
    await assert.rejects(more(), { code: 'BUDGET_EXHAUSTED' });
    for (const changes of open) await changes.return(undefined);
    const wanted = GOLDEN.lines('pk_bucket1_levels', 'latest.jsonl').length;
    assert.equal(await rowsOf(await table.scan()), wanted);
  });

  it('sixty-four scans and twenty statements give every row, within the memory number', {
    timeout: 300_000,
  }, () => {
    const memoryMb = 512;
    const names = [
      'pk_bucket1_levels',
      'pk_bucket4',
      'types_append_parquet',
      'many_commits',
      'dv_pk',
      'types_pk_avro',
      'compress_lz4',
      'spill_files',
    ];
    const crowd = join(import.meta.dirname, 'share/crowd.ts');
    const words = [crowd, GOLDEN.warehouse, tempDirectory, `${memoryMb}mb`, ...names];
    const said = JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' }));
    for (const name of names) {
      assert.deepEqual(said.seen[name], [GOLDEN.lines(name, 'latest.jsonl').length], name);
    }
    assert.ok(said.peakMb <= memoryMb, `the process took ${said.peakMb} MB`);
  });
});
