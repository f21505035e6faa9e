// Damaged tables: whatever is wrong with a file, reading the table gives its rows or an error that names the
// file. The process lives, answers, and takes no more memory than it was given.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { fileKind, judge, type Verdict } from './damage/judge.ts';
import { DAMAGES, type Damage, randomOf } from './damage/mutate.ts';
import { type Look, lookName, type Outcome } from './damage/observe.ts';
import { type Ending, runTrials } from './damage/pool.ts';
import type { Trial } from './damage/trial.ts';
import { GOLDEN } from './golden.ts';

const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const TRIALS = Number(process.env.TRIALS ?? 160);
/** Small tables that have every kind of file between them. */
const TABLES = (
  process.env.TABLES ??
  'types_append_parquet types_pk_avro dv_append v131_dv cl_lookup tags_branches part_two_keys many_commits ' +
    'consumers file_index pk_postpone schema_nested row_tracking pk_dynamic compress_none compress_lz4 ' +
    'compress_snappy compress_avro stats_modes ' +
    'types_append_avro agg_retract partial_groups schema_append keys_numeric dv_pk_bitmap64 overwrite'
).split(' ');
/**
 * The most a process may take, with a lake of 384 MB: JavaScript's heap may be larger than its live part, and
 * one file may be in memory.
 */
const RSS_MAX = 900 * 2 ** 20;
const LOOKS: readonly Look[] = [
  { read: 'latest' },
  { read: 'filter' },
  { read: 'changes' },
  { read: 'check' },
  { read: 'sql' },
  ...[
    'snapshots schemas options tags branches consumers aggregation_fields manifests partitions buckets files',
    'file_key_ranges table_indexes statistics audit_log binlog ro row_tracking',
  ]
    .join(' ')
    .split(' ')
    .map((name): Look => ({ read: 'system', name })),
];

interface Subject {
  readonly source: string;
  readonly files: readonly string[];
  readonly looks: readonly Look[];
}

const root = mkdtempSync(join(process.env.DAMAGE_DIR ?? tmpdir(), 'damage-'));
after(() => rmSync(root, { recursive: true, force: true }));

function subjectOf(table: string): Subject {
  const source = join(GOLDEN.warehouse, 'golden.db', table);
  const files = readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(source.length + 1))
    .sort();
  const numbered = (directory: string, prefix: string): string[] =>
    existsSync(join(source, directory))
      ? readdirSync(join(source, directory)).flatMap((name) =>
          name.startsWith(prefix) ? [name.slice(prefix.length)] : [],
        )
      : [];
  const snapshots = numbered('snapshot', 'snapshot-').map((name): Look => ({ read: 'snapshot', name }));
  const tags = numbered('tag', 'tag-').map((name): Look => ({ read: 'tag', name }));
  return { source, files, looks: [...LOOKS, ...snapshots, ...tags] };
}

const subjects = TABLES.map(subjectOf);
const sounds = new Map<string, Readonly<Record<string, Outcome>>>();

/** Narrowed by the environment, to look at one kind of file for long: `KINDS=parquet,manifest`. */
function isAskedFor(kind: string): boolean {
  return process.env.KINDS === undefined || process.env.KINDS.split(',').includes(kind);
}

function* plan(random: (n: number) => number): Generator<Trial> {
  for (let id = 1; id <= TRIALS; id++) {
    const subject = subjects[random(subjects.length)] as Subject;
    // Kinds first, then files: else a table of many data files has nothing but those damaged.
    const kinds = [...new Set(subject.files.map(fileKind))].filter(isAskedFor);
    if (kinds.length === 0) continue;
    const kind = kinds[random(kinds.length)];
    const alike = subject.files.filter((file) => fileKind(file) === kind);
    const file = alike[random(alike.length)] as string;
    const damage = DAMAGES[random(DAMAGES.length)] as Damage;
    const swapWith = alike[random(alike.length)] as string;
    const others = subject.looks.slice(1);
    const looks = [
      subject.looks[0] as Look,
      ...Array.from({ length: 4 }, () => others[random(others.length)] as Look),
    ];
    yield { id, source: subject.source, file, damage, swapWith, seed: random(2 ** 31), looks };
  }
}

it(`gives the rows or names the file, whatever is damaged (SEED=${SEED} TRIALS=${TRIALS})`, async () => {
  const size = 2;
  const failures: string[] = [];
  const sound = subjects.map((s, i): Trial => ({ id: -i - 1, source: s.source, seed: 0, looks: s.looks }));
  await runTrials(sound, {
    size,
    root,
    onEnd: (trial, ending) => {
      assert.equal(ending.kind, 'result', JSON.stringify(ending));
      if (ending.kind === 'result') sounds.set(trial.source, ending.result.seen);
    },
  });
  const tally = new Map<string, number>();
  const slow: { ms: number; what: string }[] = [];
  let rssPeak = 0;
  await runTrials(plan(randomOf(SEED)), {
    size,
    root,
    onEnd: (trial, ending) => {
      for (const { verdict, look } of verdicts(trial, ending)) {
        const code =
          verdict.kind === 'refused'
            ? ` ${verdict.code}`
            : verdict.kind === 'other rows'
              ? placeIn(trial, ending)
              : '';
        const key = `${fileKind(trial.file ?? '').padEnd(14)} ${verdict.kind}${code}`;
        tally.set(key, (tally.get(key) ?? 0) + 1);
        if (verdict.kind === 'bad') failures.push(`${describeTrial(trial)}\n  ${look}: ${verdict.why}`);
        if (verdict.kind === 'other rows' && process.env.VERBOSE !== undefined) {
          console.log(`other rows: ${describeTrial(trial)} ${look}`);
        }
      }
      if (ending.kind !== 'result') return;
      rssPeak = Math.max(rssPeak, ending.rssPeak);
      slow.push({ ms: ending.ms, what: describeTrial(trial) });
      if (ending.rssPeak > RSS_MAX)
        failures.push(`${describeTrial(trial)}\n  took ${ending.rssPeak >> 20} MB`);
    },
  });
  slow.sort((a, b) => b.ms - a.ms);
  console.log(
    [...tally]
      .sort()
      .map(([key, count]) => `${key}: ${count}`)
      .join('\n'),
  );
  console.log(
    `peak of memory ${Math.round(rssPeak / 2 ** 20)} MB; slowest: ${JSON.stringify(slow.slice(0, 3))}`,
  );
  const shown = failures.slice(0, Number(process.env.SHOWN ?? 10)).join('\n');
  assert.equal(failures.length, 0, `SEED=${SEED} TRIALS=${TRIALS}: ${failures.length} failures\n${shown}`);
});

function verdicts(trial: Trial, ending: Ending): { readonly look: string; readonly verdict: Verdict }[] {
  if (ending.kind === 'died')
    return [{ look: '', verdict: { kind: 'bad', why: `the process died: ${ending.how}` } }];
  if (ending.kind === 'hung')
    return [{ look: '', verdict: { kind: 'bad', why: `no answer in ${ending.ms} ms` } }];
  if (ending.kind === 'failed') return [{ look: '', verdict: { kind: 'bad', why: ending.stack } }];
  const { result } = ending;
  return trial.looks.map((look) => {
    const name = lookName(look);
    return {
      look: name,
      verdict: judge(name, {
        seen: result.seen[name] as Outcome,
        sound: sounds.get(trial.source)?.[name] as Outcome,
        result,
        kind: fileKind(trial.file ?? ''),
        damage: trial.damage as Damage,
      }),
    };
  });
}

/** Where in a Parquet file the damage lies: Java verifies neither pages nor footers. */
function placeIn(trial: Trial, ending: Ending): string {
  if (ending.kind !== 'result' || trial.file === undefined || fileKind(trial.file) !== 'parquet') return '';
  const bytes = readFileSync(join(trial.source, trial.file));
  const footerAt = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8);
  return ending.result.to <= footerAt ? ' by a page' : ' by the footer';
}

function describeTrial(trial: Trial): string {
  const { id, source, file = '', damage, seed } = trial;
  const size = readFileSync(join(source, file)).length;
  return `#${id} ${source.slice(source.lastIndexOf('/') + 1)} ${file} (${size} bytes) ${damage} seed ${seed}`;
}
