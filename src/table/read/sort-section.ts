// Sections of more runs than can be open at once: the engine sorts their rows, spilling to its own temporary
// files, and the fold reads them back in order.
import { type DataType, type Field, LENGTH_MAX, RUN_BATCH_ROWS } from '../../base/index.ts';
import { type Batch, constantVector } from '../../codec/index.ts';
import { type MergeSpec, mergedFields, type RunSource } from '../../tree/index.ts';
import { engineOf, type ReadContext } from './read-context.ts';

const LEVEL_FIELD: Field = { id: 2147483644, name: '_LEVEL', type: { kind: 'INT', nullable: false } };
const RUN_FIELD: Field = { id: -2, name: '_RUN', type: { kind: 'INT', nullable: false } };

/** Numbers the temporary tables of a process. */
let sections = 0;

/**
 * The rows of several sorted runs in the order a merge would meet them.
 *
 * Shape   batches as `mergeSorted` takes them: the spec's fields, the two system columns, the level. Rows
 *         that tie in key and sequence come in the order of their runs.
 * Limits  one run is open at a time; the rows lie in the engine, which spills beyond its memory limit.
 * Errors  those of the sources; MEMORY_EXHAUSTED from the engine. The temporary table is dropped at the end,
 *         after an error and when the caller stops early.
 */
export async function* sortRuns(
  context: ReadContext,
  openRuns: readonly (() => RunSource)[],
  spec: MergeSpec,
): AsyncGenerator<Batch, void, undefined> {
  const fields = [...mergedFields(spec), LEVEL_FIELD];
  // Columns are numbered: names that differ in case only would be one name to the engine.
  const stored = [...fields, RUN_FIELD].map(
    (field, i): Field => ({ ...field, name: `c${i}`, type: heldAs(field.type) }),
  );
  const engine = await engineOf(context);
  await using stage = await engine.stage(`section_${sections++}`, stored);
  for (const [run, open] of openRuns.entries()) {
    const source = open();
    try {
      for (let batch = await source.next(); batch !== undefined; batch = await source.next()) {
        const level = constantVector(LEVEL_FIELD.type, batch.level, batch.rowCount);
        const place = constantVector(RUN_FIELD.type, run, batch.rowCount);
        const columns = [...batch.columns, level, place];
        await stage.append({ fields: stored, rowCount: batch.rowCount, columns });
      }
    } finally {
      await source.close();
    }
  }
  await stage.finish();
  const wanted = stored.slice(0, -1);
  const names = wanted.map((field) => field.name).join(', ');
  const sql = `SELECT ${names} FROM ${stage.name} ORDER BY ${sortOrder(spec)}`;
  const signal = context.signal === undefined ? {} : { signal: context.signal };
  for await (const batch of engine.query(sql, {
    fields: wanted,
    batchRows: RUN_BATCH_ROWS,
    ...signal,
  })) {
    yield { ...batch, fields };
  }
}

/**
 * The type a column has while the engine holds it: of the same memory layout and order, and one that takes
 * every value. The engine's own timestamps end in 2262 and its text must be UTF-8; Java's need not.
 */
function heldAs(type: DataType): DataType {
  const { nullable } = type;
  switch (type.kind) {
    case 'CHAR':
    case 'VARCHAR':
      return { kind: 'VARBINARY', nullable, length: LENGTH_MAX };
    case 'DATE':
    case 'TIME':
      return { kind: 'INT', nullable };
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return type.precision <= 6
        ? { kind: 'BIGINT', nullable }
        : { kind: 'DECIMAL', nullable, precision: 38, scale: 0 };
    case 'ARRAY':
      return { kind: 'ARRAY', nullable, element: heldAs(type.element) };
    case 'MULTISET':
      return pairsOf(nullable, type.element, { kind: 'INT', nullable: false });
    case 'MAP':
      return pairsOf(nullable, type.key, type.value);
    case 'ROW':
      return { kind: 'ROW', nullable, fields: type.fields.map((field, i) => heldField(i, field.type)) };
    default:
      return type;
  }
}

function pairsOf(nullable: boolean, key: DataType, value: DataType): DataType {
  const pair = { kind: 'ROW', nullable: false, fields: [heldField(0, key), heldField(1, value)] } as const;
  return { kind: 'ARRAY', nullable, element: pair };
}

function heldField(id: number, type: DataType): Field {
  return { id, name: `f${id}`, type: heldAs(type) };
}

/** Java's order: nulls are lowest whichever way the sequence runs. */
function sortOrder(spec: MergeSpec): string {
  // The engine gives columns it sorts by back from the sort key, where -0 has become 0; a sum keeps the
  // column itself out of it.
  const term = (column: number): string => {
    const kind = spec.fields[column]?.type.kind;
    return kind === 'FLOAT' || kind === 'DOUBLE' ? `(c${column} + 0::DOUBLE)` : `c${column}`;
  };
  const sequence = spec.fields.length;
  const direction = spec.sequenceDescending ? 'DESC' : 'ASC';
  return [
    ...spec.key.map((column) => `${term(column)} ASC NULLS FIRST`),
    ...spec.userSequence.map((column) => `${term(column)} ${direction} NULLS FIRST`),
    `c${sequence} ASC`,
    `c${sequence + 3} ASC`,
  ].join(', ');
}
