// Changelog files of what comes in: the changes of a golden table, which Java made once, are made again by
// us, commit by commit. Our changelog files must be Java's but for names, sizes and times, and Java must read
// the same changes out of them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { decodeManifest, decodeManifestList, type ManifestEntry } from '../../src/format/index.ts';
import { type Batch, type Change, type Lake, LakeError, openLake } from '../../src/index.ts';
import { LocalStore } from '../../src/store/index.ts';
import { Catalog } from '../../src/table/index.ts';
import { changeLines } from '../encode.ts';
import { GOLDEN } from '../golden.ts';
import { findJava, JAVA_RUN, skipWithout } from '../interop/tools.ts';

const TABLE = 'golden.cl_input';
const CHANGELOG = 'changelog.jsonl';

let golden: Lake;
let lake: Lake;
let warehouse: string;

before(async () => {
  warehouse = mkdtempSync(join(tmpdir(), 'spillway-changelog-'));
  const schema = 'golden.db/cl_input/schema';
  cpSync(join(GOLDEN.warehouse, schema), join(warehouse, schema), { recursive: true });
  golden = await openLake({ warehouse: GOLDEN.warehouse, memory: '400mb' });
  lake = await openLake({ warehouse, memory: '400mb' });
  const table = await lake.table(TABLE);
  let commits = 0n;
  for (const changes of await commitsOf(golden)) {
    await using write = await table.write({ commitUser: 'ours', commitIdentifier: ++commits });
    for (const { batch } of changes) await write.writeBatch(...split(batch));
    await write.commit();
  }
});
after(async () => {
  await golden.close();
  await lake.close();
  rmSync(warehouse, { recursive: true });
});

/** The changes of a table, by snapshot. */
async function commitsOf(from: Lake): Promise<readonly (readonly Change[])[]> {
  const commits = new Map<bigint, Change[]>();
  for await (const change of (await from.table(TABLE)).changes({ from: 1n, once: true })) {
    commits.set(change.snapshotId, [...(commits.get(change.snapshotId) ?? []), change]);
  }
  return [...commits.values()];
}

/** A batch of changes as rows and their kinds. */
function split(batch: Batch): [Batch, Int8Array] {
  const { values } = batch.columns.at(-1) as unknown as { readonly values: Int8Array };
  const rows = { ...batch, fields: batch.fields.slice(0, -1), columns: batch.columns.slice(0, -1) };
  return [rows, Int8Array.from(values)];
}

/** What the changelog files of each commit say of themselves, but for names, sizes and times. */
async function changelogFiles(root: string): Promise<unknown[]> {
  const table = await new Catalog(new LocalStore(), root).openTable(TABLE);
  const found: unknown[] = [];
  for (let id = 1n; id <= ((await table.snapshots.latestId()) ?? 0n); id++) {
    const snapshot = await table.snapshots.read(id);
    if (snapshot.changelogManifestList === undefined) continue;
    const entries: ManifestEntry[] = [];
    const manifest = (name: string): [Uint8Array, string] => {
      const path = join(table.path, 'manifest', name);
      return [readFileSync(path), path];
    };
    for (const { fileName } of decodeManifestList(...manifest(snapshot.changelogManifestList))) {
      decodeManifest(...manifest(fileName), { onEntry: (entry) => entries.push(entry) });
    }
    const { changelogRecordCount } = snapshot;
    const files = entries
      .sort((a, b) => a.bucket - b.bucket)
      .map(({ file, ...entry }) => {
        assert.match(file.fileName, /^changelog-[-0-9a-f]{36}-\d+\.parquet$/);
        return { ...entry, file: { ...file, fileName: '', fileSize: 0n, creationTimeMs: 0n } };
      });
    found.push({ changelogRecordCount, files });
  }
  return found;
}

describe('a table whose changelog is its input', () => {
  it('has changelog files that say what those of Java say', async () => {
    const java = await changelogFiles(GOLDEN.warehouse);
    assert.ok(java.length >= 5);
    assert.deepEqual(await changelogFiles(warehouse), java);
  });

  it('gives every change that came in', async () => {
    const table = await lake.table(TABLE);
    const lines = changeLines((await commitsOf(lake)).flat(), table.schema);
    const wanted = changeLines((await commitsOf(golden)).flat(), table.schema);
    assert.ok(wanted.length > 300);
    assert.deepEqual(lines.map(withoutSnapshot), wanted.map(withoutSnapshot));
  });

  it('keeps no changelog of an overwrite, as Java does', async () => {
    const table = await lake.createTable('golden.over', {
      fields: [
        { name: 'id', type: { kind: 'INT', nullable: false } },
        { name: 'v', type: { kind: 'INT', nullable: true } },
      ],
      primaryKeys: ['id'],
      options: { bucket: '1', 'changelog-producer': 'input' },
    });
    await using first = await table.write();
    await first.writeRows([{ id: 1, v: 1 }]);
    assert.equal((await first.commit()).snapshot?.changelogRecordCount, 1n);
    await using second = await table.write({ overwrite: {} });
    await second.writeRows([{ id: 2, v: 2 }]);
    assert.equal((await second.commit()).snapshot?.changelogManifestList, undefined);
  });

  it('is refused where changelog files are of another format', async () => {
    const table = await lake.createTable('golden.orc_changes', {
      fields: [{ name: 'id', type: { kind: 'INT', nullable: false } }],
      primaryKeys: ['id'],
      options: { bucket: '1', 'changelog-producer': 'input', 'changelog-file.format': 'orc' },
    });
    await assert.rejects(
      () => table.write(),
      (error) => error instanceof LakeError && error.kind === 'unsupported' && /'orc'/.test(error.message),
    );
  });

  it('is read by a streaming reader of Java', {
    skip: skipWithout(findJava()),
    timeout: 300_000,
  }, async () => {
    const expected = join(warehouse, 'expected');
    mkdirSync(join(expected, 'cl_input'), { recursive: true });
    // Both compacted in between: snapshots have other numbers.
    const ours = (await commitsOf(lake)).map(([change]) => change?.snapshotId);
    const lines = GOLDEN.lines('cl_input', CHANGELOG);
    const ids = [...new Set(lines.map((line) => String(JSON.parse(line)._snapshot)))];
    const renumbered = lines.map((line) =>
      line.replace(/^{"_snapshot":(\d+),/, (_, id: string) => `{"_snapshot":${ours[ids.indexOf(id)]},`),
    );
    writeFileSync(join(expected, 'cl_input', CHANGELOG), `${renumbered.join('\n')}\n`);
    const index = { expected: [{ file: CHANGELOG, read: { stream: true, from: 1 } }] };
    writeFileSync(join(expected, 'cl_input', 'index.json'), JSON.stringify(index));
    const report = execFileSync(JAVA_RUN, ['verify', warehouse, 'golden', expected], { encoding: 'utf8' });
    assert.match(report, /^checked 1, failed 0$/m, report);
  });
});

function withoutSnapshot(line: string): string {
  return line.replace(/^{"_snapshot":\d+,/, '{');
}
