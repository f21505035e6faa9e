// What can be changed about a table, as plain data.
import type { DataType } from '../../base/index.ts';

/** Where a column goes among those of its level. */
export type ColumnPosition =
  | { readonly kind: 'first' }
  | { readonly kind: 'last' }
  | { readonly kind: 'after'; readonly column: string }
  | { readonly kind: 'before'; readonly column: string };

/**
 * One change of a table's schema.
 *
 * Shape   `path` leads to a column: `['c']`, or into rows: `['c', 'inner']`. Inside an ARRAY and a MAP's
 *         values one more name is needed, by custom `element` and `value`: `['list', 'element', 'inner']`.
 *         `retype-column` keeps NULL or NOT NULL unless `keepNullability` is false.
 *         An absent comment or default removes it.
 * Source  Paimon, schema/SchemaChange.java.
 */
export type SchemaChange =
  | { readonly kind: 'set-option'; readonly key: string; readonly value: string }
  | { readonly kind: 'remove-option'; readonly key: string }
  | { readonly kind: 'comment-table'; readonly comment?: string }
  | {
      readonly kind: 'add-column';
      readonly path: readonly string[];
      readonly type: DataType;
      readonly comment?: string;
      readonly position?: ColumnPosition;
    }
  | { readonly kind: 'rename-column'; readonly path: readonly string[]; readonly name: string }
  | { readonly kind: 'drop-column'; readonly path: readonly string[] }
  | {
      readonly kind: 'retype-column';
      readonly path: readonly string[];
      readonly type: DataType;
      readonly keepNullability?: boolean;
    }
  | { readonly kind: 'set-nullable'; readonly path: readonly string[]; readonly nullable: boolean }
  | { readonly kind: 'comment-column'; readonly path: readonly string[]; readonly comment?: string }
  | { readonly kind: 'set-default'; readonly path: readonly string[]; readonly defaultValue?: string }
  | { readonly kind: 'move-column'; readonly column: string; readonly position: ColumnPosition }
  | { readonly kind: 'drop-primary-key' };

/** The change of that kind. */
export type ChangeOf<K extends SchemaChange['kind']> = Extract<SchemaChange, { readonly kind: K }>;
