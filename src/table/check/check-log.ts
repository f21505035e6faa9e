// The files that say what there is: schemas, snapshots and their hints, tags, consumers, kept changelogs.
import { checkAborted } from '../../base/index.ts';
import { parseSchema, parseSnapshot, parseTag, type Snapshot, type TableSchema } from '../../format/index.ts';
import { branchDirectory, manifestPath, numberedName } from '../directories.ts';
import { parseConsumer, readOptionalText } from '../metadata-file.ts';
import type { Table } from '../table.ts';
import type { CheckContext, PlacedSnapshot } from './check-context.ts';
import type { Report } from './problem.ts';

/** The directory of the metadata of a table's branch. */
export function logDirectory(table: Table): string {
  return branchDirectory(table.path, table.branch);
}

/** Checks every schema file and returns the ids of the readable ones. */
export async function checkSchemas(table: Table, report: Report): Promise<ReadonlySet<number>> {
  const directory = `${logDirectory(table)}/schema`;
  const ids = await numbersIn(table, directory, 'schema-');
  const good = new Set<number>();
  for (const id of ids) {
    const file = `${directory}/schema-${id}`;
    const schema = await report.attempt('schema', file, async () => {
      const text = await readOptionalText(table.store, file);
      return text === undefined ? undefined : parseSchema(text, file);
    });
    if (schema === undefined) continue;
    good.add(Number(id));
    checkSchema(report, file, Number(id), schema);
  }
  const [first] = ids;
  if (first !== undefined && first !== 0n) {
    const what = `the oldest schema is ${first}, there is no schema-0`;
    report.warn(
      'schema',
      directory,
      what,
      'Restore schema-0: Java looks for it to see that there is a table.',
    );
  }
  return good;
}

function checkSchema(report: Report, file: string, id: number, schema: TableSchema): void {
  if (schema.id !== id) report.error('schema', file, `the file holds schema ${schema.id}`);
  const ids = schema.fields.map((field) => field.id);
  const highest = Math.max(-1, ...ids);
  if (highest > schema.highestFieldId) {
    const what = `a column has id ${highest}, beyond highestFieldId ${schema.highestFieldId}`;
    report.error(
      'schema',
      file,
      what,
      `Set highestFieldId to ${highest}: a new column would get an id in use.`,
    );
  }
  if (new Set(ids).size < ids.length) report.error('schema', file, 'two columns have one id');
  const names = new Set(schema.fields.map((field) => field.name));
  if (names.size < schema.fields.length) report.error('schema', file, 'two columns have one name');
}

/** Checks all snapshot files of a branch with their hints and hands them on, oldest first. */
export async function* checkSnapshots(context: CheckContext): AsyncGenerator<PlacedSnapshot> {
  const { table, report, signal } = context;
  const directory = `${logDirectory(table)}/snapshot`;
  const ids = await numbersIn(table, directory, 'snapshot-');
  await checkHints(context, directory, 'snapshot', ids);
  let before: Snapshot | undefined;
  for (const [i, id] of ids.entries()) {
    checkAborted(signal);
    const file = `${directory}/snapshot-${id}`;
    const last = ids[i - 1];
    if (last !== undefined && id !== last + 1n) {
      const what = `snapshots ${last + 1n} to ${id - 1n} are missing between ${last} and ${id}`;
      report.error('snapshot', directory, what, 'Restore them, or delete the snapshots before the gap.');
    }
    const snapshot = await report.attempt('snapshot', file, async () => {
      const text = await readOptionalText(table.store, file);
      return text === undefined ? undefined : parseSnapshot(text, file);
    });
    // One that expired since it was listed is no finding.
    if (snapshot === undefined) continue;
    if (snapshot.id !== id) report.error('snapshot', file, `the file holds snapshot ${snapshot.id}`);
    checkSchemaId(context, file, snapshot);
    if (before !== undefined) checkSuccession(report, file, before, snapshot);
    before = snapshot;
    yield { file, snapshot };
  }
}

function checkSuccession(report: Report, file: string, before: Snapshot, snapshot: Snapshot): void {
  if (snapshot.timeMillis < before.timeMillis) {
    const ms = before.timeMillis - snapshot.timeMillis;
    const what = `it was committed ${ms} ms before snapshot ${before.id}`;
    report.warn('snapshot', file, what, 'Travel by snapshot id: a search by time may miss it.');
  }
  const { totalRecordCount: total, deltaRecordCount: delta } = snapshot;
  const base = before.totalRecordCount;
  if (snapshot.id !== before.id + 1n || total === undefined || delta === undefined || base === undefined)
    return;
  if (total !== base + delta) {
    const sum = `${base} of snapshot ${before.id} plus deltaRecordCount ${delta}`;
    const what = `totalRecordCount ${total} is not ${sum}`;
    report.error('records', file, what);
  }
}

function checkSchemaId({ schemaIds, report }: CheckContext, file: string, snapshot: Snapshot): void {
  if (schemaIds.has(snapshot.schemaId)) return;
  report.error('schema', file, `its schema ${snapshot.schemaId} is missing or unreadable`);
}

/** Checks tag files and hands them on. */
export async function* checkTags(context: CheckContext): AsyncGenerator<PlacedSnapshot> {
  const { table, report } = context;
  const directory = `${logDirectory(table)}/tag`;
  for await (const entry of table.store.list(directory)) {
    if (entry.kind !== 'file' || !entry.name.startsWith('tag-')) continue;
    const file = `${directory}/${entry.name}`;
    const tag = await report.attempt('tag', file, async () => {
      const text = await readOptionalText(table.store, file);
      return text === undefined ? undefined : parseTag(text, file);
    });
    if (tag === undefined) continue;
    checkSchemaId(context, file, tag);
    yield { file, snapshot: await withoutGoneChangelog(table, tag) };
  }
}

/**
 * The changelog of a snapshot goes when it expires, whether a tag keeps it or not; nobody reads a tag's.
 * Source: Paimon, operation/TagDeletion.java (cleanUnusedManifests).
 */
async function withoutGoneChangelog(table: Table, tag: Snapshot): Promise<Snapshot> {
  const { changelogManifestList: list, changelogRecordCount: _count, ...rest } = tag;
  if (list === undefined || (await table.snapshots.exists(tag.id))) return tag;
  return (await table.store.exists(manifestPath(table.path, list))) ? tag : rest;
}

/** Checks changelogs kept beyond their snapshots and hands them on, oldest first. */
export async function* checkChangelogs(context: CheckContext): AsyncGenerator<PlacedSnapshot> {
  const { table, report } = context;
  const directory = `${logDirectory(table)}/changelog`;
  const ids = await numbersIn(table, directory, 'changelog-');
  await checkHints(context, directory, 'changelog', ids);
  for (const [i, id] of ids.entries()) {
    const file = `${directory}/changelog-${id}`;
    const last = ids[i - 1];
    if (last !== undefined && id !== last + 1n) {
      report.error('changelog', directory, `changelogs ${last + 1n} to ${id - 1n} are missing`);
    }
    const snapshot = await report.attempt('changelog', file, async () => {
      const text = await readOptionalText(table.store, file);
      return text === undefined ? undefined : parseSnapshot(text, file);
    });
    if (snapshot === undefined) continue;
    if (snapshot.id !== id) report.error('changelog', file, `the file holds snapshot ${snapshot.id}`);
    checkSchemaId(context, file, snapshot);
    yield { file, snapshot };
  }
}

/** Checks consumer files against the snapshots there are. */
export async function checkConsumers({ table, report }: CheckContext): Promise<void> {
  const directory = `${logDirectory(table)}/consumer`;
  const latest = await table.snapshots.latestId();
  for await (const entry of table.store.list(directory)) {
    if (entry.kind !== 'file' || !entry.name.startsWith('consumer-')) continue;
    const file = `${directory}/${entry.name}`;
    const next = await report.attempt('consumer', file, async () => {
      const text = await readOptionalText(table.store, file);
      return text === undefined ? undefined : parseConsumer(text, file);
    });
    if (next === undefined || latest === undefined || next <= latest + 1n) continue;
    const what = `it waits for snapshot ${next}, the next one will be ${latest + 1n}`;
    report.warn('consumer', file, what, 'Reset the consumer: it will skip what is committed until then.');
  }
}

/** Hints only speed Java up, except a LATEST beyond the newest file: that one is believed. */
async function checkHints(
  { table, report }: CheckContext,
  directory: string,
  what: 'snapshot' | 'changelog',
  ids: readonly bigint[],
): Promise<void> {
  const [earliest, latest] = [ids[0], ids.at(-1)];
  if (earliest === undefined || latest === undefined) return;
  for (const name of ['EARLIEST', 'LATEST'] as const) {
    const file = `${directory}/${name}`;
    const text = await report.attempt('hint', file, () => readOptionalText(table.store, file));
    if (text === undefined) continue;
    const truth = name === 'LATEST' ? latest : earliest;
    const action = `Write ${truth} into it, or delete it.`;
    if (!/^\d{1,19}$/.test(text)) {
      report.warn('hint', file, 'it holds no number', action);
      continue;
    }
    const hint = BigInt(text);
    if (hint === truth) continue;
    const message = `it says ${hint}, the ${name === 'LATEST' ? 'newest' : 'oldest'} ${what} is ${truth}`;
    const believed = name === 'LATEST' ? hint > latest : hint > earliest && ids.includes(hint);
    if (believed) report.error('hint', file, message, action);
    else report.warn('hint', file, message, action);
  }
}

async function numbersIn(table: Table, directory: string, prefix: string): Promise<bigint[]> {
  const numbers: bigint[] = [];
  for await (const entry of table.store.list(directory)) {
    const number = entry.kind === 'directory' ? undefined : numberedName(entry.name, prefix);
    if (number !== undefined) numbers.push(number);
  }
  return numbers.sort((a, b) => (a < b ? -1 : 1));
}
