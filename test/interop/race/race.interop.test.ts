// Two writers commit to one table at the same time, in processes of their own: ours and Java's, ours and
// ours. Nothing is lost, nothing is there twice, and every commit has a snapshot.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseSnapshot } from '../../../src/format/index.ts';
import { parseType } from '../../../src/index.ts';
import { agree } from '../agree.ts';
import { openPlace, type Place } from '../alternate/alternate.ts';
import { findJava, skipWithout } from '../tools.ts';

const WRITER = fileURLToPath(new URL('race-writer.ts', import.meta.url));
const COMMITS = Number(process.env.OPS ?? 15);
const ROWS = 7;
/** Two writers of one bucket number their rows alike, in Java too. */
const NUMBERED_ALIKE = /of level 0 overlap$/;
/** Ids of one writer begin at a multiple of this. */
const SPAN = 1_000_000;

const KINDS: readonly (readonly [name: string, keys: readonly string[], Readonly<Record<string, string>>])[] =
  [
    ['keyed', ['id'], { bucket: '2', 'write-only': 'true' }],
    ['keyed_compacted', ['id'], { bucket: '1', 'num-sorted-run.compaction-trigger': '3' }],
    ['appended', [], { bucket: '-1' }],
    ['appended_buckets', [], { bucket: '2', 'bucket-key': 'id' }],
  ];

describe('two writers at once', { skip: skipWithout(findJava()) }, () => {
  let place: Place;
  before(async () => {
    place = await openPlace();
  });
  after(() => place[Symbol.asyncDispose]());

  async function create(name: string, keys: readonly string[], options: Readonly<Record<string, string>>) {
    const fields = [
      { name: 'id', type: parseType('INT') },
      { name: 'who', type: parseType('STRING') },
      { name: 'n', type: parseType('INT') },
    ];
    // Under load a race may be lost more often than the 10 times that Java takes by default.
    const patient = { ...options, 'commit.max-retries': '100' };
    await place.lake.createTable(name, { fields, primaryKeys: keys, options: patient });
  }

  function startOurs(name: string, user: string, writer: number): ChildProcess {
    const words = [place.warehouse, name, user, writer * SPAN, COMMITS, ROWS].map(String);
    return spawn(process.execPath, [WRITER, ...words], { stdio: ['pipe', 'pipe', 'inherit'] });
  }

  /** It has opened the table. */
  async function ready(child: ChildProcess): Promise<void> {
    const said =
      child.stdout === null ? [] : await Promise.race([once(child.stdout, 'data'), once(child, 'close')]);
    assert.match(String(said[0]), /^ready/);
  }

  async function finish(child: ChildProcess): Promise<void> {
    const [code] = await once(child, 'close');
    assert.equal(code, 0);
  }

  /** Compacts again and again; what it lost to others is given up. */
  async function compactWhile(name: string, goesOn: () => boolean): Promise<void> {
    for (let round = 0; goesOn(); round++) {
      const table = await place.lake.table(name);
      await table.compact({ full: round % 3 === 2, commitUser: 'compactor' });
    }
    const table = await place.lake.table(name);
    const { snapshot } = await table.compact({ full: true, commitUser: 'compactor' });
    assert.equal(snapshot?.commitKind ?? 'COMPACT', 'COMPACT');
  }

  /** `compacts`: a third, we, compacts meanwhile. */
  async function race(name: string, users: readonly [string, string], compacts = false): Promise<void> {
    const children = users.map((user, i) => (user === 'java' ? undefined : startOurs(name, user, i)));
    for (const child of children) if (child !== undefined) await ready(child);
    const done = users.map((user, i) => {
      const child = children[i];
      if (child === undefined)
        return place.java.ask('write-many', {
          table: name,
          user,
          first: i * SPAN,
          commits: COMMITS,
          rows: ROWS,
          // We compact as we write. A writer of Java's that did too would give up where we were faster.
          options: { 'write-only': 'true' },
        });
      child.stdin?.write('go\n');
      return finish(child);
    });
    let writing = true;
    const compacting = compacts ? compactWhile(name, () => writing) : undefined;
    await Promise.all(done).finally(() => {
      writing = false;
    });
    await compacting;
    await checkUnion(name, users);
    checkChain(name, users);
  }

  /** Java, and we, find every row of both once. */
  async function checkUnion(name: string, users: readonly string[]): Promise<void> {
    const wanted = users.flatMap((who, writer) =>
      Array.from({ length: COMMITS * ROWS }, (_, i) =>
        JSON.stringify({ id: writer * SPAN + i, who, n: 1 + Math.floor(i / ROWS) }),
      ),
    );
    const java = await place.java.ask<string[]>('read', { table: name });
    agree(name, 'Java', java.sort(), wanted.sort());
    const ours: string[] = [];
    for await (const row of (await (await place.lake.table(name)).scan()).rows())
      ours.push(JSON.stringify(row));
    agree(name, 'Spillway', ours.sort(), wanted);
    const problems: unknown[] = await place.java.ask<string[]>('inspect', { table: name });
    const table = await place.lake.table(name);
    await table.check({
      data: true,
      onProblem: (problem) => {
        // Hints of writers that overtake each other: nobody goes by them.
        if (problem.rule !== 'hint' || problem.severity !== 'warning') problems.push(problem);
      },
    });
    assert.deepEqual(
      problems.filter((problem) => !NUMBERED_ALIKE.test(String(problem))),
      [],
    );
  }

  /** Snapshots follow each other without a gap, and every commit of both is one of them. */
  function checkChain(name: string, users: readonly string[]): void {
    const directory = join(place.warehouse, 'd.db', name.slice(2), 'snapshot');
    const files = readdirSync(directory).filter((file) => /^snapshot-\d+$/.test(file));
    const snapshots = files.map((file) => parseSnapshot(readFileSync(join(directory, file), 'utf8'), file));
    snapshots.sort((a, b) => Number(a.id - b.id));
    assert.deepEqual(
      snapshots.map(({ id }) => id),
      snapshots.map((_, i) => BigInt(i + 1)),
    );
    for (const user of users) {
      const appended = snapshots.filter((s) => s.commitUser === user && s.commitKind === 'APPEND');
      assert.deepEqual(
        appended.map(({ commitIdentifier }) => commitIdentifier),
        Array.from({ length: COMMITS }, (_, i) => BigInt(i + 1)),
      );
    }
  }

  for (const [kind, keys, options] of KINDS) {
    it(`loses and doubles nothing between us and Java: ${kind}`, async () => {
      const name = `d.${kind}_java`;
      await create(name, keys, options);
      await race(name, ['ours', 'java']);
    });
    it(`loses and doubles nothing between us and us: ${kind}`, async () => {
      const name = `d.${kind}_ours`;
      await create(name, keys, options);
      await race(name, ['one', 'other']);
    });
    it(`loses and doubles nothing while we compact: ${kind}`, async () => {
      const name = `d.${kind}_compacting`;
      // A writer of Java's that compacts too would give up where we were faster.
      await create(name, keys, { ...options, 'write-only': 'true' });
      await race(name, ['ours', 'java'], true);
    });
  }
});
