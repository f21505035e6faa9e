// A table's schema as Paimon stores it in schema/schema-<id>.
import type { Field } from '../base/index.ts';

/**
 * One schema version of a table, with the old defaults of its JSON version already applied to `options`.
 *
 * Shape   `fields` in column order; keys are column names; `options` all values are text.
 * Source  Paimon, schema/TableSchema.java.
 */
export interface TableSchema {
  readonly version: number;
  readonly id: number;
  readonly fields: readonly Field[];
  readonly highestFieldId: number;
  readonly partitionKeys: readonly string[];
  readonly primaryKeys: readonly string[];
  readonly options: Readonly<Record<string, string>>;
  readonly comment?: string;
  readonly timeMillis: bigint;
}
