// JavaScript rows as a batch of the table's columns.
import { type DataType, type Field, LakeError } from '../../base/index.ts';
import { type Batch, batchOf, parseCell, type Value } from '../../codec/index.ts';
import type { WritePlan } from '../data-file/index.ts';
import type { BadCells } from './bad-rows.ts';

/** The member of a row that says its kind; the same name as in what `scan --kind` prints. */
export const KIND_MEMBER = '_kind';

/** The four kinds as text, by their number. */
export const KIND_TEXTS = ['+I', '-U', '+U', '-D'] as const;

/** A row given to a writer: values by column, and its kind (default `+I`) as `_kind`. */
export type WriteRow = Readonly<Record<string, unknown>>;

/** Rows as columns, and their kinds. */
export interface KindBatch {
  readonly batch: Batch;
  readonly kinds: Int8Array;
}

/**
 * Turns rows into a batch of all `fields`.
 *
 * Shape   a missing column is its default, else null. Values as `scan().rows()` gives them, or as the
 *         encoding of `jsonLines` has them. A row that cannot be read goes to `bad`, and nulls stand in its
 *         place; those in `bad` already are not looked at.
 */
export function rowsToBatch(
  { fields, defaults }: Pick<WritePlan, 'fields' | 'defaults'>,
  rows: readonly WriteRow[],
  bad: BadCells,
): KindBatch {
  const known = new Set(fields.map((field) => field.name));
  const kinds = new Int8Array(rows.length);
  const nulls = fields.map(() => null);
  const cells = rows.map((row, i): readonly Value[] => {
    if (bad.byRow.has(i)) return nulls;
    for (const name of Object.keys(row)) {
      if (!known.has(name) && name !== KIND_MEMBER)
        bad.add(i, { column: name, reason: 'there is no such column' });
    }
    if (!known.has(KIND_MEMBER)) kinds[i] = kindOf(row[KIND_MEMBER], i, bad);
    return fields.map((field) => {
      if (!Object.hasOwn(row, field.name)) return defaults.get(field.name) ?? null;
      return cellOf(field, row[field.name], i, bad);
    });
  });
  return { batch: batchOf(fields, cells), kinds };
}

/** The number of a kind; one that is none makes its row bad. */
export function kindOf(value: unknown, row: number, bad: BadCells): number {
  if (value === undefined || value === null) return 0;
  const kind = KIND_TEXTS.indexOf(value as (typeof KIND_TEXTS)[number]);
  if (kind >= 0) return kind;
  const reason = `${JSON.stringify(value)} is none of ${KIND_TEXTS.join(' ')}`;
  bad.add(row, { column: KIND_MEMBER, reason });
  return 0;
}

/** A row as JSON text, for whoever has to find it again. */
export function rowText(row: WriteRow): string {
  return JSON.stringify(plain(row), (_, value) => (typeof value === 'bigint' ? String(value) : value));
}

function cellOf(field: Field, given: unknown, row: number, bad: BadCells): Value {
  try {
    return cellFrom(field.type, given);
  } catch (error) {
    if (!(error instanceof LakeError) || error.kind !== 'invalid') throw error;
    bad.add(row, { column: field.name, reason: error.message.replace(/\.$/, '') });
    return null;
  }
}

/** As `parseCell`; JavaScript's own maps and bytes are taken too. */
function cellFrom(type: DataType, value: unknown): Value {
  if (value instanceof Uint8Array && (type.kind === 'BINARY' || type.kind === 'VARBINARY')) return value;
  return parseCell(type, plain(value));
}

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (value instanceof Map) return [...value].map(([k, v]) => [plain(k), plain(v)]);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
  }
  return value;
}
