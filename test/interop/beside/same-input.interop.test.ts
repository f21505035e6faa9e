// The same rows written by us and by Java into copies of a table: they read the same, and the manifests say
// the same of the files. Tables are the golden ones: all types, merge engines, bucket and partition kinds.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  decodeManifest,
  decodeManifestList,
  type ManifestEntry,
  parseSnapshot,
} from '../../../src/format/index.ts';
import { jsonLines, type Lake, LakeError, openLake, type WriteRow } from '../../../src/index.ts';
import { agree, plainLine } from '../agree.ts';
import { openPlace, type Place } from '../alternate/alternate.ts';
import { findJava, skipWithout } from '../tools.ts';

const GOLDEN = new URL('../../data/golden/warehouse/', import.meta.url).pathname;
const TABLES = readdirSync(join(GOLDEN, 'golden.db'));
/** Tables with ORC files. */
const ORC = ['dv_pk_bitmap64', 'keys_decimal_ts', 'schema_append', 'types_append_orc', 'types_pk_orc'];
const ROWS_MAX = 400;
/** A key of no columns, as append tables have it. */
const EMPTY_ROW_BYTES = 12;

describe('the same rows, written by us and by Java', { skip: skipWithout(findJava()) }, () => {
  let place: Place;
  let golden: Lake;
  let compared = 0;
  before(async () => {
    place = await openPlace();
    golden = await openLake({ warehouse: GOLDEN, memory: '512mb' });
    for (const side of ['ours', 'java']) mkdirSync(join(place.warehouse, `${side}.db`));
  });
  after(async () => {
    await golden.close();
    await place[Symbol.asyncDispose]();
  });

  /** A copy without rows, of the newest schema; Java's writers leave compaction out. */
  function copySchema(table: string, side: string): void {
    const directory = join(place.warehouse, `${side}.db`, table, 'schema');
    mkdirSync(directory, { recursive: true });
    cpSync(join(GOLDEN, 'golden.db', table, 'schema'), directory, { recursive: true });
    for (const name of readdirSync(directory)) {
      const schema = JSON.parse(readFileSync(join(directory, name), 'utf8'));
      schema.options['write-only'] = 'true';
      writeFileSync(join(directory, name), JSON.stringify(schema));
    }
  }

  /** Rows of a golden table, then some of them again: keys meet inside a file and between files. */
  async function commitsOf(table: string): Promise<readonly (readonly WriteRow[])[]> {
    // Its rows lie in files of a format that is not read.
    if (ORC.includes(table)) return [];
    const lines: string[] = [];
    const source = await golden.table(`golden.${table}`);
    for await (const batch of await source.scan({ limit: ROWS_MAX }))
      lines.push(...[...jsonLines(batch)].join('').split('\n').slice(0, -1));
    const rows = lines.map((line) => JSON.parse(line) as WriteRow);
    const again = rows.filter((_, i) => i % 3 === 0);
    return [[...rows, ...again], again.reverse(), rows.slice(0, 10)].filter((commit) => commit.length > 0);
  }

  async function linesBy(reader: 'ours' | 'java', name: string): Promise<string[]> {
    if (reader === 'java')
      return (await place.java.ask<string[]>('read', { table: name })).map(plainLine).sort();
    const lines: string[] = [];
    for await (const batch of await (await place.lake.table(name)).scan())
      lines.push(...[...jsonLines(batch)].join('').split('\n').slice(0, -1));
    return lines.map(plainLine).sort();
  }

  /** False where we do not write such a table. */
  async function writeOurs(name: string, commits: readonly (readonly WriteRow[])[]): Promise<boolean> {
    try {
      for (const [i, rows] of commits.entries()) {
        const options = { commitUser: 'same', commitIdentifier: BigInt(i + 1) };
        await using write = await (await place.lake.table(name)).write(options);
        await write.writeRows(rows);
        await write.commit();
      }
      return true;
    } catch (error) {
      if (error instanceof LakeError && error.kind === 'unsupported') return false;
      throw error;
    }
  }

  for (const table of TABLES) {
    it(`read the same, from files described the same: ${table}`, async () => {
      const [ours, java] = [`ours.${table}`, `java.${table}`];
      for (const side of ['ours', 'java']) copySchema(table, side);
      const commits = await commitsOf(table);
      if (commits.length === 0 || !(await writeOurs(ours, commits))) return;
      for (const [i, rows] of commits.entries())
        await place.java.ask('write', { table: java, user: 'same', identifier: i + 1, rows });
      const wanted = await linesBy('java', java);
      for (const [reader, name] of [
        ['ours', java],
        ['java', ours],
        ['ours', ours],
      ] as const)
        agree(`${name}, read by ${reader}`, reader, await linesBy(reader, name), wanted);
      for (let id = 1; id <= commits.length; id++)
        assert.deepEqual(described(ours, id), described(java, id), `snapshot ${id}`);
      compared++;
    });
  }

  it('compares most tables', () => assert.ok(compared >= 40, `${compared} tables`));

  /** What the manifests of a snapshot say of the files it added: all but names, sizes, times and indexes. */
  function described(name: string, id: number): readonly unknown[] {
    const directory = join(place.warehouse, name.replace('.', '.db/'));
    const file = join(directory, 'snapshot', `snapshot-${id}`);
    const snapshot = parseSnapshot(readFileSync(file, 'utf8'), file);
    const entries: ManifestEntry[] = [];
    const read = (manifest: string): Buffer => readFileSync(join(directory, 'manifest', manifest));
    for (const meta of decodeManifestList(read(snapshot.deltaManifestList), 'list'))
      decodeManifest(read(meta.fileName), meta.fileName, { onEntry: (entry) => entries.push(entry) });
    const { totalRecordCount, deltaRecordCount, commitKind, schemaId } = snapshot;
    const plain = entries.map(({ file, ...entry }) => {
      // File indexes are not written yet.
      const {
        fileName: _n,
        fileSize: _s,
        creationTimeMs: _t,
        extraFiles: _x,
        embeddedIndex: _i,
        ...rest
      } = file;
      // Java's append writers count on when they begin a file anew.
      const from = rest.minKey.length > EMPTY_ROW_BYTES ? 0n : rest.minSequenceNumber;
      const numbers = {
        minSequenceNumber: rest.minSequenceNumber - from,
        maxSequenceNumber: rest.maxSequenceNumber - from,
      };
      return { ...entry, file: { ...rest, ...numbers } };
    });
    const key = (entry: (typeof plain)[number]): string =>
      `${Buffer.from(entry.partition).toString('hex')} ${entry.bucket} ${entry.file.minSequenceNumber}`;
    plain.sort((a, b) => (key(a) < key(b) ? -1 : 1));
    return [{ totalRecordCount, deltaRecordCount, commitKind, schemaId }, ...plain];
  }
});
