// Rows removed by Java and by us on two copies of golden tables: both must leave the same metadata. Runs
// where Java and Maven are; says so where they are not.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  decodeIndexManifest,
  decodeManifest,
  decodeManifestList,
  decodePartition,
  type ManifestEntry,
  parseSnapshot,
  partitionSpec,
  type Snapshot,
} from '../../src/format/index.ts';
import { type Lake, LakeError, openLake, type TableSchema } from '../../src/index.ts';
import { findJava, JAVA_RUN, skipWithout } from '../interop/tools.ts';

const GOLDEN = new URL('../data/golden/warehouse/', import.meta.url).pathname;
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

const skip = skipWithout(findJava());

/** A generator of numbers below 1 from a seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface State {
  readonly snapshot: Snapshot;
  /** Entries of the delta, of the index manifest, and the rows of both manifest lists, in a fixed order. */
  readonly delta: readonly string[];
  readonly indexes: readonly string[] | undefined;
}

const shown = (value: unknown): string =>
  JSON.stringify(value, (_, v) =>
    typeof v === 'bigint' ? `${v}` : v instanceof Uint8Array ? Buffer.from(v).toString('hex') : v,
  );

function latest(directory: string): Snapshot | undefined {
  if (!existsSync(join(directory, 'snapshot'))) return undefined;
  const ids = readdirSync(join(directory, 'snapshot'))
    .flatMap((name) => /^snapshot-(\d+)$/.exec(name)?.[1] ?? [])
    .map(Number);
  if (ids.length === 0) return undefined;
  const path = join(directory, 'snapshot', `snapshot-${Math.max(...ids)}`);
  return parseSnapshot(readFileSync(path, 'utf8'), path);
}

function entriesOf(directory: string, list: string): ManifestEntry[] {
  const read = (name: string): Buffer => readFileSync(join(directory, 'manifest', name));
  const entries: ManifestEntry[] = [];
  for (const { fileName } of decodeManifestList(read(list), list))
    decodeManifest(read(fileName), fileName, { onEntry: (entry) => entries.push(entry) });
  return entries;
}

function stateOf(directory: string): State {
  const snapshot = latest(directory) as Snapshot;
  const { indexManifest, deltaManifestList } = snapshot;
  const index =
    indexManifest === undefined
      ? undefined
      : decodeIndexManifest(readFileSync(join(directory, 'manifest', indexManifest)), indexManifest);
  return {
    snapshot,
    delta: entriesOf(directory, deltaManifestList).map(shown).sort(),
    indexes: index?.map(shown).sort(),
  };
}

/** The partitions that hold rows, as Java is told them. */
function partitionsOf(directory: string, schema: TableSchema, raw: Readonly<Record<string, string>>) {
  const snapshot = latest(directory);
  if (snapshot === undefined) return [];
  const texts = new Set<string>();
  const options = { ...raw, 'partition.legacy-name': 'false' };
  for (const list of [snapshot.baseManifestList, snapshot.deltaManifestList])
    for (const { partition } of entriesOf(directory, list)) {
      const values = decodePartition(schema, partition, directory);
      const parts = partitionSpec(schema, values, options);
      texts.add(parts.map(([name, text]) => `${name}=${text}`).join(','));
    }
  return [...texts].sort();
}

describe(`rows removed as Java does it (SEED=${SEED})`, { skip, timeout: 600_000 }, () => {
  it('leaves the snapshots, entries and index files Java leaves', async () => {
    const random = randomOf(SEED);
    const root = mkdtempSync(join(tmpdir(), 'spillway-truncate-'));
    const [java, ours] = [join(root, 'java'), join(root, 'ours')] as [string, string];
    for (const copy of [java, ours]) cpSync(GOLDEN, copy, { recursive: true });
    try {
      await using lake = await openLake({ warehouse: ours, memory: '400mb' });
      let [tables, partitioned, indexed] = [0, 0, 0];
      const script: string[][] = [];
      for (const table of await namesOf(lake)) {
        const { schema } = await lake.table(`golden.${table}`);
        const all = partitionsOf(join(ours, 'golden.db', table), schema, schema.options);
        const some = all.filter((text) => !/^$|[\t\n]/.test(text) && random() < 0.5);
        // Sometimes the first column alone.
        const words = random() < 0.5 ? some : some.map((text) => text.split(',')[0] as string);
        if (words.length > 0) script.push([table, 'drop-partitions', ...new Set(words)]);
        script.push([table, 'truncate']);
      }
      // Step by step: the state after a drop is compared, then the state after the rest went too.
      for (const step of ['drop-partitions', 'truncate']) {
        const lines = script.filter(([, action]) => action === step);
        const text = lines.map(([table, ...rest]) => [`golden.${table}`, ...rest].join('\t')).join('\n');
        writeFileSync(join(root, 'script'), `${text}\n`);
        const said = execFileSync(JAVA_RUN, ['upkeep', java, join(root, 'script')], { encoding: 'utf8' });
        for (const [i, answer] of said.trimEnd().split('\n').entries()) {
          const [table = '', action, ...words] = lines[i] as string[];
          const theirs = await outcome(lake, table, { action, words });
          assert.equal(theirs, answer === 'ok', `${lines[i]?.join(' ')}: Java ${answer}`);
          if (answer !== 'ok') continue;
          const [a, b] = [stateOf(join(ours, 'golden.db', table)), stateOf(join(java, 'golden.db', table))];
          assert.deepEqual(a.delta, b.delta, `${table} ${action} ${words}`);
          assert.deepEqual(a.indexes, b.indexes, table);
          assert.deepEqual(comparable(a.snapshot), comparable(b.snapshot), `${table} ${action}`);
          tables++;
          if (action !== 'truncate') partitioned++;
          if (a.indexes !== undefined) indexed++;
        }
      }
      assert.ok(tables > 40 && partitioned > 3 && indexed > 2, `${[tables, partitioned, indexed]}`);
      for (const table of await namesOf(lake)) {
        const report: unknown[] = [];
        await (await lake.table(`golden.${table}`)).check({ onProblem: (problem) => report.push(problem) });
        assert.deepEqual(report, [], table);
      }
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});

/** The tables that can be opened. */
async function namesOf(lake: Lake): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const name of lake.tables('golden')) {
    try {
      await lake.table(`golden.${name}`);
      names.push(name);
    } catch (error) {
      if (!(error instanceof LakeError) || error.kind !== 'unsupported') throw error;
    }
  }
  return names.sort();
}

async function outcome(
  lake: Lake,
  name: string,
  { action, words }: { readonly action: string | undefined; readonly words: readonly string[] },
): Promise<boolean> {
  const table = await lake.table(`golden.${name}`);
  try {
    if (action === 'truncate') await table.truncate();
    else {
      const specs = words.map((word) => Object.fromEntries(word.split(',').map((pair) => splitPair(pair))));
      await table.dropPartitions(specs);
    }
    return true;
  } catch (error) {
    if (error instanceof LakeError && error.kind !== 'bug') return false;
    throw error;
  }
}

function splitPair(pair: string): readonly [string, string] {
  const at = pair.indexOf('=');
  return [pair.slice(0, at), pair.slice(at + 1)];
}

/** A snapshot without what every commit makes anew. */
function comparable(snapshot: Snapshot): unknown {
  const { baseManifestList, deltaManifestList, indexManifest, commitUser, timeMillis, ...rest } = snapshot;
  const { baseManifestListSize, deltaManifestListSize, ...same } = rest;
  return { ...same, indexed: indexManifest !== undefined };
}
