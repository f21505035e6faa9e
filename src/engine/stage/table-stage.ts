// A table inside the engine that batches are appended to, a few thousand rows a turn of the event loop.
import { type Field, LakeError, STAGE_ROWS_PER_TURN } from '../../base/index.ts';
import { type Batch, type Vector, wellFormedBatch } from '../../codec/index.ts';
import type { Appender, Session } from '../duckdb.ts';
import type { VectorWriter } from '../duckdb-native.ts';
import type { Stage } from '../engine.ts';
import { engineError } from '../engine-error.ts';
import type { QueryHost } from '../run-query.ts';
import { duckTypeOf, quoteName } from '../sql-text.ts';
import { appendNative } from './stage-native.ts';
import { stagedValues } from './stage-values.ts';

/** Rows of one DuckDB chunk. */
const CHUNK_ROWS = 2048;

/**
 * Creates the table and opens it for appending. The connection is held until the stage is disposed, which
 * drops the table.
 *
 * Shape   `writer`: the native bridge's vector functions; undefined appends JavaScript values.
 */
export async function openStage(
  host: QueryHost,
  name: string,
  fields: readonly Field[],
  writer: VectorWriter | undefined,
): Promise<Stage> {
  const session = await host.acquire();
  try {
    const columns = fields.map((f) => `${quoteName(f.name)} ${duckTypeOf(f.type)}`).join(', ');
    await session.run(`CREATE TABLE ${quoteName(name)} (${columns})`);
    return new TableStage(host, session, await session.appender(name), { name, fields, writer });
  } catch (error) {
    host.release(session);
    throw engineError(error, { kind: 'statement' });
  }
}

interface StageTable {
  readonly name: string;
  readonly fields: readonly Field[];
  readonly writer: VectorWriter | undefined;
}

class TableStage implements Stage {
  readonly #host: QueryHost;
  readonly #session: Session;
  readonly #table: StageTable;
  #appender: Appender | undefined;
  #busy: Promise<void> = Promise.resolve();
  #rowCount = 0;
  #disposed = false;

  constructor(host: QueryHost, session: Session, appender: Appender, table: StageTable) {
    this.#host = host;
    this.#session = session;
    this.#appender = appender;
    this.#table = table;
  }

  get name(): string {
    return this.#table.name;
  }
  get rowCount(): number {
    return this.#rowCount;
  }

  append(batch: Batch): Promise<void> {
    return this.#inTurn(() => this.#append(wellFormedBatch(batch)));
  }

  finish(): Promise<void> {
    return this.#inTurn(async () => {
      const appender = this.#appender;
      this.#appender = undefined;
      this.#guard(() => appender?.close());
    });
  }

  /** One call after the other: an appender takes no two at once. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const run = this.#busy.then(work);
    this.#busy = run.catch(() => undefined);
    return run;
  }

  async #append(batch: Batch): Promise<void> {
    const appender = this.#appender;
    if (appender === undefined) {
      throw new LakeError('CLOSED', `Stage ${this.name} is finished and takes no more rows.`);
    }
    for (let at = 0; at < batch.rowCount; ) {
      const end = Math.min(batch.rowCount, at + STAGE_ROWS_PER_TURN);
      for (; at < end; at += CHUNK_ROWS)
        this.#appendChunk(appender, batch, at, Math.min(CHUNK_ROWS, end - at));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #appendChunk(appender: Appender, batch: Batch, from: number, count: number): void {
    const { fields, writer } = this.#table;
    this.#guard(() => {
      if (writer !== undefined) {
        appendNative(writer, appender, fields, batch, from, count);
      } else {
        const columns = fields.map((f, k) => stagedValues(f.type, batch.columns[k] as Vector, from, count));
        appender.appendValues(count, columns);
      }
    });
    this.#rowCount += count;
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      const failure = engineError(error, { kind: 'statement' });
      this.#host.failed(failure);
      throw failure;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    await this.#busy;
    try {
      if (this.#appender !== undefined) this.#guard(() => this.#appender?.close());
      await this.#session.run(`DROP TABLE IF EXISTS ${quoteName(this.name)}`);
    } finally {
      this.#host.release(this.#session);
    }
  }
}
