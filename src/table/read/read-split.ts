// One split as batches of the wanted columns.
import { checkAborted, type Field } from '../../base/index.ts';
import { type Batch, constantVector, type Vector } from '../../codec/index.ts';
import { columnsOf, fieldsOf, filterBatch, joinAnd, type Predicate, splitAnd } from '../../format/index.ts';
import {
  INSERT,
  mergeColumns,
  mergeSpec,
  SEQUENCE_NUMBER_FIELD,
  VALUE_KIND_FIELD,
} from '../../tree/index.ts';
import { explainMissing } from '../expired-read.ts';
import type { DataSplit, Split } from '../plan/split.ts';
import type { Table } from '../table.ts';
import { readDiff } from './diff-split.ts';
import { projectBatch } from './file-columns.ts';
import { mergeFiles } from './merge-section.ts';
import { type BucketContext, bucketContext, type ReadContext } from './read-context.ts';
import { readFiles } from './read-file.ts';

/**
 * Which rows and columns to give.
 *
 * Shape   `columns` in this order, default all; `filter` is applied exactly; `kind` appends `_VALUE_KIND`
 *         TINYINT (0 +I, 1 -U, 2 +U, 3 -D) and lets rows that take keys away through where a split knows of
 *         them. `keepDeletes` merges every split of a primary-key table and keeps rows whose merged kind
 *         takes the key away, as `$audit_log` does. `sequence` puts `_SEQUENCE_NUMBER` BIGINT before the
 *         kind; only for primary-key tables.
 */
export interface RowsRequest {
  readonly columns?: readonly string[];
  readonly filter?: Predicate;
  readonly kind?: boolean;
  readonly keepDeletes?: boolean;
  readonly sequence?: boolean;
  readonly batchRows?: number;
}

/** The fields of the batches a request gives. Errors: `COLUMN_MISSING`. */
export function requestedFields(table: Table, request: RowsRequest): readonly Field[] {
  const fields =
    request.columns === undefined ? table.schema.fields : fieldsOf(table.schema, request.columns);
  return [
    ...fields,
    ...(request.sequence === true ? [SEQUENCE_NUMBER_FIELD] : []),
    ...(request.kind === true ? [VALUE_KIND_FIELD] : []),
  ];
}

/**
 * Reads one split.
 *
 * Shape   batches of `requestedFields`; never empty.
 * Errors  `FEATURE_UNSUPPORTED`, `FILE_MISSING`, `FILE_CORRUPT`, `CANCELLED`.
 * Source  Paimon, table/source/KeyValueTableRead.java, AppendTableRead.java.
 */
export async function* readSplit(
  context: ReadContext,
  split: Split,
  request: RowsRequest,
): AsyncGenerator<Batch, void, undefined> {
  const { table } = context;
  const wanted = requestedFields(table, request);
  const filter = request.filter === undefined ? undefined : joinAnd(splitAnd(request.filter));
  const rows = splitRows(context, split, request, filter);
  try {
    for (let step = await nextOf(rows, table, split); !step.done; step = await nextOf(rows, table, split)) {
      checkAborted(context.signal);
      const kept = filter === undefined ? step.value : filterBatch(step.value, filter);
      if (kept.rowCount > 0) yield projectBatch(kept, wanted);
    }
  } finally {
    await rows.return();
  }
}

/** The next batch; a file that is gone because its snapshot expired is reported as that. */
async function nextOf(
  rows: AsyncGenerator<Batch, void, undefined>,
  table: Table,
  split: Split,
): Promise<IteratorResult<Batch, void>> {
  try {
    return await rows.next();
  } catch (error) {
    throw await explainMissing(table, split.snapshotId, error);
  }
}

/**
 * The split's rows with at least the wanted columns and those the filter looks at, and the kind where it is
 * wanted.
 */
function splitRows(
  context: ReadContext,
  split: Split,
  request: RowsRequest,
  filter: Predicate | undefined,
): AsyncGenerator<Batch, void, undefined> {
  const { table } = context;
  const names = new Set(request.columns ?? table.schema.fields.map((field) => field.name));
  if (filter !== undefined) for (const name of columnsOf(filter)) names.add(name);
  const bucket = bucketContext(table, split);
  const conjuncts = splitAnd(filter);
  if (split.kind === 'diff')
    return readDiff(context, bucket, split, { names: [...names], kind: request.kind === true });
  const keepDeletes = request.keepDeletes === true;
  const mergesRaw = keepDeletes && table.schema.primaryKeys.length > 0;
  if (split.way === 'merge' || (split.way === 'raw' && mergesRaw)) {
    const fields = mergeColumns(table.schema, [...names]);
    const spec = mergeSpec(table.schema, fields, { keepDeletes });
    return mergeFiles(context, bucket, split.files, { spec, conjuncts });
  }
  return plainRows(context, bucket, split, { names: [...names], conjuncts, request });
}

interface PlainRead {
  readonly names: readonly string[];
  readonly conjuncts: readonly Predicate[];
  readonly request: RowsRequest;
}

/** The rows of a split's files as they are: all +I, or with the kinds they were written with. */
async function* plainRows(
  context: ReadContext,
  bucket: BucketContext,
  split: DataSplit,
  read: PlainRead,
): AsyncGenerator<Batch, void, undefined> {
  const { schema } = context.table;
  const fields = fieldsOf(schema, read.names);
  const withKind = read.request.kind === true;
  const storedKind = withKind && split.way === 'as-written' && schema.primaryKeys.length > 0;
  const sequence = read.request.sequence === true ? [SEQUENCE_NUMBER_FIELD] : [];
  const fileRead = {
    fields: [...fields, ...sequence, ...(storedKind ? [VALUE_KIND_FIELD] : [])],
    conjuncts: read.conjuncts,
    ...(read.request.batchRows === undefined ? {} : { batchRows: read.request.batchRows }),
  };
  for await (const batch of readFiles(context, bucket, split.files, fileRead)) {
    yield withKind && !storedKind ? addKind(batch, INSERT) : batch;
  }
}

/** The batch with a column of one row kind behind its own. */
export function addKind(batch: Batch, kind: number): Batch {
  const kinds: Vector = constantVector(VALUE_KIND_FIELD.type, kind, batch.rowCount);
  return {
    fields: [...batch.fields, VALUE_KIND_FIELD],
    rowCount: batch.rowCount,
    columns: [...batch.columns, kinds],
  };
}
