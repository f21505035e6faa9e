// DuckDB through its public Node API: the one file that imports it. Opens the instance, lends connections,
// prepares statements, and hands out results as JavaScript values for the public bridge. Knows no Paimon
// types.
import {
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBExtractedStatements,
  DuckDBInstance,
  type DuckDBPreparedStatement,
  type DuckDBResult,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
  version,
} from '@duckdb/node-api';
import { ENGINE_SESSIONS_IDLE_MAX, LakeError, NESTING_DEPTH_MAX } from '../base/index.ts';
import type { DuckType } from './column/duck-type.ts';

/** One DuckDB instance in memory, and the connections lent from it. */
export class Database {
  readonly #instance: DuckDBInstance;
  readonly #idle: Session[] = [];
  readonly #lent = new Set<Session>();
  #sessionSettings: readonly string[] = [];
  #closed = false;
  #locked = false;

  private constructor(instance: DuckDBInstance) {
    this.#instance = instance;
  }

  /**
   * Opens an empty instance. `settings` are DuckDB's own, `sessionSettings` statements run on every new
   * connection.
   */
  static async open(settings: Readonly<Record<string, string>>, sessionSettings: readonly string[] = []) {
    const database = new Database(await DuckDBInstance.create(':memory:', { ...settings }));
    database.#sessionSettings = sessionSettings;
    return database;
  }

  /** The version of the library underneath. */
  static libraryVersion(): string {
    return version();
  }

  /** Connections in use: 0 when nothing runs. */
  get lentCount(): number {
    return this.#lent.size;
  }

  /** Lends a connection that nobody else uses until it is given back. */
  async acquire(): Promise<Session> {
    if (this.#closed) throw new LakeError('CLOSED', 'The engine is closed.');
    const session = this.#idle.pop() ?? (await this.#connect());
    this.#lent.add(session);
    return session;
  }

  async #connect(): Promise<Session> {
    const session = new Session(await this.#instance.connect());
    // A locked instance refuses settings; connections opened after that keep DuckDB's own.
    if (!this.#locked) for (const sql of this.#sessionSettings) await session.run(sql);
    return session;
  }

  /**
   * Takes a connection back. An abandoned one is dropped without a word to DuckDB, which may still be busy
   * with it.
   */
  release(session: Session): void {
    this.#lent.delete(session);
    if (session.abandoned) return;
    if (this.#closed || this.#idle.length >= ENGINE_SESSIONS_IDLE_MAX) session.close();
    else this.#idle.push(session);
  }

  /** Opens the idle connections that later queries use: a locked instance takes no settings any more. */
  async fillIdle(): Promise<void> {
    while (this.#idle.length < ENGINE_SESSIONS_IDLE_MAX) this.#idle.push(await this.#connect());
  }

  /** From now on the instance refuses settings: new connections keep DuckDB's own. */
  lock(): void {
    this.#locked = true;
  }

  /** Closes every idle connection and the instance; lent connections close when they come back. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const session of this.#idle.splice(0)) session.close();
    for (const session of this.#lent) session.interrupt();
    this.#instance.closeSync();
  }
}

/** One connection. One call at a time. */
export class Session {
  /** Node API's own object, for the native bridge. */
  readonly connection: DuckDBConnection;
  /** Set when a query on it never came back. */
  abandoned = false;

  constructor(connection: DuckDBConnection) {
    this.connection = connection;
  }

  async run(sql: string): Promise<void> {
    await this.connection.run(sql);
  }

  /** Prepares the last statement of the text after running the ones before it. */
  async prepare(sql: string, single = false): Promise<Statement> {
    const statements = await this.#extract(sql);
    const last = statements.count - 1;
    if (single && last > 0) throw new LakeError('SQL_DENIED', 'One statement at a time.');
    for (let i = 0; i < last; i++) {
      const before = await statements.prepare(i);
      try {
        await before.run();
      } finally {
        before.destroySync();
      }
    }
    if (last < 0) throw new LakeError('SQL_INVALID', 'The text holds no statement.');
    return new Statement(await statements.prepare(last));
  }

  async #extract(sql: string): Promise<DuckDBExtractedStatements> {
    try {
      return await this.connection.extractStatements(sql);
    } catch (error) {
      // What the bindings say about a text without any statement.
      if ((error as Error).message !== 'Error in native callback') throw error;
      throw new LakeError('SQL_INVALID', 'The text holds no statement.', {}, error);
    }
  }

  /** Rows of a small result as JavaScript values. */
  async rows(sql: string): Promise<readonly (readonly unknown[])[]> {
    return (await this.connection.runAndReadAll(sql)).getRows();
  }

  async appender(table: string): Promise<Appender> {
    return new Appender(await this.connection.createAppender(table));
  }

  interrupt(): void {
    this.connection.interrupt();
  }

  /** Percent of the running query, -1 when DuckDB does not know. */
  get progress(): number {
    return this.connection.progress.percentage;
  }

  close(): void {
    this.connection.closeSync();
  }
}

/** A prepared statement: its columns are known before it runs. */
export class Statement {
  readonly prepared: DuckDBPreparedStatement;
  readonly kind: number;
  readonly columns: readonly { readonly name: string; readonly type: DuckType }[];

  constructor(prepared: DuckDBPreparedStatement) {
    this.prepared = prepared;
    this.kind = prepared.statementType;
    this.columns = Array.from({ length: prepared.columnCount }, (_, i) => ({
      name: prepared.columnName(i),
      type: plainType(prepared.columnType(i), 0),
    }));
  }

  close(): void {
    this.prepared.destroySync();
  }
}

/** A running result as columns of JavaScript values, chunk by chunk. */
export class ValueStream {
  readonly #result: DuckDBResult;

  private constructor(result: DuckDBResult) {
    this.#result = result;
  }

  static async execute(statement: Statement): Promise<ValueStream> {
    // Not streamed: a streamed result that fails half-way ends like one that is complete, and the public API
    // has no way to ask. A whole result fails as a whole; the engine spills what does not fit.
    return new ValueStream(await statement.prepared.run());
  }

  /** The columns of the next chunk, or undefined at the end. */
  async next(): Promise<readonly (readonly unknown[])[] | undefined> {
    const chunk = await this.#result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return undefined;
    return chunk.getColumns();
  }
}

/** Rows going into a table, chunk by chunk. Calls are synchronous; one appender a connection. */
export class Appender {
  readonly #appender: DuckDBAppender;
  readonly #chunk: DuckDBDataChunk;

  constructor(appender: DuckDBAppender) {
    this.#appender = appender;
    const types = Array.from({ length: appender.columnCount }, (_, i) => appender.columnType(i));
    this.#chunk = DuckDBDataChunk.create(types);
  }

  /** The chunk as the bindings know it, for the native bridge. */
  get external(): unknown {
    return this.#chunk.chunk;
  }

  /** Empties the chunk: nothing of what was put into it is referenced any more. */
  reset(): void {
    this.#chunk.reset();
  }

  /** Appends what `fill` puts into the emptied chunk, as `rowCount` rows. */
  append(rowCount: number, fill: () => void): void {
    this.#chunk.reset();
    try {
      fill();
      this.#chunk.rowCount = rowCount;
      this.#appender.appendDataChunk(this.#chunk);
    } finally {
      this.#chunk.reset();
    }
  }

  /** Appends columns of node-api values. */
  appendValues(rowCount: number, columns: readonly (readonly unknown[])[]): void {
    this.#chunk.reset();
    this.#chunk.rowCount = rowCount;
    this.#chunk.setColumns(columns as readonly (readonly DuckDBValue[])[]);
    this.#appender.appendDataChunk(this.#chunk);
  }

  close(): void {
    this.#appender.closeSync();
  }
}

function plainType(type: DuckDBType, depth: number): DuckType {
  if (depth > NESTING_DEPTH_MAX) {
    throw new LakeError(
      'LIMIT_EXCEEDED',
      `A type is nested deeper than ${NESTING_DEPTH_MAX} (NESTING_DEPTH_MAX).`,
    );
  }
  const name = DuckDBTypeId[type.typeId];
  switch (type.typeId) {
    case DuckDBTypeId.DECIMAL:
      return { name, precision: type.width, scale: type.scale };
    case DuckDBTypeId.LIST:
      return { name, element: plainType(type.valueType, depth + 1) };
    case DuckDBTypeId.ARRAY:
      return { name, element: plainType(type.valueType, depth + 1), size: type.length };
    case DuckDBTypeId.MAP:
      return { name, key: plainType(type.keyType, depth + 1), value: plainType(type.valueType, depth + 1) };
    case DuckDBTypeId.STRUCT: {
      const fields = type.entryNames.map((n, i) => ({
        name: n,
        type: plainType(type.entryTypes[i] as DuckDBType, depth + 1),
      }));
      return { name, fields };
    }
    default:
      return { name };
  }
}
