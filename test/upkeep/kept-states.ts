// What a table's readers can see: the files of every snapshot and tag of every branch. Upkeep may take states
// away, never change one.
import assert from 'node:assert/strict';
import type { Store } from '../../src/store/index.ts';
import {
  checkTable,
  filesOf,
  openTableAt,
  type Problem,
  planScan,
  SnapshotLog,
  type Table,
} from '../../src/table/index.ts';
import { openAt } from './perform.ts';

/** The files a state is read from, by the lists that make it up: those name one commit for ever. */
export type States = Map<string, string>;

/**
 * Checks that every snapshot and tag of every branch is read from the files it was read from when it was
 * first seen, that all of them are there, and that the table is sound. `gaps`: missing snapshot ids are
 * allowed.
 */
export async function checkStates(
  store: Store,
  warehouse: string,
  name: string,
  known: States,
  { gaps = false }: { readonly gaps?: boolean } = {},
): Promise<void> {
  const table = await openAt(store, warehouse, name);
  const tolerated = new Set<string>();
  for (const branch of [undefined, ...(await table.snapshots.branches())]) {
    const log = new SnapshotLog(store, table.path, branch);
    for (const { name: tag } of await log.tags()) {
      await checkState(table, branch, { 'scan.tag-name': tag }, known);
    }
    for (const id of await log.ids()) await checkState(table, branch, { 'scan.snapshot-id': `${id}` }, known);
    // A snapshot that came back from a tag by a rollback has no changelog any more, as in Java.
    const list = (await log.earliest())?.changelogManifestList;
    if (list !== undefined) tolerated.add(`${table.path}/manifest/${list}`);
  }
  const problems: Problem[] = [];
  await checkTable(table, { onProblem: (problem) => problems.push(problem) });
  const errors = problems.filter(
    ({ severity, file, rule }) =>
      severity === 'error' &&
      !tolerated.has(file) &&
      !(gaps && rule === 'snapshot' && file.endsWith('/snapshot')),
  );
  assert.deepEqual(errors, []);
}

async function checkState(
  { store, identifier, path }: Table,
  branch: string | undefined,
  dynamicOptions: Readonly<Record<string, string>>,
  known: States,
): Promise<void> {
  const of = {
    database: identifier.database,
    table: identifier.table,
    ...(branch === undefined ? {} : { branch }),
  };
  const table = await openTableAt({ store, identifier: of, path, dynamicOptions });
  const { snapshot, splits } = await planScan(table);
  assert.ok(snapshot !== undefined);
  const files = splits.flatMap((split) => filesOf(split).map(({ file }) => `${file.fileName} ${file.level}`));
  const state = files.sort().join('\n');
  const key = `${snapshot.baseManifestList} ${snapshot.deltaManifestList}`;
  assert.equal(state, known.get(key) ?? state, `snapshot ${snapshot.id} of ${branch ?? 'main'} changed`);
  known.set(key, state);
}

/** Every file below a directory of a store with its content, by path: what two runs can be compared by. */
export async function treeOf(store: Store, directory: string, below = ''): Promise<Map<string, string>> {
  const tree = new Map<string, string>();
  for await (const { name, kind } of store.list(`${directory}${below}`)) {
    const path = `${below}/${name}`;
    if (kind === 'directory')
      for (const [key, text] of await treeOf(store, directory, path)) tree.set(key, text);
    else
      tree.set(
        path,
        Buffer.from(await store.readFile(`${directory}${path}`, { bytesMax: 1e9 })).toString('latin1'),
      );
  }
  return tree;
}
