// Checks on this very machine everything the native bridge relies on, before it is used: one answer a
// process, remembered where self-test-memo.ts can. Any doubt means the public API. A crash inside is noticed
// at the next start by the marker it leaves in the temporary directory.
import { readdir, rm, writeFile } from 'node:fs/promises';
import { endianness } from 'node:os';
import { join } from 'node:path';
import { NESTING_DEPTH_MAX } from '../base/index.ts';
import { take, type Vector } from '../codec/index.ts';
import type { ColumnReader } from './column/column-reader.ts';
import type { Shape } from './column/duck-type.ts';
import { type NativeBridge, NativeReader } from './column/native-reader.ts';
import { PublicReader } from './column/public-reader.ts';
import { planResult } from './column/result-plan.ts';
import { Database, type Session } from './duckdb.ts';
import { loadNative, rawStatement, statementExternal, tagOf } from './duckdb-native.ts';
import { memoPath, passedBefore, rememberPass } from './self-test-memo.ts';

/** The bridge, or why it may not be used. */
export type Verdict =
  | { readonly ok: true; readonly bridge: NativeBridge }
  | { readonly ok: false; readonly why: string };

const MARKER = 'native-self-test-';
/**
 * Crashes inside the test after which the native bridge is left alone. One may be a process that was killed
 * at the wrong time.
 */
const CRASHES_MAX = 2;

let verdict: Promise<Verdict> | undefined;

/**
 * The answer of the self-test, the same for the whole process. `directory` holds the crash markers. Where the
 * test is known to have passed before with these binaries, only the pointers are looked at, on `session`.
 */
export function nativeVerdict(directory: string, session: Session): Promise<Verdict> {
  verdict ??= judgeOnce(directory, session);
  return verdict;
}

async function judgeOnce(directory: string, session: Session): Promise<Verdict> {
  const memo = await memoPath();
  if (await passedBefore(memo)) {
    const library = loadNative();
    if (library.version() !== Database.libraryVersion())
      return { ok: false, why: 'two versions of libduckdb' };
    return { ok: true, bridge: { library, statementTag: await checkPointers(session) } };
  }
  const fresh = await freshVerdict(directory);
  if (fresh.ok) await rememberPass(memo);
  return fresh;
}

/** The answer of a whole test made now. */
export async function freshVerdict(directory: string): Promise<Verdict> {
  const dead = (await readdir(directory)).filter((name) => name.startsWith(MARKER) && !isAlive(name));
  if (dead.length >= CRASHES_MAX) return { ok: false, why: `it crashed ${dead.length} times before` };
  const marker = join(directory, `${MARKER}${process.pid}`);
  await writeFile(marker, 'The native self-test is running, or crashed this process.\n');
  try {
    const result = await selfTest();
    if (result.ok) for (const name of dead) await rm(join(directory, name), { force: true });
    return result;
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : String(error) };
  } finally {
    await rm(marker, { force: true });
  }
}

function isAlive(name: string): boolean {
  try {
    process.kill(Number(name.slice(MARKER.length)), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Runs every check; a second DuckDB instance is opened for it. */
export async function selfTest(): Promise<Verdict> {
  const platform = `${process.platform}-${process.arch}`;
  if (!/^(linux|darwin)-(x64|arm64)$/.test(platform)) return { ok: false, why: `platform ${platform}` };
  if (endianness() !== 'LE') return { ok: false, why: 'big-endian' };
  const library = loadNative();
  const database = await Database.open({ threads: '1', memory_limit: '64MiB' });
  try {
    const session = await database.acquire();
    try {
      if (library.version() !== Database.libraryVersion())
        return { ok: false, why: 'two versions of libduckdb' };
      const statementTag = await checkPointers(session);
      const bridge = { library, statementTag };
      await checkValues(session, bridge);
      return { ok: true, bridge };
    } finally {
      database.release(session);
    }
  } finally {
    database.close();
  }
}

class SelfTestError extends Error {}

function expect(condition: boolean, what: string): asserts condition {
  if (!condition) throw new SelfTestError(what);
}

/** Two statements of one class have one tag, and their handles answer like Node API does. */
async function checkPointers(session: Session): Promise<string> {
  const library = loadNative();
  const one = await session.prepare('SELECT ?::INTEGER, ?::INTEGER, 3');
  const two = await session.prepare('SELECT ?::INTEGER');
  try {
    const tag = tagOf(statementExternal(one));
    expect(
      tag === tagOf(statementExternal(two)) && !/^0-|-0$/.test(tag),
      'the type tags of two statements differ',
    );
    expect(library.parameterCount(rawStatement(one, tag)) === 2, 'the handle of a statement does not answer');
    expect(
      library.parameterCount(rawStatement(two, tag)) === 1,
      'the handle of a statement answers for another',
    );
    return tag;
  } finally {
    one.close();
    two.close();
  }
}

/** More than one DuckDB chunk. */
const PROBE_ROWS = 2500;
/** Rows of every kind, read over both bridges. */
const PROBE = `SELECT
    CASE WHEN i % 7 = 0 THEN NULL ELSE i END AS big,
    (i % 100)::TINYINT AS tiny,
    i % 3 = 0 AS flag,
    CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN 'twelve bytes'
      ELSE repeat('x', (i % 50)::INT * (i % 7)::INT) || i END AS text,
    (i * 1003 - 7)::DECIMAL(9, 2) AS dec9,
    (i::HUGEINT * -100000000000000000)::DECIMAL(38, 3) AS dec38,
    CASE WHEN i % 5 = 0 THEN NULL ELSE [i, NULL, -i] END AS list,
    {'a': i::INTEGER, 'b': CASE WHEN i % 2 = 0 THEN 'struct text ' || i END} AS pair,
    MAP {i::VARCHAR: [i::DOUBLE]} AS map,
    [i, i + 1]::BIGINT[2] AS fixed,
    TIME '01:02:03.004' AS t
  FROM range(${PROBE_ROWS}) AS r(i)`;

/**
 * Rows compared: every ninth, which meets all cases above, and those where chunks meet and end. Values by the
 * public bridge are what takes the time.
 */
const COMPARED = 'i % 9 = 0 OR i BETWEEN 2040 AND 2056 OR i >= 2490';
const isCompared = (i: number): boolean => i % 9 === 0 || (i >= 2040 && i <= 2056) || i >= 2490;

async function checkValues(session: Session, bridge: NativeBridge): Promise<void> {
  const native = await readAll(session, PROBE, (s, shapes) => new NativeReader(bridge, s, shapes));
  const some = `${PROBE} WHERE ${COMPARED}`;
  const open = await readAll(session, some, (s, shapes) => new PublicReader(s, shapes));
  expect(native.length === open.length, 'the bridges give different columns');
  const rows = Int32Array.from(Array.from({ length: PROBE_ROWS }, (_, i) => i).filter(isCompared));
  for (const [k, column] of native.entries()) {
    const same = column.length === PROBE_ROWS && sameVector(take(column, rows), open[k] as Vector, 0);
    expect(same, `column ${k} differs between the bridges`);
  }
}

async function readAll(
  session: Session,
  sql: string,
  open: (statement: Awaited<ReturnType<Session['prepare']>>, shapes: readonly Shape[]) => ColumnReader,
): Promise<readonly Vector[]> {
  const statement = await session.prepare(sql);
  const shapes = planResult(statement.columns, undefined).shapes;
  expect(!shapes.includes(undefined), 'a column of the probe has no shape');
  const reader = open(statement, shapes as readonly Shape[]);
  try {
    await reader.execute();
    for (let rows = await reader.next(); rows > 0; rows = await reader.next()) reader.append(0, rows, true);
    return reader.take();
  } finally {
    reader.close();
    statement.close();
  }
}

/** True when both vectors hold the same rows; contents of null slots do not count. */
export function sameVector(a: Vector, b: Vector, depth: number): boolean {
  if (a.layout !== b.layout || a.length !== b.length || depth > NESTING_DEPTH_MAX) return false;
  for (let i = 0; i < a.length; i++) if (bitAt(a.validity, i) !== bitAt(b.validity, i)) return false;
  switch (a.layout) {
    case 'struct': {
      const other = (b as typeof a).children;
      return a.children.every((c, k) => sameVector(c, other[k] as Vector, depth + 1));
    }
    case 'list': {
      const other = b as typeof a;
      return sameOffsets(a, other) && sameVector(a.child, other.child, depth + 1);
    }
    case 'bytes': {
      const other = b as typeof a;
      return sameOffsets(a, other) && Buffer.compare(a.values, other.values) === 0;
    }
    case 'bool':
      return rowsEqual(a, (i) => bitAt(a.values, i) === bitAt((b as typeof a).values, i));
    case 'i128': {
      const other = (b as typeof a).values;
      return rowsEqual(
        a,
        (i) => a.values[2 * i] === other[2 * i] && a.values[2 * i + 1] === other[2 * i + 1],
      );
    }
    default:
      return rowsEqual(a, (i) => Object.is(a.values[i], (b as typeof a).values[i]));
  }
}

function rowsEqual(vector: Vector, same: (i: number) => boolean): boolean {
  for (let i = 0; i < vector.length; i++) if (bitAt(vector.validity, i) && !same(i)) return false;
  return true;
}

function sameOffsets(a: { readonly offsets: Int32Array }, b: { readonly offsets: Int32Array }): boolean {
  return a.offsets.every((x, i) => x === b.offsets[i]);
}

function bitAt(bits: Uint8Array | null, i: number): boolean {
  return bits === null || (((bits[i >> 3] as number) >> (i & 7)) & 1) === 1;
}
