// Kinds of rows: as the table's own column says them, and those that are not kept.
import { type Batch, type BytesVector, isValid, take } from '../../codec/index.ts';
import { isRetract, UPDATE_BEFORE } from '../../tree/index.ts';
import type { WritePlan } from '../data-file/index.ts';
import type { BadCells } from './bad-rows.ts';
import { type KindBatch, kindOf } from './rows-to-batch.ts';

const PLUS = 0x2b;
const MINUS = 0x2d;
/** By sign and letter, what `+I -U +U -D` mean. */
const KINDS: ReadonlyMap<number, number> = new Map(
  [
    [PLUS, 'I'],
    [MINUS, 'U'],
    [PLUS, 'U'],
    [MINUS, 'D'],
  ].map(([sign, letter], kind) => [((sign as number) << 8) | (letter as string).charCodeAt(0), kind]),
);

/**
 * The kinds as the table's own column says them, if it has one.
 *
 * Source  Paimon, table/sink/RowKindGenerator.java.
 */
export function columnKinds(
  plan: WritePlan,
  batch: Batch,
  given: { readonly kinds: Int8Array; readonly bad: BadCells },
): Int8Array {
  if (plan.kindColumn === undefined) return given.kinds;
  const column = batch.columns[plan.fields.findIndex((f) => f.name === plan.kindColumn)] as BytesVector;
  const { offsets, values } = column;
  const kinds = new Int8Array(batch.rowCount);
  for (let i = 0; i < batch.rowCount; i++) {
    const start = offsets[i] as number;
    const end = isValid(column, i) ? (offsets[i + 1] as number) : start;
    const code = end - start === 2 ? ((values[start] as number) << 8) | (values[start + 1] as number) : -1;
    kinds[i] = KINDS.get(code) ?? kindOf(Buffer.from(values.subarray(start, end)).toString(), i, given.bad);
  }
  return kinds;
}

/** The rows that are not bad and whose kind is not to be ignored. */
export function keepRows(plan: WritePlan, { batch, kinds }: KindBatch, bad: BadCells): KindBatch {
  if (!plan.ignoreDelete && !plan.ignoreUpdateBefore && bad.byRow.size === 0) return { batch, kinds };
  const rows = new Int32Array(batch.rowCount);
  let count = 0;
  for (let i = 0; i < batch.rowCount; i++) {
    const kind = kinds[i] as number;
    if (plan.ignoreDelete && isRetract(kind)) continue;
    if (plan.ignoreUpdateBefore && kind === UPDATE_BEFORE) continue;
    if (bad.byRow.has(i)) continue;
    rows[count++] = i;
  }
  if (count === batch.rowCount) return { batch, kinds };
  const kept = rows.subarray(0, count);
  return {
    batch: { ...batch, rowCount: count, columns: batch.columns.map((column) => take(column, kept)) },
    kinds: Int8Array.from(kept, (i) => kinds[i] as number),
  };
}
