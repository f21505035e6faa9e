// A schema and a list of changes into the next schema. Reads no file and no clock.
import { type DataType, type Field, printType, withNullable } from '../../base/index.ts';
import {
  assignIds,
  type FieldIds,
  normalizeSchema,
  SCHEMA_VERSION,
  type TableSchema,
} from '../../format/index.ts';
import { mayRetype } from './cast-rules.ts';
import { checkDefault } from './default-value.ts';
import { changeField, changeFields, typeInside, withTypeInside } from './nested-fields.ts';
import { checkRemoveOption, checkSetOption } from './option-changes.ts';
import { columnExists, noColumn, refused } from './refuse.ts';
import { renameInOptions } from './rename-options.ts';
import type { ChangeOf, ColumnPosition, SchemaChange } from './schema-change.ts';

/** What `applyChanges` needs beside the schema. `hasSnapshots`: files follow the options already. */
export interface ApplyOptions {
  readonly hasSnapshots: boolean;
  /** Milliseconds since 1970, of the new schema. */
  readonly timeMillis: bigint;
}

/** The next schema while it is made. */
interface Draft {
  readonly old: TableSchema;
  readonly hasSnapshots: boolean;
  readonly fields: Field[];
  readonly ids: FieldIds;
  readonly options: Map<string, string>;
  comment: string | undefined;
  primaryKeys: readonly string[];
}

/**
 * The schema after the changes, in their order. It is not yet checked as a whole: see `checkSchema`.
 *
 * Errors  `SCHEMA_INVALID`, `COLUMN_MISSING` where Java refuses a change.
 * Source  Paimon, schema/SchemaManager.java (generateTableSchema).
 */
export function applyChanges(
  old: TableSchema,
  changes: readonly SchemaChange[],
  options: ApplyOptions,
): TableSchema {
  const draft: Draft = {
    old,
    hasSnapshots: options.hasSnapshots,
    fields: [...old.fields],
    ids: { last: old.highestFieldId },
    options: new Map(Object.entries(old.options)),
    comment: old.comment,
    primaryKeys: old.primaryKeys,
  };
  for (const change of changes) apply(draft, change);
  const renames = changes.filter((change) => change.kind === 'rename-column');
  const names = new Map(renames.flatMap(({ path, name }) => (path.length === 1 ? [[path[0], name]] : [])));
  return normalizeSchema({
    version: SCHEMA_VERSION,
    id: old.id + 1,
    fields: draft.fields,
    highestFieldId: draft.ids.last,
    partitionKeys: old.partitionKeys,
    primaryKeys: draft.primaryKeys.map((key) => names.get(key) ?? key),
    options: renameInOptions(Object.fromEntries(draft.options), renames),
    ...(draft.comment === undefined ? {} : { comment: draft.comment }),
    timeMillis: options.timeMillis,
  });
}

function apply(draft: Draft, change: SchemaChange): void {
  switch (change.kind) {
    case 'set-option':
      if (draft.hasSnapshots) checkSetOption(draft.old.options, change.key, change.value);
      draft.options.set(change.key, change.value);
      return;
    case 'remove-option':
      if (draft.hasSnapshots) checkRemoveOption(draft.old.options, change.key);
      draft.options.delete(change.key);
      return;
    case 'comment-table':
      draft.comment = change.comment;
      return;
    case 'add-column':
      addColumn(draft, change);
      return;
    case 'rename-column':
      renameColumn(draft, change);
      return;
    case 'drop-column':
      dropColumn(draft, change);
      return;
    case 'retype-column':
      retypeColumn(draft, change);
      return;
    case 'set-nullable':
      setNullable(draft, change);
      return;
    case 'comment-column':
      changeField(draft.fields, change.path, ({ description: _old, ...field }) =>
        change.comment === undefined ? field : { ...field, description: change.comment },
      );
      return;
    case 'set-default':
      changeField(draft.fields, change.path, ({ defaultValue: _old, ...field }) => {
        checkDefault(change.path.join('.'), field.type, change.defaultValue);
        return change.defaultValue === undefined ? field : { ...field, defaultValue: change.defaultValue };
      });
      return;
    case 'move-column':
      moveColumn(draft.fields, change);
      return;
    case 'drop-primary-key':
      if (draft.hasSnapshots) throw refused('The primary key of a table with snapshots cannot be dropped.');
      draft.primaryKeys = [];
  }
}

function addColumn(draft: Draft, change: ChangeOf<'add-column'>): void {
  const { path, position, comment } = change;
  if (!change.type.nullable) {
    throw refused(`Column ${path.join('.')} cannot be added as NOT NULL: rows that are there have no value.`);
  }
  const id = ++draft.ids.last;
  const type = assignIds(change.type, draft.ids);
  changeFields(draft.fields, path, (fields, name) => {
    if (fields.some((field) => field.name === name)) throw columnExists([...path.slice(0, -1), name]);
    const field = { id, name, type, ...(comment === undefined ? {} : { description: comment }) };
    const at = position === undefined ? defaultPlace(draft, fields, path) : placeOf(fields, position);
    fields.splice(at, 0, field);
  });
}

function defaultPlace(draft: Draft, fields: readonly Field[], path: readonly string[]): number {
  const { options, partitionKeys } = draft.old;
  if (path.length !== 1 || !isTrue(options['add-column-before-partition'])) return fields.length;
  const first = fields.findIndex(({ name }) => partitionKeys.includes(name));
  return first < 0 ? fields.length : first;
}

function placeOf(fields: readonly Field[], position: ColumnPosition): number {
  if (position.kind === 'first') return 0;
  if (position.kind === 'last') return fields.length;
  const at = fields.findIndex(({ name }) => name === position.column);
  if (at < 0) throw noColumn([position.column]);
  return position.kind === 'after' ? at + 1 : at;
}

function renameColumn(draft: Draft, { path, name: newName }: ChangeOf<'rename-column'>): void {
  checkNoPartitionKey(draft, path, 'renamed');
  changeFields(draft.fields, path, (fields, name) => {
    const at = fields.findIndex((field) => field.name === name);
    if (at < 0) throw noColumn(path);
    if (fields.some((field) => field.name === newName)) throw columnExists([...path.slice(0, -1), newName]);
    fields[at] = { ...(fields[at] as Field), name: newName };
  });
}

function dropColumn(draft: Draft, { path }: ChangeOf<'drop-column'>): void {
  checkNoPartitionKey(draft, path, 'dropped');
  checkNoPrimaryKey(draft, path, 'dropped');
  changeFields(draft.fields, path, (fields, name, depth) => {
    // Java drops the whole column here, and may empty the row that stands after it.
    if (depth < path.length - 1) throw refused(`${path.join('.')} is an element, which cannot be dropped.`);
    const at = fields.findIndex((field) => field.name === name);
    if (at < 0) throw noColumn(path);
    if (fields.length === 1) throw refused(`Column ${path.join('.')} is the only one; it cannot be dropped.`);
    fields.splice(at, 1);
  });
}

function retypeColumn(draft: Draft, change: ChangeOf<'retype-column'>): void {
  const { path, keepNullability = true } = change;
  checkNoPartitionKey(draft, path, 'retyped');
  checkNoPrimaryKey(draft, path, 'retyped');
  const explicit = !isTrue(draft.old.options['disable-explicit-type-casting']);
  changeField(draft.fields, path, (field, depth) => {
    const steps = path.length - 1 - depth;
    const source = typeInside(field.type, steps);
    const target = keepNullability ? withNullable(change.type, source.nullable) : change.type;
    checkNullability(draft, path, source, target.nullable);
    if (!mayRetype(source, target, explicit)) {
      const column = path.join('.');
      const message = `Column ${column} of type ${printType(source)} cannot become ${printType(target)}.`;
      throw refused(message, { column });
    }
    return { ...field, type: withTypeInside(field.type, target, steps) };
  });
}

function setNullable(draft: Draft, { path, nullable }: ChangeOf<'set-nullable'>): void {
  if (nullable) checkNoPrimaryKey(draft, path, 'nullable');
  changeField(draft.fields, path, (field, depth) => {
    const steps = path.length - 1 - depth;
    const source = typeInside(field.type, steps);
    checkNullability(draft, path, source, nullable);
    return { ...field, type: withTypeInside(field.type, withNullable(source, nullable), steps) };
  });
}

function checkNullability(draft: Draft, path: readonly string[], from: DataType, nullable: boolean): void {
  const allowed = draft.old.options['alter-column-null-to-not-null.disabled'];
  if (!from.nullable || nullable || (allowed !== undefined && !isTrue(allowed))) return;
  throw refused(
    `Column ${path.join('.')} holds nulls perhaps, so it cannot become NOT NULL. Set the option ` +
      "'alter-column-null-to-not-null.disabled' = 'false' first if it holds none.",
    { column: path.join('.') },
  );
}

/** Source: Paimon, schema/SchemaManager.java (applyMove). */
function moveColumn(fields: Field[], { column, position }: ChangeOf<'move-column'>): void {
  const indexOf = (name: string): number => {
    const at = fields.findIndex((field) => field.name === name);
    if (at < 0) throw noColumn([name]);
    return at;
  };
  const from = indexOf(column);
  const end = fields.length - 1;
  const beside = position.kind === 'after' || position.kind === 'before' ? indexOf(position.column) : 0;
  const reference = position.kind === 'last' ? end : beside;
  if (reference === from) throw refused(`Column ${column} is there already.`, { column });
  let to = reference;
  if (position.kind === 'after' && from > reference) to++;
  if (position.kind === 'before' && from < reference) to--;
  fields.splice(to, 0, ...fields.splice(from, 1));
}

function checkNoPartitionKey(draft: Draft, path: readonly string[], what: string): void {
  const [column = ''] = path;
  if (path.length > 1 || !draft.old.partitionKeys.includes(column)) return;
  throw refused(`Column ${column} is a partition key; it cannot be ${what}.`, { column });
}

function checkNoPrimaryKey(draft: Draft, path: readonly string[], what: string): void {
  const [column = ''] = path;
  if (path.length > 1 || !draft.old.primaryKeys.includes(column)) return;
  throw refused(`Column ${column} is in the primary key; it cannot be ${what}.`, { column });
}

/** Java's Boolean.parseBoolean: whatever is not "true" is false. */
function isTrue(text: string | undefined): boolean {
  return text?.toLowerCase() === 'true';
}
