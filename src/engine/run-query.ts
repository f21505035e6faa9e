// One statement from text to batches: prepared, planned, cast where needed, run, watched, freed.
import { BATCH_BYTES_TARGET, BATCH_ROWS_MAX, checkAborted, type Field, LakeError } from '../base/index.ts';
import type { Batch } from '../codec/index.ts';
import type { ColumnReader } from './column/column-reader.ts';
import type { Shape } from './column/duck-type.ts';
import { castColumns, planResult } from './column/result-plan.ts';
import type { Session, Statement } from './duckdb.ts';
import { type Activity, engineError } from './engine-error.ts';
import { QueryWatch, type WatchOptions } from './watch.ts';

/** What a query needs from its engine. */
export interface QueryHost {
  acquire(): Promise<Session>;
  release(session: Session): void;
  reader(statement: Statement, shapes: readonly Shape[], reuse: boolean): ColumnReader;
  /** Told every failure, so that a broken instance is noticed. */
  failed(error: LakeError): void;
  readonly watch: WatchOptions;
}

/** The statement, and what is known about it. */
export interface Query {
  readonly batchRows?: number | undefined;
  readonly batchBytes?: number | undefined;
  readonly reuse?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly sql: string;
  readonly fields?: readonly Field[] | undefined;
  readonly activity: Activity;
  /** Called with the prepared statement before it runs; throws to refuse it. */
  readonly check?: (statement: Statement) => Promise<void>;
  /** Refuse texts of several statements, whose first ones would run unchecked. */
  readonly single?: boolean;
}

/**
 * Runs the statement and gives its rows in batches. Leaving the loop early stops it and frees what it held.
 */
export async function* runQuery(host: QueryHost, query: Query): AsyncGenerator<Batch, void, void> {
  checkAborted(query.signal);
  const session = await host.acquire();
  const watch = new QueryWatch(session, { ...host.watch, signal: query.signal });
  let statement: Statement | undefined;
  let reader: ColumnReader | undefined;
  try {
    const prepared = await prepareQuery(session, watch, query);
    statement = prepared.statement;
    reader = host.reader(statement, prepared.shapes, query.reuse === true);
    yield* readBatches(reader, watch, prepared.fields, query);
  } catch (error) {
    const failure = watch.stopped ?? engineError(error, query.activity);
    host.failed(failure);
    throw failure;
  } finally {
    await watch.settle(reader?.pending);
    watch.close();
    if (!session.abandoned) {
      reader?.close();
      statement?.close();
    }
    host.release(session);
  }
}

async function prepareQuery(session: Session, watch: QueryWatch, query: Query) {
  let statement = await watch.run(() => session.prepare(query.sql, query.single));
  try {
    await query.check?.(statement);
    const plan = planResult(statement.columns, query.fields);
    if (plan.casts.every((c) => c === undefined)) {
      return { statement, fields: plan.fields, shapes: plan.shapes as readonly Shape[] };
    }
    statement.close();
    statement = await watch.run(() => session.prepare(castColumns(query.sql, plan.casts)));
    const cast = planResult(statement.columns, plan.fields);
    const missing = cast.shapes.indexOf(undefined);
    if (missing >= 0) {
      const name = plan.fields[missing]?.name;
      throw new LakeError('BUG', `Column ${name}: no way to read ${statement.columns[missing]?.type.name}.`);
    }
    return { statement, fields: plan.fields, shapes: cast.shapes as readonly Shape[] };
  } catch (error) {
    if (!session.abandoned) statement.close();
    throw error;
  }
}

async function* readBatches(
  reader: ColumnReader,
  watch: QueryWatch,
  fields: readonly Field[],
  options: Query,
): AsyncGenerator<Batch, void, void> {
  const rowsMax = Math.max(1, Math.min(options.batchRows ?? BATCH_ROWS_MAX, BATCH_ROWS_MAX));
  const bytesMax = Math.max(1, options.batchBytes ?? BATCH_BYTES_TARGET);
  const take = (): Batch => ({ fields, rowCount: reader.rowCount, columns: reader.take() });
  await watch.run(() => reader.execute());
  let empty = true;
  for (;;) {
    const rows = await watch.run(() => reader.next());
    if (rows === 0) break;
    empty = false;
    if (reader.rowCount > 0 && reader.rowCount + rows > rowsMax) yield take();
    // Wide rows are taken a few at a time, so that one chunk of them does not become one huge batch.
    const text = reader.textBytes(rows);
    const step = text <= bytesMax ? rows : Math.max(1, Math.floor((rows * bytesMax) / text));
    for (let from = 0; from < rows; from += step) {
      reader.append(from, Math.min(step, rows - from), from + step >= rows);
      if (reader.rowCount >= rowsMax || reader.byteCount >= bytesMax) yield take();
    }
  }
  // A statement's fields are known by its first batch, so one without rows still gives one.
  if (reader.rowCount > 0 || (empty && options.activity.kind === 'statement')) yield take();
}
