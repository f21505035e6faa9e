// One statement from text to batches: time travel out, parse, find the tables, bind them, lock the engine
// down, run.
import { checkAborted, type Field, LakeError } from '../../base/index.ts';
import { type Batch, parseJson, printJson, type Row, rowsOf, valueAt } from '../../codec/index.ts';
import { type Engine, isLz4Refusal, isTextRefusal } from '../../engine/index.ts';
import type { Lease } from '../../memory/index.ts';
import type { LakeCore } from '../lake-core.ts';
import type { Travel } from '../travel-options.ts';
import { isNode, type Node, TREE_DEPTH_MAX } from './ast.ts';
import { type BoundTable, bindScan, bindTable, openReferenced } from './bind.ts';
import { dropDatabaseNames, mentionedColumns } from './columns.ts';
import { keepDoubles } from './double-constants.ts';
import { plainSelect } from './plain-select.ts';
import { showStatement } from './show.ts';
import { findTables, type TableRef } from './statement.ts';
import { extractTimeTravel, quoteText } from './time-travel.ts';

/** The database of table names without one. */
export const DATABASE_DEFAULT = 'default';
/** The least memory a statement starts with; below it even a small sort fails. */
const STATEMENT_BYTES_MIN = 32 * 1024 * 1024;
/** Of a statement's memory, this part may be bits that mark rows: the engine holds them up to three times. */
const PICKED_BITS_PART = 16;

/**
 * Options of a statement.
 *
 * Shape   `database`: where table names without a database are looked up, default `default`. `readOnly`:
 *         refuse statements that change something.
 */
export interface SqlOptions {
  readonly database?: string;
  readonly readOnly?: boolean;
  readonly signal?: AbortSignal;
}

/** A statement of ours: `travel` holds for every table that says nothing of its own. */
export interface InnerSqlOptions extends SqlOptions {
  readonly travel?: Travel;
}

/**
 * A running statement.
 *
 * Shape   iterate it once, or call `rows()`; `tables` says what became of each table. Leaving the loop early
 *         stops the statement; call `close()` when it is not iterated at all.
 */
export interface SqlResult extends AsyncIterable<Batch>, AsyncDisposable {
  readonly fields: readonly Field[];
  readonly tables: readonly BoundTable[];
  rows(): AsyncGenerator<Row, void, undefined>;
  close(): Promise<void>;
}

/** Runs one statement. See `Lake.sql`. */
export async function runSql(core: LakeCore, text: string, options: InnerSqlOptions): Promise<SqlResult> {
  checkAborted(options.signal);
  const shown = await showStatement(core, text, options.database ?? DATABASE_DEFAULT);
  if (shown !== undefined) return resultOf(shown.fields, [], shown.batches, async () => undefined);
  const lease = await leaseStatement(core, options);
  return runSelect(core, text, options, { bytes: lease.bytes, release: () => lease.release() });
}

/** The memory of a statement that runs in so many engines: what is free, and at least a quarter of all. */
export function leaseStatement(core: LakeCore, { signal }: SqlOptions, engines = 1): Promise<Lease> {
  const { sqlBytes } = core.budget;
  return core.sqlGate.acquire(sqlBytes, {
    holder: 'sql',
    atLeast: Math.min(sqlBytes, Math.max(engines * STATEMENT_BYTES_MIN, Math.floor(sqlBytes / 4))),
    waitMs: core.waitMs,
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Runs one SELECT in memory that was leased for it. `release` is called when the result is closed. */
export async function runSelect(
  core: LakeCore,
  text: string,
  options: InnerSqlOptions,
  lease: { readonly bytes: number; readonly release: () => void },
): Promise<SqlResult> {
  let engine: Engine | undefined;
  const close = async (): Promise<void> => {
    if (engine !== undefined) await core.closeEngine(engine);
    lease.release();
  };
  try {
    engine = await core.openEngine(lease.bytes);
    const pickedRowsMax = Math.floor((lease.bytes / PICKED_BITS_PART) * 8);
    try {
      return await start({ core, engine, text, options, close, direct: true, pickedRowsMax });
    } catch (error) {
      if (!isLz4Refusal(error) && !isTextRefusal(error)) throw error;
      // A file that nobody could know to be such before it was opened: once more, with every row read here.
      await core.closeEngine(engine);
      engine = await core.openEngine(lease.bytes);
      return await start({ core, engine, text, options, close, direct: false, pickedRowsMax });
    }
  } catch (error) {
    await close();
    throw error;
  }
}

interface Start {
  readonly core: LakeCore;
  readonly engine: Engine;
  readonly text: string;
  readonly options: InnerSqlOptions;
  readonly close: () => Promise<void>;
  /** Whether the engine may read files by itself. */
  readonly direct: boolean;
  readonly pickedRowsMax: number;
}

async function start(given: Start): Promise<SqlResult> {
  const { core, engine, text, options, close, direct, pickedRowsMax } = given;
  const { sql, travels } = extractTimeTravel(text);
  const tree = await parse(engine, sql);
  const { query, tables } = findTables(tree, {
    travels,
    travel: options.travel ?? {},
    defaultDatabase: options.database ?? DATABASE_DEFAULT,
  });
  const [only] = tables;
  const plain = tables.length === 1 && only !== undefined ? await scanInstead(given, query, only) : undefined;
  if (plain !== undefined) return plain;
  const mentioned = mentionedColumns(query, tables);
  dropDatabaseNames(query, tables);
  const bound: BoundTable[] = [];
  const paths: string[] = [];
  const files: string[] = [];
  for (const [i, ref] of tables.entries()) {
    const context = { core, engine, query, mentioned, signal: options.signal, direct, pickedRowsMax };
    const one = await bindTable(context, ref, `spillway_${i}`);
    bound.push(one.bound);
    for (const path of one.paths) paths.push(path);
    for (const file of one.files) files.push(file);
  }
  const rewritten = tables.length === 0 ? sql : await print(engine, tree);
  await engine.lockDown([...new Set(paths)]);
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  const asked = { ...signal, ...(files.length === 0 ? {} : { paths: files }) };
  const batches = engine.query(rewritten, asked)[Symbol.asyncIterator]();
  // The first batch is asked for here: a statement that cannot run fails now, and the fields are known.
  const first = await batches.next();
  if (first.done === true) throw new LakeError('BUG', 'the engine gave no batch, not even an empty one');
  return resultOf(first.value.fields, bound, replay(first.value, batches), close);
}

/** The result of a statement that is a scan, without an engine; undefined when it is not. */
async function scanInstead(
  { core, options, close }: Start,
  query: Node,
  ref: TableRef,
): Promise<SqlResult | undefined> {
  const table = await openReferenced(core, ref);
  const asked = table === undefined ? undefined : plainSelect(query, ref, table.schema.fields);
  if (table === undefined || asked === undefined) return undefined;
  await close();
  const { bound, fields, batches } = await bindScan(core, table, { ...asked, ref, signal: options.signal });
  const first = await batches.next();
  const rest = first.done === true ? batches : replay(first.value, batches);
  return resultOf(fields, [bound], rest, async () => undefined);
}

async function* replay(first: Batch, rest: AsyncIterator<Batch>): AsyncGenerator<Batch, void, undefined> {
  try {
    if (first.rowCount > 0) yield first;
    for (let step = await rest.next(); step.done !== true; step = await rest.next()) {
      if (step.value.rowCount > 0) yield step.value;
    }
  } catch (error) {
    throw isTextRefusal(error) ? lateRefusal(error as LakeError) : error;
  } finally {
    await rest.return?.();
  }
}

/** Rows were given: beginning again would give them twice. */
function lateRefusal(error: LakeError): LakeError {
  const text = `${error.message} A scan reads such text; SQL does where it is met before the first rows.`;
  return new LakeError(
    'FEATURE_UNSUPPORTED',
    text,
    { ...error.details, feature: 'text that is not UTF-8' },
    error,
  );
}

/** A result out of batches. `free` is called once it is closed. */
export function resultOf(
  fields: readonly Field[],
  tables: readonly BoundTable[],
  batches: AsyncGenerator<Batch, void, undefined>,
  free: () => Promise<void>,
): SqlResult {
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= batches.return().then(free, free);
    return closing;
  };
  async function* iterate(): AsyncGenerator<Batch, void, undefined> {
    if (closing !== undefined)
      throw new LakeError('CLOSED', 'the result was read or closed before; run the statement again');
    try {
      yield* batches;
    } finally {
      await close();
    }
  }
  return {
    fields,
    tables,
    [Symbol.asyncIterator]: iterate,
    async *rows() {
      for await (const batch of iterate()) yield* rowsOf(batch);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The statement's syntax tree, as the engine's own parser sees it. */
async function parse(engine: Engine, sql: string): Promise<Node> {
  const json = await scalar(engine, `SELECT json_serialize_sql(${quoteText(sql)})`);
  try {
    const tree = parseJson(json, 'statement', TREE_DEPTH_MAX);
    if (isNode(tree)) return tree;
  } catch (error) {
    if (!(error instanceof LakeError && error.kind === 'corrupt')) throw error;
    throw new LakeError('SQL_INVALID', 'a number of the statement is beyond the range of DOUBLE', {}, error);
  }
  throw new LakeError('SQL_INVALID', 'the statement is empty');
}

function print(engine: Engine, tree: Node): Promise<string> {
  keepDoubles(tree);
  return scalar(engine, `SELECT json_deserialize_sql(${quoteText(printJson(tree, 0, TREE_DEPTH_MAX))})`);
}

async function scalar(engine: Engine, sql: string): Promise<string> {
  for await (const batch of engine.query(sql)) {
    const column = batch.columns[0];
    if (column === undefined || batch.rowCount === 0) continue;
    const value = valueAt(column, 0);
    if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  }
  throw new LakeError('SQL_INVALID', 'the statement is empty');
}
