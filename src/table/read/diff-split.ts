// What changed in a bucket between two of its states, both merged, compared key by key.
import { type Batch, gather, type Value, type Vector, valueAt } from '../../codec/index.ts';
import { fieldsOf } from '../../format/index.ts';
import {
  DELETE,
  INSERT,
  isRetract,
  type MergeSpec,
  mergeColumns,
  mergeSpec,
  rowCompare,
  VALUE_KIND_FIELD,
} from '../../tree/index.ts';
import type { DiffSplit } from '../plan/split.ts';
import { mergeFiles } from './merge-section.ts';
import type { BucketContext, ReadContext } from './read-context.ts';
import { readFile } from './read-file.ts';

/** Wanted columns; `kind` appends the row kind and gives keys that are gone as -D. */
export interface DiffRead {
  readonly names: readonly string[];
  readonly kind: boolean;
}

/**
 * Reads the difference of a split.
 *
 * Shape   `diff`: rows of `after` that `before` has not or has otherwise, as they are; with `kind` also those
 *         of `after` that take a key away, and as -D those of `before` whose key `after` does not know. A row
 *         that lost against a newer one before (by sequence) is no change, as in Java. `overwrite`: all rows
 *         of `before` as -D, then all of `after` as +I. For append tables the rows of `after`.
 * Source  Paimon, table/source/splitread/IncrementalDiffSplitRead.java,
 *         IncrementalChangelogReadProvider.java.
 */
export async function* readDiff(
  context: ReadContext,
  bucket: BucketContext,
  split: DiffSplit,
  read: DiffRead,
): AsyncGenerator<Batch, void, undefined> {
  const { schema } = context.table;
  if (schema.primaryKeys.length === 0) {
    const fields = fieldsOf(schema, read.names);
    for (const file of split.after) {
      for await (const batch of readFile(context, bucket, file, { fields, conjuncts: [] })) {
        yield read.kind ? withKind(batch, INSERT) : batch;
      }
    }
    return;
  }
  const columns = split.way === 'overwrite' ? read.names : schema.fields.map((field) => field.name);
  const keepDeletes = split.way === 'diff' && read.kind;
  const spec = mergeSpec(schema, mergeColumns(schema, columns), { keepDeletes });
  const before = mergeFiles(context, bucket, split.before, { spec, conjuncts: [] });
  const after = mergeFiles(context, bucket, split.after, { spec, conjuncts: [] });
  if (split.way === 'overwrite') {
    if (read.kind) for await (const batch of before) yield replaceKind(batch, DELETE);
    yield* after;
    return;
  }
  yield* compareStates(spec, { before, after }, read.kind);
}

interface States {
  readonly before: AsyncGenerator<Batch, void, undefined>;
  readonly after: AsyncGenerator<Batch, void, undefined>;
}

/** One of the two streams, at a row. */
class Side {
  readonly #batches: AsyncGenerator<Batch, void, undefined>;
  batch: Batch | undefined;
  row = 0;

  constructor(batches: AsyncGenerator<Batch, void, undefined>) {
    this.#batches = batches;
  }

  /**
   * Moves to the next row; true when a new batch was taken, so that rows of the old one must be out by
   * then.
   */
  async advance(): Promise<void> {
    this.row++;
    while (this.batch === undefined || this.row >= this.batch.rowCount) {
      const next = await this.#batches.next();
      this.batch = next.done ? undefined : next.value;
      this.row = 0;
      if (next.done) return;
    }
  }

  /** True for a row that takes its key away. */
  get isGone(): boolean {
    const kinds = (this.batch as Batch).columns.at(-1) as Vector;
    return isRetract(Number(valueAt(kinds, this.row)));
  }

  get atBatchEnd(): boolean {
    return this.batch !== undefined && this.row + 1 >= this.batch.rowCount;
  }

  async close(): Promise<void> {
    await this.#batches.return();
  }
}

async function* compareStates(
  spec: MergeSpec,
  states: States,
  keepGone: boolean,
): AsyncGenerator<Batch, void, undefined> {
  const types = [...spec.fields.map((field) => field.type), SEQUENCE_TYPE];
  const byKey = rowCompare(types, spec.key);
  const bySequence = rowCompare(types, spec.userSequence, spec.sequenceDescending);
  const byNumber = rowCompare(types, [spec.fields.length]);
  const [before, after] = [new Side(states.before), new Side(states.after)];
  try {
    await Promise.all([before.advance(), after.advance()]);
    const out = new Picked();
    while (before.batch !== undefined || after.batch !== undefined) {
      const order =
        before.batch === undefined
          ? 1
          : after.batch === undefined
            ? -1
            : byKey(before.batch.columns, before.row, after.batch.columns, after.row);
      if (order < 0 && keepGone && !before.isGone) out.add(before, DELETE);
      if (order > 0) out.add(after, undefined);
      if (order === 0) {
        const [a, b] = [before.batch as Batch, after.batch as Batch];
        const newer =
          bySequence(a.columns, before.row, b.columns, after.row) ||
          byNumber(a.columns, before.row, b.columns, after.row);
        if (newer <= 0 && !sameRow(spec, before, after)) out.add(after, undefined);
      }
      const steps = [...(order <= 0 ? [before] : []), ...(order >= 0 ? [after] : [])];
      if (steps.some((side) => side.atBatchEnd)) yield* out.flush();
      for (const side of steps) await side.advance();
    }
    yield* out.flush();
  } finally {
    await Promise.all([before.close(), after.close()]);
  }
}

const SEQUENCE_TYPE = { kind: 'BIGINT', nullable: false } as const;

/** Rows chosen from the current batches of both sides, in order. */
class Picked {
  readonly #batches: Batch[] = [];
  #which: number[] = [];
  #rows: number[] = [];
  #kinds: (number | undefined)[] = [];

  add(side: Side, kind: number | undefined): void {
    const batch = side.batch as Batch;
    let at = this.#batches.indexOf(batch);
    if (at < 0) at = this.#batches.push(batch) - 1;
    this.#which.push(at);
    this.#rows.push(side.row);
    this.#kinds.push(kind);
  }

  *flush(): Generator<Batch, void, undefined> {
    const [first] = this.#batches;
    if (first !== undefined) {
      const which = Int32Array.from(this.#which);
      const rows = Int32Array.from(this.#rows);
      const columns = first.columns.map((_, c) =>
        gather(
          this.#batches.map((batch) => batch.columns[c] as Vector),
          which,
          rows,
          rows.length,
        ),
      );
      const stored = columns.at(-1) as Vector;
      const kinds = Int8Array.from(this.#kinds, (kind, i) => kind ?? Number(valueAt(stored, i)));
      columns[columns.length - 1] = { layout: 'i8', length: rows.length, validity: null, values: kinds };
      yield { fields: first.fields, rowCount: rows.length, columns };
    }
    this.#batches.length = 0;
    this.#which = [];
    this.#rows = [];
    this.#kinds = [];
  }
}

function sameRow(spec: MergeSpec, a: Side, b: Side): boolean {
  if (a.isGone !== b.isGone) return false;
  return spec.fields.every((_, c) => {
    const x = valueAt((a.batch as Batch).columns[c] as Vector, a.row);
    const y = valueAt((b.batch as Batch).columns[c] as Vector, b.row);
    return sameValue(x, y);
  });
}

function sameValue(a: Value, b: Value): boolean {
  if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  if (Array.isArray(a)) {
    return (
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((x, i) => sameValue(x, (b as readonly Value[])[i] as Value))
    );
  }
  return Object.is(a, b);
}

function withKind(batch: Batch, kind: number): Batch {
  const kinds = new Int8Array(batch.rowCount).fill(kind);
  const column: Vector = { layout: 'i8', length: batch.rowCount, validity: null, values: kinds };
  return {
    fields: [...batch.fields, VALUE_KIND_FIELD],
    rowCount: batch.rowCount,
    columns: [...batch.columns, column],
  };
}

function replaceKind(batch: Batch, kind: number): Batch {
  const kinds = new Int8Array(batch.rowCount).fill(kind);
  const column: Vector = { layout: 'i8', length: batch.rowCount, validity: null, values: kinds };
  return { ...batch, columns: [...batch.columns.slice(0, -1), column] };
}
