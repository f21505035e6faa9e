// The options that name columns, after columns have other names.
import { splitLikeJava } from './option-values.ts';
import { refused } from './refuse.ts';
import type { ChangeOf } from './schema-change.ts';

/** Options whose value is a list of columns. */
const LISTS = ['bucket-key', 'sequence.field'];
/** Options of one column, with its name in their own. */
const SUFFIXES = ['aggregate-function', 'ignore-retract', 'distinct', 'list-agg-delimiter'];
/** Options with columns in their name and their value. */
const GROUPS = ['sequence-group', 'nested-key'];

/**
 * The options with the new names in them.
 *
 * Shape   as in Java, a change of a nested column counts by the first name of its path, and options that are
 *         not listed above keep the old name, so that checking the schema may refuse them.
 * Errors  `SCHEMA_INVALID` when a column is renamed twice at once.
 * Source  Paimon, schema/SchemaManager.java (applyRenameColumnsToOptions).
 */
export function renameInOptions(
  options: Readonly<Record<string, string>>,
  changes: readonly ChangeOf<'rename-column'>[],
): Readonly<Record<string, string>> {
  if (changes.length === 0) return options;
  const names = new Map<string, string>();
  for (const { path, name } of changes) {
    const column = path[0] as string;
    if (names.has(column)) throw refused(`Column ${column} is renamed twice.`, { column });
    names.set(column, name);
  }
  const renamed = new Map(Object.entries(options));
  for (const option of LISTS) {
    const value = options[option];
    if (value !== undefined && value.trim() !== '') renamed.set(option, renameList(value, names));
  }
  for (const [column, name] of names) {
    for (const suffix of SUFFIXES) {
      const key = `fields.${column}.${suffix}`;
      const value = renamed.get(key);
      if (value === undefined) continue;
      renamed.delete(key);
      renamed.set(`fields.${name}.${suffix}`, value);
    }
  }
  for (const [key, value] of Object.entries(options)) renameGroup(renamed, key, value, names);
  return Object.fromEntries(renamed);
}

function renameGroup(
  renamed: Map<string, string>,
  key: string,
  value: string,
  names: ReadonlyMap<string, string>,
): void {
  const suffix = GROUPS.find((group) => key.endsWith(group));
  if (!key.startsWith('fields') || suffix === undefined) return;
  const end = key.length - suffix.length - 1;
  if (end < 'fields.'.length) throw refused(`Option '${key}' names no column.`, { option: key });
  renamed.delete(key);
  const columns = renameList(key.slice('fields.'.length, end), names);
  renamed.set(`fields.${columns}.${suffix}`, renameList(value, names));
}

function renameList(list: string, names: ReadonlyMap<string, string>): string {
  const columns = splitLikeJava(list);
  return columns.map((column) => names.get(column) ?? column).join(',');
}
