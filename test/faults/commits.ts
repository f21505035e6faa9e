// The commits of the tests of faults: what each writes, and what a table holds after some of them. A child
// process makes them; it may be killed anywhere.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseDraft } from '../../src/format/index.ts';
import type { Lake, Row, WriteRow } from '../../src/index.ts';

/** Who commits: the writer that comes back after a crash says the same. */
export const USER = 'writer';

/** The tables written to: appended rows show what is there twice, keys show what was lost. */
export const KINDS = ['plain', 'keyed'] as const;
export type Kind = (typeof KINDS)[number];

const OPTIONS = { 'manifest.merge-min-count': '3' };

/** Makes table `f.NAME`. Manifests are merged at every third commit. */
export async function createTarget(lake: Lake, name: string, kind: Kind): Promise<void> {
  if (!(await Array.fromAsync(lake.databases())).includes('f')) await lake.createDatabase('f');
  const fields = [
    { name: 'k', type: 'INT' },
    { name: 'p', type: 'STRING' },
    { name: 'v', type: 'INT' },
  ];
  const parts = kind === 'plain' ? { partitionKeys: ['p'] } : { primaryKeys: ['k'] };
  const options = kind === 'plain' ? OPTIONS : { ...OPTIONS, bucket: '2' };
  await lake.createTable(`f.${name}`, parseDraft(JSON.stringify({ fields, ...parts, options }), name));
}

/** The rows of a commit, numbered from 1: three of its own, and one that every commit writes anew. */
export function rowsOf(commit: number): readonly WriteRow[] {
  const own = [0, 1, 2].map((i) => ({ k: commit * 3 + i, p: `p${commit}`, v: commit }));
  return [...own, { k: 0, p: 'p0', v: commit }];
}

/** What a table holds after commits 1 to `last`, in order. */
export function rowsAfter(kind: Kind, last: number): readonly Row[] {
  const all = Array.from({ length: last }, (_, i) => rowsOf(i + 1)).flat();
  const rows = kind === 'plain' ? all : [...new Map(all.map((row) => [row.k, row])).values()];
  return inOrder(rows as readonly Row[]);
}

export function inOrder(rows: readonly Row[]): readonly Row[] {
  return [...rows].sort((a, b) => Number(a.k) - Number(b.k) || Number(a.v) - Number(b.v));
}

export async function readRows(lake: Lake, name: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for await (const row of (await (await lake.table(`f.${name}`)).scan()).rows()) rows.push(row);
  return inOrder(rows);
}

/** Fails when `check` finds something wrong, in rows or metadata. A hint may be behind: nobody goes by it. */
export async function checkSound(lake: Lake, name: string): Promise<void> {
  const problems: unknown[] = [];
  await (await lake.table(`f.${name}`)).check({
    data: true,
    onProblem: (problem) => {
      if (problem.rule !== 'hint' || problem.severity !== 'warning') problems.push(problem);
    },
  });
  assert.deepEqual(problems, []);
}

/** Makes a commit, or finds that it was made. */
export async function commitOnce(lake: Lake, name: string, commit: number): Promise<void> {
  const table = await lake.table(`f.${name}`);
  await using write = await table.write({ commitUser: USER, commitIdentifier: BigInt(commit) });
  await write.writeRows(rowsOf(commit));
  await write.commit();
}

/** What became of a child: the last commit it reported, whether it was killed, and what it said. */
export interface Outcome {
  readonly reported: number;
  readonly killed: boolean;
  readonly said: string;
}

/**
 * A child's work: commits from `first` on, as many as said, none to compact instead; with a fault or killed
 * after a time.
 */
export interface Work {
  readonly warehouse: string;
  readonly name: string;
  readonly first: number;
  readonly count: number;
  readonly fault?: string;
  /** Milliseconds after its first report at which it is killed. */
  readonly killAfterMs?: number;
}

/** Runs a child to its end, whichever it is. */
export function runChild({ warehouse, name, first, count, fault, killAfterMs }: Work): Promise<Outcome> {
  const args = [join(import.meta.dirname, 'child.ts'), warehouse, name, String(first), String(count)];
  const env = { ...process.env, ...(fault === undefined ? {} : { SPILLWAY_FAULT: fault }) };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let reports = '';
    let said = '';
    let timer: NodeJS.Timeout | undefined;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      reports += text;
      if (killAfterMs !== undefined) timer ??= setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.on('error', reject);
    child.on('close', (_code, signal) => {
      clearTimeout(timer);
      const last = reports.trim().split('\n').at(-1) ?? '';
      resolve({ reported: Number(last), killed: signal === 'SIGKILL', said });
    });
  });
}
