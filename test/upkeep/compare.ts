// The same upkeep by Java and by Spillway on two copies of golden tables: both must take and refuse the same,
// and leave the same files with the same bytes. Usage: node test/upkeep/compare.ts [--seed S] [--lines N]
// [--branches]
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { LocalStore } from '../../src/store/index.ts';
import { removeOrphans } from '../../src/table/index.ts';
import { JAVA_RUN } from '../interop/tools.ts';
import { withOptions } from './load-table.ts';
import { openAt, perform } from './perform.ts';
import { Dice, randomScript } from './random-script.ts';

const GOLDEN = fileURLToPath(new URL('../data/golden/warehouse/golden.db', import.meta.url));
const OUTPUT_BYTES_MAX = 1 << 28;

/** Tables with what makes each worth it. */
const TABLES: readonly (readonly [table: string, options: Readonly<Record<string, string>>])[] = [
  ['pk_bucket1_levels', {}],
  ['dv_pk', {}],
  ['dv_append', { 'index-file-in-data-file-dir': 'false' }],
  ['cl_lookup', {}],
  ['cl_input', { 'changelog.num-retained.min': '4', 'changelog.num-retained.max': '9' }],
  ['cl_full', { 'changelog.time-retained': '2000 d', 'consumer.changelog-only': 'true' }],
  ['cl_none', { 'changelog.num-retained.min': '5', 'changelog.num-retained.max': '7' }],
  ['overwrite', { 'snapshot.clean-empty-directories': 'true' }],
  ['many_commits', { 'consumer.changelog-only': 'true' }],
  ['append_compacted', {}],
  ['row_tracking', {}],
  ['schema_pk', {}],
];

/**
 * Where Java fails half-way: a branch of a tag whose snapshot expired; changelogs with a gap after a
 * rollback.
 */
const ACCIDENTS = ['Exception occurs when create branch', 'Fails to read changelog'];

/**
 * What was seen. `kept`: files that Java removed and Spillway keeps, for another branch or a changelog needs
 * them. `parted`: tables left where Java failed by accident, half-way.
 */
export interface Comparison {
  readonly lines: number;
  readonly taken: number;
  readonly kept: number;
  readonly parted: number;
  readonly differences: readonly string[];
}

/** Runs one seed. Needs Java. */
export async function compareUpkeep(
  seed: number,
  { lines, branches }: { readonly lines: number; readonly branches: boolean },
): Promise<Comparison> {
  const directory = mkdtempSync(join(tmpdir(), 'spillway-upkeep-'));
  try {
    const [java, ours] = [join(directory, 'java'), join(directory, 'ours')];
    for (const warehouse of [java, ours]) copyTables(warehouse);
    const script = scriptOf(seed, lines, branches);
    writeFileSync(join(directory, 'script'), `${script.join('\n')}\n`);
    const said = execFileSync(JAVA_RUN, ['upkeep', java, join(directory, 'script')], {
      encoding: 'utf8',
      maxBuffer: OUTPUT_BYTES_MAX,
    });
    const differences: string[] = [];
    const parted = new Set<string>();
    let taken = 0;
    for (const [i, theirs] of said.trimEnd().split('\n').entries()) {
      const line = script[i] as string;
      const table = /^golden\.([^$\t]*)/.exec(line)?.[1] as string;
      if (parted.has(table)) continue;
      if (ACCIDENTS.some((accident) => theirs.includes(accident))) {
        parted.add(table);
        continue;
      }
      const outcome = await perform(new LocalStore(), ours, line);
      if (theirs === 'ok') taken++;
      if (!sameOutcome(line, theirs, outcome))
        differences.push(`${line}: Java ${theirs}, Spillway ${outcome}`);
    }
    let kept = 0;
    for (const [table] of TABLES) {
      if (!parted.has(table)) kept += await compareTrees(java, ours, table, differences);
    }
    return { lines: script.length, taken, kept, parted: parted.size, differences };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function copyTables(warehouse: string): void {
  for (const [table, options] of TABLES) {
    const target = join(warehouse, 'golden.db', table);
    mkdirSync(target, { recursive: true });
    cpSync(join(GOLDEN, table), target, { recursive: true, preserveTimestamps: true });
    for (const name of readdirSync(join(target, 'schema'))) {
      const file = join(target, 'schema', name);
      writeFileSync(file, withOptions(readFileSync(file), options));
    }
  }
}

function scriptOf(seed: number, lines: number, branches: boolean): string[] {
  const dice = new Dice(seed);
  return TABLES.flatMap(([table]) => {
    const ids = readdirSync(join(GOLDEN, table, 'snapshot'))
      .flatMap((name) => /^snapshot-(\d+)$/.exec(name)?.[1] ?? [])
      .map(Number);
    return randomScript(dice, {
      table: `golden.${table}`,
      ids,
      lines,
      branches,
      beforeMs: Date.now() - 1000,
    });
  });
}

/** Java says nothing of a tag that is not there. */
function sameOutcome(line: string, java: string, ours: string): boolean {
  if (line.includes('\tdelete-tag\t') && ours.startsWith('refused TAG_MISSING')) return java === 'ok';
  return (java === 'ok') === (ours === 'ok');
}

async function compareTrees(
  java: string,
  ours: string,
  table: string,
  differences: string[],
): Promise<number> {
  const theirs = treeAt(join(java, 'golden.db', table));
  const mine = treeAt(join(ours, 'golden.db', table));
  const differ = (path: string, what: string): number => differences.push(`${table}/${path}: ${what}`);
  for (const [path, text] of theirs) {
    const other = mine.get(path);
    if (other === undefined) differ(path, 'only Java has it');
    else if (withoutTime(text) !== withoutTime(other)) differ(path, `differs:\n${text}\n${other}`);
  }
  const extra = [...mine.keys()].filter((path) => !theirs.has(path) && !path.endsWith('/'));
  if (extra.length === 0) return 0;
  const orphans = new Set<string>();
  const opened = await openAt(new LocalStore(), ours, `golden.${table}`);
  const onFile = (path: string): unknown => orphans.add(path.slice(opened.path.length + 1));
  await removeOrphans(opened, { dryRun: true, olderThanMs: Date.now() - 1, onFile });
  const needed = extra.filter(
    (path) => /^(manifest|index|statistics|bucket-|.*=)/.test(path) && !orphans.has(path),
  );
  for (const path of extra) if (!needed.includes(path)) differ(path, 'only Spillway has it');
  return needed.length;
}

function treeAt(directory: string): ReadonlyMap<string, string> {
  const tree = new Map<string, string>();
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    if (name.endsWith('.crc')) continue;
    const isFile = statSync(join(directory, name)).isFile();
    tree.set(isFile ? name : `${name}/`, isFile ? readFileSync(join(directory, name), 'latin1') : '');
  }
  return tree;
}

function withoutTime(text: string): string {
  return text.replace(/"tagCreateTime" : \[[^\]]*\]/, '"tagCreateTime"');
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      lines: { type: 'string', default: '20' },
      branches: { type: 'boolean', default: false },
    },
  });
  const { differences, ...counts } = await compareUpkeep(Number(values.seed), {
    lines: Number(values.lines),
    branches: values.branches,
  });
  for (const difference of differences) console.log(difference);
  console.log(JSON.stringify(counts));
  process.exitCode = differences.length === 0 ? 0 : 1;
}
