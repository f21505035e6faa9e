// Rows on their way into a table: checked, placed, collected; then sorted, merged and written
// as files that one commit makes visible. Nothing of the table changes before that.
import {
  BATCH_BYTES_TARGET,
  checkAborted,
  type Field,
  LakeError,
  RUN_BATCH_ROWS,
  uuid,
} from '../../base/index.ts';
import {
  type Batch,
  isValid,
  jsonLines,
  sliceBatch,
  type Value,
  type Vector,
  valueAt,
  vectorBuilder,
} from '../../codec/index.ts';
import type { Snapshot } from '../../format/index.ts';
import {
  batchesOf,
  DELETE,
  groupEquality,
  inOrder,
  isRetract,
  lastOfEach,
  type RowOrder,
  SEQUENCE_NUMBER_FIELD,
  type SortColumn,
  type SortedRows,
  UPDATE_BEFORE,
  VALUE_KIND_FIELD,
} from '../../tree/index.ts';
import { BATCH_COMMIT_IDENTIFIER, committedBefore } from '../commit/index.ts';
import {
  type CompactionRules,
  compactsOnWrite,
  type WithRoom,
  type WrittenCompaction,
} from '../compact/index.ts';
import { planWrite, requireNewestSchema, WRITTEN, type WritePlan } from '../data-file/index.ts';
import { removeOrLeave } from '../remove-files.ts';
import type { Table } from '../table.ts';
import { type BadCell, BadCells, BadRows, type OnBadRow, type RowOrigin, type RowText } from './bad-rows.ts';
import { checkBatch } from './check-batch.ts';
import { commitRows } from './commit-rows.ts';
import { fitBatch } from './fit-batch.ts';
import type { Overwrite } from './overwrite.ts';
import { Placement } from './place-rows.ts';
import { RowBuffer } from './row-buffer.ts';
import { columnKinds, keepRows } from './row-kinds.ts';
import { KIND_TEXTS, type KindBatch, rowsToBatch, rowText, type WriteRow } from './rows-to-batch.ts';
import { TargetFiles, type TargetFilesRequest } from './target-files.ts';

/**
 * How a commit is made.
 *
 * Shape   `commitUser` default a random one; `commitIdentifier` default the one of batch commits, which is
 *         never taken for one made before. `overwrite` replaces what is there. `watermark` milliseconds.
 *         `onBadRow` takes rows that their columns cannot hold, and the others are written; without it one
 *         bad row refuses the whole input.
 */
export interface WriteOptions {
  readonly commitUser?: string;
  readonly commitIdentifier?: bigint;
  readonly watermark?: bigint;
  readonly overwrite?: Overwrite;
  readonly onBadRow?: OnBadRow;
  readonly signal?: AbortSignal;
}

/**
 * What became of a commit. `snapshot` undefined when there was nothing to commit; `already` when it holds an
 * earlier commit of the same user and identifier, or a later one, and these rows were left out. `compaction`
 * where one came with it: its snapshot follows that of the rows.
 */
export interface WriteResult {
  readonly snapshot: Snapshot | undefined;
  readonly already: boolean;
  readonly fileCount: number;
  readonly rowCount: number;
  readonly compaction?: WrittenCompaction;
}

/**
 * A part of an input.
 *
 * Shape   `textOf`: a row as its source has it, asked for those that are bad. `unread`: by index, rows that
 *         could not be read at all and why; an empty object stands in their place.
 */
export type WriteInput =
  | { readonly kind: 'batch'; readonly batch: Batch; readonly kinds?: Int8Array }
  | {
      readonly kind: 'rows';
      readonly rows: readonly WriteRow[];
      readonly textOf?: RowText;
      readonly unread?: ReadonlyMap<number, BadCell>;
    };

/** Rows being taken: what is wrong with some, where they stand, and what they look like there. */
interface Taking {
  readonly bad: BadCells;
  readonly origin: RowOrigin | undefined;
  readonly textOf: RowText;
}

const PLACE_TYPE = { kind: 'INT', nullable: false } as const;
const ARRIVAL_TYPE = { kind: 'BIGINT', nullable: false } as const;

/**
 * What a writer works with.
 *
 * Shape   `scratchDirectory`: where rows are put aside; asked for when memory does not suffice.
 *         `withCompactionRoom`: asked when buckets are due to be compacted.
 * Units   `memoryBytes`: for the rows in memory and what sorts them.
 */
export interface WriteRoom {
  readonly memoryBytes: number;
  readonly scratchDirectory: () => Promise<string>;
  readonly withCompactionRoom: WithRoom;
}

/**
 * Collects rows for one commit.
 *
 * Limits  rows take the room's memory and lie in scratch files beyond; `WRITE_BUCKETS_MAX` buckets.
 * Errors  VALUE_INVALID naming row and column: the writer then commits nothing any more.
 */
export class TableWriter implements AsyncDisposable {
  readonly #table: Table;
  readonly #plan: WritePlan;
  readonly #options: WriteOptions;
  readonly #placement: Placement;
  readonly #buffer: RowBuffer;
  readonly #stored: readonly Field[];
  readonly #required: ReadonlySet<string>;
  readonly #badRows: BadRows;
  readonly #rules: CompactionRules | undefined;
  readonly #withCompactionRoom: WithRoom;
  /** Files of the one target there is, begun before the commit. */
  #begun: TargetFiles | undefined;
  /** Files that nobody knows of yet. */
  readonly #paths: string[] = [];
  #rows = 0;
  #state: 'open' | 'failed' | 'done' = 'open';

  private constructor(table: Table, plan: WritePlan, room: WriteRoom, options: WriteOptions) {
    this.#table = table;
    this.#plan = plan;
    this.#stored = storedFields(plan);
    this.#buffer = new RowBuffer({
      ...room,
      fields: this.#stored,
      order: rowOrder(plan),
      reduce: reduction(plan),
      splits: plan.spec !== undefined && !leavesOneOfEach(plan),
      signal: options.signal,
      ...(streams(plan) ? { overflow: (rows: Batch) => this.#append(rows) } : {}),
    });
    this.#options = options;
    this.#placement = new Placement(table, plan);
    this.#required = new Set(table.schema.primaryKeys);
    this.#badRows = new BadRows(options.onBadRow);
    this.#rules = compactsOnWrite(table);
    this.#withCompactionRoom = room.withCompactionRoom;
  }

  /**
   * Errors: those of `planWrite` and `compactsOnWrite`; ARGUMENT_INVALID when the table's schema is not the
   * newest one.
   */
  static async open(table: Table, room: WriteRoom, options: WriteOptions = {}): Promise<TableWriter> {
    const plan = planWrite(table);
    await requireNewestSchema(table);
    return new TableWriter(table, plan, room, options);
  }

  /** Rows taken so far, bad ones too. */
  get rowCount(): number {
    return this.#rows;
  }

  /** Bad rows so far. */
  get badRowCount(): number {
    return this.#badRows.count;
  }

  /** Takes rows. See `rowsToBatch`. */
  async writeRows(rows: readonly WriteRow[]): Promise<void> {
    for (let at = 0; at < rows.length; at += RUN_BATCH_ROWS) {
      await this.take({ kind: 'rows', rows: rows.slice(at, at + RUN_BATCH_ROWS) });
      this.checkTaken();
    }
  }

  /**
   * Takes a batch. See `fitBatch`.
   *
   * Shape   `kinds`: one number a row, 0 +I, 1 -U, 2 +U, 3 -D.
   */
  async writeBatch(batch: Batch, kinds?: Int8Array): Promise<void> {
    await this.take({ kind: 'batch', batch, ...(kinds === undefined ? {} : { kinds }) });
    this.checkTaken();
  }

  /**
   * Takes a part of an input that may have bad rows: they are set aside, or counted until `checkTaken`
   * refuses everything. After the first one that refuses nothing is collected any more.
   *
   * Errors  those of `fitBatch`.
   */
  async take(input: WriteInput, origin?: RowOrigin): Promise<void> {
    await this.#guarded(async () => {
      const bad = new BadCells();
      if (input.kind === 'batch') {
        checkKindNumbers(input.kinds, input.batch.rowCount);
        const taken = fitBatch(this.#plan, { batch: input.batch, kinds: input.kinds }, bad);
        await this.#take(taken, { bad, origin, textOf: (row) => batchRowText(input.batch, row) });
      } else {
        const { rows, unread } = input;
        for (const [row, cell] of unread ?? []) bad.add(row, cell);
        const taken = rowsToBatch(this.#plan, rows, bad);
        const textOf = input.textOf ?? ((row) => rowText(rows[row] ?? {}));
        await this.#take(taken, { bad, origin, textOf });
      }
    });
  }

  /** Nothing is committed any more: what came was only a part of what was meant. */
  fail(): void {
    if (this.#state === 'open') this.#state = 'failed';
  }

  /** Errors: VALUE_INVALID when bad rows refuse what was taken; the writer commits nothing any more. */
  checkTaken(): void {
    if (!this.#badRows.refuses) return;
    this.#state = 'failed';
    this.#badRows.check();
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
    const committed = await commitRows(
      {
        table: this.#table,
        plan: this.#plan,
        rules: this.#rules,
        buffer: this.#buffer,
        targets: this.#placement.targets,
        unique: leavesOneOfEach(this.#plan),
        begun: this.#begun,
        paths: this.#paths,
        withCompactionRoom: this.#withCompactionRoom,
      },
      { ...this.#options, commitUser, commitIdentifier },
    );
    return { ...committed, already: false, rowCount: this.#rows - this.#badRows.count };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#state = 'done';
    await this.#buffer[Symbol.asyncDispose]();
    await this.#begun?.abort();
    // What was written before anything was committed.
    await removeOrLeave(this.#table.store, this.#paths.splice(0));
  }

  #filesRequest(): TargetFilesRequest {
    return {
      table: this.#table,
      plan: this.#plan,
      targets: this.#placement.targets,
      signal: this.#options.signal,
      onFile: (path) => this.#paths.push(path),
    };
  }

  /** Appends rows to files at once while all are of one target; false, and nothing done, otherwise. */
  async #append(rows: Batch): Promise<boolean> {
    if (this.#placement.targets.length > 1) return false;
    this.#begun ??= new TargetFiles(this.#filesRequest(), WRITTEN);
    for (const batch of batchesOf(inOrder(rows), BATCH_BYTES_TARGET)) {
      await this.#begun.append(0, { ...batch, columns: batch.columns.slice(0, -1) });
    }
    return true;
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

  async #take({ batch, kinds }: KindBatch, { bad, origin, textOf }: Taking): Promise<void> {
    checkBatch(batch, this.#required, bad);
    const filled = fillDefaults(this.#plan, batch);
    const all = columnKinds(this.#plan, filled, { kinds, bad });
    this.#checkKinds(all, bad);
    await this.#badRows.take(bad, { firstRow: this.#rows, origin, textOf });
    this.#rows += batch.rowCount;
    if (this.#badRows.refuses) return;
    const kept = keepRows(this.#plan, { batch: filled, kinds: all }, bad);
    if (kept.batch.rowCount === 0) return;
    const { target, order } = this.#placement.place(kept.batch);
    const length = kept.batch.rowCount;
    const columns: readonly Vector[] = [
      ...kept.batch.columns,
      { layout: 'i64', length, validity: null, values: order },
      { layout: 'i8', length, validity: null, values: kept.kinds },
      { layout: 'i32', length, validity: null, values: target },
    ];
    await this.#buffer.add({ fields: this.#stored, rowCount: length, columns });
  }

  /** Append tables take no retracts. Source: Paimon, append/AppendOnlyWriter.java. */
  #checkKinds(kinds: Int8Array, bad: BadCells): void {
    const { spec, ignoreDelete, ignoreUpdateBefore } = this.#plan;
    if (spec !== undefined || ignoreDelete) return;
    for (const [row, kind] of kinds.entries()) {
      if (!isRetract(kind) || (kind === UPDATE_BEFORE && ignoreUpdateBefore)) continue;
      bad.add(row, { reason: `a table without primary key takes no ${KIND_TEXTS[kind]}` });
    }
  }

  #checkOpen(): void {
    if (this.#state === 'open') return;
    const why = this.#state === 'failed' ? 'refused something before' : 'is done';
    throw new LakeError('CLOSED', `The writer ${why}; begin a new one.`);
  }
}

/** The columns of the buffer: the table's, then the row's number in its bucket, its kind, its target. */
function storedFields(plan: WritePlan): readonly Field[] {
  return [
    ...plan.fields,
    SEQUENCE_NUMBER_FIELD,
    VALUE_KIND_FIELD,
    { id: -1, name: '_TARGET', type: PLACE_TYPE },
  ];
}

/** By target, key and user sequence; append tables by target alone. */
function rowOrder({ fields, spec }: WritePlan): RowOrder {
  const target: SortColumn = { column: fields.length + 2, type: PLACE_TYPE, descending: false };
  // Rows without key are groups of their own: a step of a merge need not wait for the end of a target.
  const arrival: SortColumn = { column: fields.length, type: ARRIVAL_TYPE, descending: false };
  if (spec === undefined) return { columns: [target, arrival], groupColumns: 2 };
  const by = (column: number, descending: boolean): SortColumn => ({
    column,
    type: (fields[column] as Field).type,
    descending,
  });
  const keys = spec.key.map((column) => by(column, false));
  const sequence = spec.userSequence.map((column) => by(column, spec.sequenceDescending));
  return { columns: [target, ...keys, ...sequence], groupColumns: 1 + keys.length };
}

/** Where the last row of a key wins, and no changelog is made, the others need not be kept. */
function leavesOneOfEach({ spec, changelog }: WritePlan): boolean {
  return changelog === undefined && spec?.engine.kind === 'deduplicate' && !spec.engine.ignoreDelete;
}

function reduction(plan: WritePlan): (rows: SortedRows) => SortedRows {
  if (plan.spec === undefined || !leavesOneOfEach(plan)) return (rows) => rows;
  const equality = groupEquality(plan.spec);
  return (rows) => lastOfEach(rows, equality(rows));
}

/** Rows in no particular bucket are written in the order they come: they need not wait for each other. */
function streams({ spec, bucketCount }: WritePlan): boolean {
  return spec === undefined && bucketCount <= 0;
}

function checkKindNumbers(kinds: Int8Array | undefined, rowCount: number): void {
  if (kinds === undefined) return;
  if (kinds.length === rowCount && kinds.every((kind) => kind >= 0 && kind <= DELETE)) return;
  throw new LakeError('ARGUMENT_INVALID', 'Kinds are one number a row, 0 +I, 1 -U, 2 +U or 3 -D.');
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

/** A row of a batch as JSON text. */
function batchRowText(batch: Batch, row: number): string {
  const [line = ''] = jsonLines(sliceBatch(batch, row, row + 1));
  return line.trimEnd();
}
