// Rows on their way into a table: checked, placed, collected in the engine; then sorted, merged and written
// as files that one commit makes visible. Nothing of the table changes before that.
import { asLakeError, checkAborted, type Field, LakeError, RUN_BATCH_ROWS, uuid } from '../../base/index.ts';
import {
  type Batch,
  constantVector,
  isValid,
  take,
  type Value,
  type Vector,
  valueAt,
  vectorBuilder,
} from '../../codec/index.ts';
import type { Engine, Stage } from '../../engine/index.ts';
import type { ManifestEntry, Snapshot } from '../../format/index.ts';
import { DELETE, isRetract, UPDATE_BEFORE } from '../../tree/index.ts';
import { BATCH_COMMIT_IDENTIFIER, commit, committedBefore } from '../commit/index.ts';
import { planWrite, type WritePlan } from '../data-file/index.ts';
import { removeOrLeave } from '../remove-files.ts';
import type { Table } from '../table.ts';
import { checkBatch } from './check-batch.ts';
import { checkLayout } from './check-layout.ts';
import { type Overwrite, overwriteChanges } from './overwrite.ts';
import { Placement } from './place-rows.ts';
import { type KindBatch, kindOf, rowsToBatch, type WriteRow } from './rows-to-batch.ts';
import { writeTargets } from './write-targets.ts';

/**
 * How a commit is made.
 *
 * Shape   `commitUser` default a random one; `commitIdentifier` default the one of batch commits, which is
 *         never taken for one made before. `overwrite` replaces what is there. `watermark` milliseconds.
 */
export interface WriteOptions {
  readonly commitUser?: string;
  readonly commitIdentifier?: bigint;
  readonly watermark?: bigint;
  readonly overwrite?: Overwrite;
  readonly signal?: AbortSignal;
}

/**
 * What became of a commit. `snapshot` undefined when there was nothing to commit; `already` when it holds an
 * earlier commit of the same user and identifier, or a later one, and these rows were left out.
 */
export interface WriteResult {
  readonly snapshot: Snapshot | undefined;
  readonly already: boolean;
  readonly fileCount: number;
  readonly rowCount: number;
}

const PLACE_TYPE = { kind: 'INT', nullable: false } as const;

/** Numbers the writers of a process. */
let writers = 0;

/**
 * Collects rows for one commit.
 *
 * Limits  rows lie in the engine, which spills; `WRITE_BUCKETS_MAX` buckets; one batch is held here.
 * Errors  VALUE_INVALID naming row and column: the writer then commits nothing any more.
 */
export class TableWriter implements AsyncDisposable {
  readonly #table: Table;
  readonly #plan: WritePlan;
  readonly #engine: Engine;
  readonly #options: WriteOptions;
  readonly #placement: Placement;
  readonly #stage: Stage;
  readonly #stored: readonly Field[];
  readonly #required: ReadonlySet<string>;
  #rows = 0;
  #state: 'open' | 'failed' | 'done' = 'open';

  private constructor(
    table: Table,
    parts: { plan: WritePlan; engine: Engine; stage: Stage },
    options: WriteOptions,
  ) {
    this.#table = table;
    this.#plan = parts.plan;
    this.#engine = parts.engine;
    this.#stage = parts.stage;
    this.#stored = storedFields(parts.plan);
    this.#options = options;
    this.#placement = new Placement(table, parts.plan);
    this.#required = new Set(table.schema.primaryKeys);
  }

  /** Errors: those of `planWrite`; ARGUMENT_INVALID when the table's schema is not the newest one. */
  static async open(table: Table, engine: Engine, options: WriteOptions = {}): Promise<TableWriter> {
    const plan = planWrite(table);
    const newest = await table.schemas.latest();
    if (newest?.id !== table.schema.id) {
      throw new LakeError(
        'ARGUMENT_INVALID',
        'The table is opened at an older schema; open it again to write.',
      );
    }
    const stage = await engine.stage(`write_${writers++}`, storedFields(plan));
    return new TableWriter(table, { plan, engine, stage }, options);
  }

  /** Rows taken so far. */
  get rowCount(): number {
    return this.#rows;
  }

  /** Takes rows. See `rowsToBatch`. */
  async writeRows(rows: readonly WriteRow[]): Promise<void> {
    for (let at = 0; at < rows.length; at += RUN_BATCH_ROWS) {
      await this.#guarded(async () => {
        const part = rows.slice(at, at + RUN_BATCH_ROWS);
        await this.#take(rowsToBatch(this.#plan, part, this.#rows));
      });
    }
  }

  /**
   * Takes a batch.
   *
   * Shape   columns are found by name and must have the table's types; missing ones are their default, else
   *         null. `kinds`: one number a row, 0 +I, 1 -U, 2 +U, 3 -D; default all +I.
   */
  async writeBatch(batch: Batch, kinds?: Int8Array): Promise<void> {
    await this.#guarded(async () => {
      const full = fullBatch(this.#plan, batch);
      checkKindNumbers(kinds, batch.rowCount);
      await this.#take({ batch: full, kinds: kinds ?? new Int8Array(batch.rowCount) });
    });
  }

  /**
   * Writes the files and commits them; the writer is done then.
   *
   * Errors  those of `commit`; MERGE_REFUSED. Files are removed unless it is unknown what became of the
   *         commit.
   */
  async commit(): Promise<WriteResult> {
    this.#checkOpen();
    this.#state = 'done';
    const { commitUser = uuid(), commitIdentifier = BATCH_COMMIT_IDENTIFIER } = this.#options;
    if (commitIdentifier !== BATCH_COMMIT_IDENTIFIER && this.#options.commitUser !== undefined) {
      const before = await committedBefore(this.#table, commitUser, commitIdentifier);
      if (before !== undefined) return { snapshot: before, already: true, fileCount: 0, rowCount: 0 };
    }
    await this.#stage.finish();
    const paths: string[] = [];
    try {
      const adds = await this.#writeFiles((path) => paths.push(path));
      const snapshot = await this.#publish(adds, commitUser, commitIdentifier);
      return { snapshot, already: false, fileCount: adds.length, rowCount: this.#rows };
    } catch (error) {
      if (asLakeError(error).code !== 'COMMIT_UNKNOWN') {
        await removeOrLeave(this.#table.store, paths);
      }
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#state = 'done';
    await this.#stage[Symbol.asyncDispose]();
  }

  #writeFiles(onFile: (path: string) => void): Promise<readonly ManifestEntry[]> {
    return writeTargets({
      table: this.#table,
      plan: this.#plan,
      engine: this.#engine,
      stage: this.#stage.name,
      stored: this.#stored,
      targets: this.#placement.targets,
      fromScratch: this.#options.overwrite !== undefined,
      signal: this.#options.signal,
      onFile,
    });
  }

  #publish(adds: readonly ManifestEntry[], commitUser: string, commitIdentifier: bigint) {
    const { overwrite, watermark, signal } = this.#options;
    const request = {
      commitUser,
      commitIdentifier,
      ...(watermark === undefined ? {} : { watermark }),
      ...(signal === undefined ? {} : { signal }),
    };
    if (overwrite === undefined) {
      const changes = async () => (adds.length === 0 ? undefined : adds);
      return commit(this.#table, { ...request, kind: 'APPEND', changes, checkConflicts: false });
    }
    const { changes, replaces } = overwriteChanges(this.#table, overwrite, adds);
    const dropsIndexes = replaces;
    return commit(this.#table, {
      ...request,
      kind: 'OVERWRITE',
      changes,
      dropsIndexes,
      checkConflicts: true,
    });
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    this.#checkOpen();
    checkAborted(this.#options.signal);
    try {
      await work();
    } catch (error) {
      this.#state = 'failed';
      throw error;
    }
  }

  async #take({ batch, kinds }: KindBatch): Promise<void> {
    checkBatch(batch, { firstRow: this.#rows, required: this.#required });
    const filled = fillDefaults(this.#plan, batch);
    const all = columnKinds(this.#plan, filled, { kinds, firstRow: this.#rows });
    this.#checkKinds(all);
    this.#rows += batch.rowCount;
    const kept = keepKinds(this.#plan, filled, all);
    if (kept.batch.rowCount === 0) return;
    const { target, order } = this.#placement.place(kept.batch);
    const length = kept.batch.rowCount;
    const columns: readonly Vector[] = [
      ...kept.batch.columns,
      { layout: 'i64', length, validity: null, values: order },
      { layout: 'i8', length, validity: null, values: kept.kinds },
      { layout: 'i32', length, validity: null, values: target },
    ];
    await this.#stage.append({ fields: this.#stored, rowCount: length, columns });
  }

  /** Append tables take no retracts. Source: Paimon, append/AppendOnlyWriter.java. */
  #checkKinds(kinds: Int8Array): void {
    if (this.#plan.spec !== undefined || this.#plan.ignoreDelete) return;
    const row = kinds.findIndex(
      (kind) => isRetract(kind) && !(kind === UPDATE_BEFORE && this.#plan.ignoreUpdateBefore),
    );
    if (row < 0) return;
    const kind = kinds[row] === DELETE ? '-D' : '-U';
    const number = this.#rows + row + 1;
    const text = `Row ${number}: a table without primary key takes no ${kind}. Nothing was written.`;
    throw new LakeError('VALUE_INVALID', text, { row: number, column: '_kind' });
  }

  #checkOpen(): void {
    if (this.#state === 'open') return;
    const why = this.#state === 'failed' ? 'refused a row before' : 'is done';
    throw new LakeError('CLOSED', `The writer ${why}; begin a new one.`);
  }
}

/** The columns of the stage: the table's, then the row's number in its bucket, its kind, its target. */
function storedFields(plan: WritePlan): readonly Field[] {
  const count = plan.fields.length;
  return [
    ...plan.fields.map((field, i): Field => ({ ...field, name: `c${i}` })),
    { id: -1, name: `c${count}`, type: { kind: 'BIGINT', nullable: false } },
    { id: -2, name: `c${count + 1}`, type: { kind: 'TINYINT', nullable: false } },
    { id: -3, name: `c${count + 2}`, type: PLACE_TYPE },
  ];
}

function checkKindNumbers(kinds: Int8Array | undefined, rowCount: number): void {
  if (kinds === undefined) return;
  if (kinds.length === rowCount && kinds.every((kind) => kind >= 0 && kind <= DELETE)) return;
  throw new LakeError('ARGUMENT_INVALID', 'Kinds are one number a row, 0 +I, 1 -U, 2 +U or 3 -D.');
}

/** The batch with all columns of the table in their order. */
function fullBatch({ fields, defaults }: WritePlan, batch: Batch): Batch {
  const given = new Map(batch.fields.map((field, c) => [field.name, c]));
  if (given.size !== batch.fields.length) {
    throw new LakeError('ARGUMENT_INVALID', 'The batch has two columns of one name.');
  }
  const wanted = batch.fields.map(({ name }) => {
    const field = fields.find((f) => f.name === name);
    if (field === undefined) throw new LakeError('COLUMN_MISSING', `The table has no column ${name}.`);
    return field;
  });
  checkLayout(batch, wanted);
  const columns = fields.map((field) => {
    const c = given.get(field.name);
    if (c !== undefined) return batch.columns[c] as Vector;
    return constantVector(field.type, defaults.get(field.name) ?? null, batch.rowCount);
  });
  return { fields, rowCount: batch.rowCount, columns };
}

/** Nulls become the column's default. Source: Paimon, casting/DefaultValueRow.java. */
function fillDefaults({ fields, defaults }: WritePlan, batch: Batch): Batch {
  if (defaults.size === 0) return batch;
  const columns = batch.columns.map((column, c) => {
    const field = fields[c] as Field;
    const value = defaults.get(field.name);
    return value === undefined || column.validity === null ? column : filled(field, column, value);
  });
  return { ...batch, columns };
}

function filled(field: Field, column: Vector, value: Value): Vector {
  const builder = vectorBuilder(field.type, column.length);
  for (let i = 0; i < column.length; i++) builder.append(isValid(column, i) ? valueAt(column, i) : value);
  return builder.finish();
}

/**
 * The kinds as the table's own column says them, if it has one. Source: Paimon,
 * table/sink/RowKindGenerator.java.
 */
function columnKinds(
  plan: WritePlan,
  batch: Batch,
  given: { readonly kinds: Int8Array; readonly firstRow: number },
): Int8Array {
  if (plan.kindColumn === undefined) return given.kinds;
  const column = batch.columns[plan.fields.findIndex((f) => f.name === plan.kindColumn)] as Vector;
  return Int8Array.from({ length: batch.rowCount }, (_, i) => {
    const value = valueAt(column, i);
    const text = value === null ? '' : Buffer.from(value as Uint8Array).toString('utf8');
    return kindOf(text, given.firstRow + i);
  });
}

/** The rows whose kind is not to be ignored. */
function keepKinds(plan: WritePlan, batch: Batch, kinds: Int8Array): KindBatch {
  const dropped = (kind: number): boolean =>
    (plan.ignoreDelete && isRetract(kind)) || (plan.ignoreUpdateBefore && kind === UPDATE_BEFORE);
  if (!kinds.some(dropped)) return { batch, kinds };
  const rows = Int32Array.from([...kinds.keys()].filter((i) => !dropped(kinds[i] as number)));
  const columns = batch.columns.map((column) => take(column, rows));
  return {
    batch: { ...batch, rowCount: rows.length, columns },
    kinds: Int8Array.from(rows, (i) => kinds[i] as number),
  };
}
