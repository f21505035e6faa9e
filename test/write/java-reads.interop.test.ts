// Java reads what was written here, compacts it, and reads it again; and what is written on top of Java's
// compaction. The changes of the golden tables, which Java made once, are made again by us, commit by commit.
// Runs where Java and Maven are; says so where they are not.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parseSnapshot } from '../../src/format/index.ts';
import { type Batch, type Lake, LakeError, openLake } from '../../src/index.ts';
import { findJava, JAVA_RUN, skipWithout } from '../interop/tools.ts';

const DATA = new URL('../data/golden/', import.meta.url).pathname;
const TIMEOUT_MS = 300_000;

const skip = skipWithout(findJava());

/** A change of a golden table: rows, and their kinds. */
interface Rows {
  readonly batch: Batch;
  readonly kinds: Int8Array;
}

/** What a table went through: its commits, and how many of them came before the first compaction. */
interface History {
  readonly commits: readonly (readonly Rows[])[];
  readonly middle: number;
}

/**
 * Tables never compacted whose rows depend on when it is done: a later row of a lower sequence, or of a
 * removed key, meets what was deleted, or does not.
 */
const NEVER_COMPACTED = ['agg_remove_on_delete', 'partial_remove_on_group'];

/** The commits of a table in order; undefined when some of them did more than change rows. */
async function historyOf(golden: Lake, table: string): Promise<History | undefined> {
  const directory = join(DATA, 'warehouse/golden.db', table);
  if (!existsSync(join(directory, 'snapshot', 'snapshot-1'))) return undefined;
  // The newest schema only: rows of older ones are not there.
  if (readdirSync(join(directory, 'schema')).length > 1) return undefined;
  let compacted: bigint | undefined;
  for (const name of readdirSync(join(directory, 'snapshot')).filter((n) => n.startsWith('snapshot-'))) {
    const { id, commitKind } = parseSnapshot(readFileSync(join(directory, 'snapshot', name), 'utf8'), name);
    if (commitKind === 'OVERWRITE') return undefined;
    if (commitKind === 'COMPACT' && (compacted === undefined || id < compacted)) compacted = id;
  }
  const bySnapshot = new Map<bigint, Rows[]>();
  const source = await golden.table(`golden.${table}`);
  for await (const { snapshotId, batch } of source.changes({ from: 1n, once: true })) {
    const kinds = Int8Array.from((batch.columns.at(-1) as unknown as { readonly values: Int8Array }).values);
    const rows = { ...batch, fields: batch.fields.slice(0, -1), columns: batch.columns.slice(0, -1) };
    bySnapshot.set(snapshotId, [...(bySnapshot.get(snapshotId) ?? []), { batch: rows, kinds }]);
  }
  const ids = [...bySnapshot.keys()];
  if (ids.length === 0) return undefined;
  const before = ids.filter((id) => compacted !== undefined && id < compacted).length;
  const middle = compacted === undefined ? Math.ceil(ids.length / 2) : before;
  return { commits: [...bySnapshot.values()], middle: NEVER_COMPACTED.includes(table) ? 0 : middle };
}

describe('written here, read by Java', { skip, timeout: 4 * TIMEOUT_MS }, () => {
  let lake: Lake;
  let warehouse: string;
  let expected: string;
  const tables = new Map<string, History>();

  before(async () => {
    warehouse = mkdtempSync(join(tmpdir(), 'spillway-java-'));
    expected = join(warehouse, 'expected');
    const golden = await openLake({ warehouse: join(DATA, 'warehouse'), memory: '512mb' });
    for (const table of readdirSync(join(DATA, 'expected'))) {
      const schema = join('golden.db', table, 'schema');
      cpSync(join(DATA, 'warehouse', schema), join(warehouse, schema), { recursive: true });
    }
    lake = await openLake({ warehouse, memory: '512mb' });
    for (const table of readdirSync(join(DATA, 'expected'))) {
      const history = (await writable(table)) ? await historyOf(golden, table) : undefined;
      if (history !== undefined) tables.set(table, history);
      else rmSync(join(warehouse, 'golden.db', table), { recursive: true });
    }
    await golden.close();
  });
  after(async () => {
    await lake.close();
    rmSync(warehouse, { recursive: true });
  });

  function java(...words: string[]): string {
    return execFileSync(JAVA_RUN, words, {
      encoding: 'utf8',
      timeout: TIMEOUT_MS,
      maxBuffer: 64 * 1024 * 1024,
    });
  }

  async function writable(table: string): Promise<boolean> {
    try {
      await using write = await (await lake.table(`golden.${table}`)).write();
      return write.rowCount === 0;
    } catch (error) {
      if (error instanceof LakeError && error.kind === 'unsupported') return false;
      throw error;
    }
  }

  /** Writes the commits before the middle, or those after it. */
  async function writeCommits(part: 'before' | 'after'): Promise<void> {
    for (const [table, { commits, middle }] of tables) {
      const [first, last] = part === 'before' ? [0, middle] : [middle, commits.length];
      const target = await lake.table(`golden.${table}`);
      for (let i = first; i < last; i++) {
        await using write = await target.write({ commitUser: 'ours', commitIdentifier: BigInt(i + 1) });
        for (const { batch, kinds } of commits[i] as readonly Rows[]) await write.writeBatch(batch, kinds);
        assert.equal((await write.commit()).already, false);
      }
    }
  }

  /** Rows of these are seen once they are compacted, in Java too. */
  function isFirstRow(table: string): boolean {
    const schema = readFileSync(join(warehouse, 'golden.db', table, 'schema', 'schema-0'), 'utf8');
    return JSON.parse(schema).options?.['merge-engine'] === 'first-row';
  }

  /** Java reads every table, or those of `names`, and finds what the golden one holds. */
  function verifyLatest(names: readonly string[] = [...tables.keys()]): void {
    rmSync(expected, { recursive: true, force: true });
    for (const table of names) {
      mkdirSync(join(expected, table), { recursive: true });
      cpSync(join(DATA, 'expected', table, 'latest.jsonl'), join(expected, table, 'latest.jsonl'));
      const index = { expected: [{ file: 'latest.jsonl', read: {} }] };
      writeFileSync(join(expected, table, 'index.json'), JSON.stringify(index));
    }
    const report = java('verify', warehouse, 'golden', expected);
    assert.match(report, new RegExp(`^checked ${names.length}, failed 0$`, 'm'), report);
  }

  it('reads, compacts, and reads again', async () => {
    await writeCommits('before');
    assert.ok(tables.size >= 20, `${tables.size} tables`);
    const begun = [...tables.values()].filter(({ middle }) => middle > 0).length;
    assert.match(java('compact', warehouse, 'golden'), new RegExp(`^compacted ${begun}$`, 'm'));
    await writeCommits('after');
    verifyLatest([...tables.keys()].filter((table) => !isFirstRow(table)));
    java('compact', warehouse, 'golden');
    verifyLatest();
    for (const table of tables.keys()) {
      const problems: unknown[] = [];
      const target = await lake.table(`golden.${table}`);
      await target.check({ data: true, onProblem: (problem) => problems.push(problem) });
      assert.deepEqual(problems, [], table);
    }
  });
});
