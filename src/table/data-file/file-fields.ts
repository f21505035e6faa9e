// The columns of data files.
import type { Field } from '../../base/index.ts';
import type { Vector } from '../../codec/index.ts';
import { type MergeSpec, SEQUENCE_NUMBER_FIELD, VALUE_KIND_FIELD } from '../../tree/index.ts';

/** Ids of the key columns of files begin here. Source: Paimon, table/SpecialFields.java. */
const KEY_ID_BASE = 1073741823;

/** What decides on the columns. `thin`: the key is not written a second time. */
export interface FileColumns {
  readonly fields: readonly Field[];
  readonly spec: MergeSpec | undefined;
  readonly thin: boolean;
}

/** The columns of a file: of a keyed table key, sequence number and kind first. */
export function fileFields({ fields, spec, thin }: FileColumns): readonly Field[] {
  if (spec === undefined) return fields;
  const keys = thin ? [] : spec.key.map((c) => keyField(fields[c] as Field));
  return [...keys, SEQUENCE_NUMBER_FIELD, VALUE_KIND_FIELD, ...fields];
}

function keyField(field: Field): Field {
  return { ...field, id: KEY_ID_BASE + field.id, name: `_KEY_${field.name}` };
}

/** The vectors of these columns, of a batch as a merge gives it. */
export function fileColumns(plan: FileColumns, columns: readonly Vector[]): readonly Vector[] {
  const { fields, spec, thin } = plan;
  const values = columns.slice(0, fields.length);
  if (spec === undefined) return values;
  const keys = thin ? [] : spec.key.map((c) => columns[c] as Vector);
  return [...keys, ...columns.slice(fields.length, fields.length + 2), ...values];
}
