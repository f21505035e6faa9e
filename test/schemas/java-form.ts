// Drafts and changes in the JSON that Java's own classes read.
import { printFieldJson, printTypeJson } from '../../src/base/index.ts';
import type { ColumnPosition, SchemaChange, SchemaDraft } from '../../src/index.ts';

/** As Paimon's schema/Schema.java. */
export function javaDraft(draft: SchemaDraft): unknown {
  return {
    fields: draft.fields.map((field, id) => printFieldJson({ ...field, id })),
    partitionKeys: draft.partitionKeys ?? [],
    primaryKeys: draft.primaryKeys ?? [],
    options: draft.options ?? {},
    comment: draft.comment,
  };
}

/** As Paimon's schema/SchemaChange.java. */
export function javaChange(change: SchemaChange): unknown {
  switch (change.kind) {
    case 'set-option':
      return { action: 'setOption', key: change.key, value: change.value };
    case 'remove-option':
      return { action: 'removeOption', key: change.key };
    case 'comment-table':
      return { action: 'updateComment', comment: change.comment ?? null };
    case 'add-column':
      return {
        action: 'addColumn',
        fieldNames: change.path,
        dataType: printTypeJson(change.type),
        comment: change.comment ?? null,
        move: change.position === undefined ? null : javaMove(change.path.at(-1) ?? '', change.position),
      };
    case 'rename-column':
      return { action: 'renameColumn', fieldNames: change.path, newName: change.name };
    case 'drop-column':
      return { action: 'dropColumn', fieldNames: change.path };
    case 'retype-column':
      return {
        action: 'updateColumnType',
        fieldNames: change.path,
        newDataType: printTypeJson(change.type),
        keepNullability: change.keepNullability ?? true,
      };
    case 'set-nullable':
      return {
        action: 'updateColumnNullability',
        fieldNames: change.path,
        newNullability: change.nullable,
      };
    case 'comment-column':
      return {
        action: 'updateColumnComment',
        fieldNames: change.path,
        newComment: change.comment ?? null,
      };
    case 'set-default':
      return {
        action: 'updateColumnDefaultValue',
        fieldNames: change.path,
        newDefaultValue: change.defaultValue ?? null,
      };
    case 'move-column':
      return { action: 'updateColumnPosition', move: javaMove(change.column, change.position) };
    case 'drop-primary-key':
      return { action: 'dropPrimaryKey' };
  }
}

function javaMove(fieldName: string, position: ColumnPosition): unknown {
  const reference = position.kind === 'after' || position.kind === 'before' ? position.column : null;
  return { fieldName, referenceFieldName: reference, type: position.kind.toUpperCase() };
}
