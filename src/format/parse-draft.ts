// The file that `spillway create` takes: a schema file without what a table gives itself.
import { type DataType, type Field, LakeError, parseType, withNullable } from '../base/index.ts';
import { parseJson } from '../codec/index.ts';
import type { ColumnDraft, SchemaDraft } from './create-schema.ts';

const MEMBERS = ['fields', 'partitionKeys', 'primaryKeys', 'options', 'comment'];
/** Members of a schema file that say nothing about the table that shall be. */
const IGNORED = ['version', 'id', 'highestFieldId', 'timeMillis'];

/**
 * A table that shall be, out of JSON in the shape of a schema file.
 *
 * Shape   `fields` a list of `{ name, type, description?, defaultValue? }`, the type as text (`ARRAY<INT>`
 *         too) or as schema files have it; `partitionKeys`, `primaryKeys` lists of names; `options` text,
 *         numbers or booleans by name. Ids and other members a table gives itself are ignored.
 * Errors  `ARGUMENT_INVALID` naming file and member; `FEATURE_UNSUPPORTED` for a type Spillway does not know.
 */
export function parseDraft(text: string, file: string): SchemaDraft {
  const json = readObject(readJson(text, file), file, 'the file');
  const unknown = Object.keys(json).find((name) => !MEMBERS.includes(name) && !IGNORED.includes(name));
  if (unknown !== undefined) throw invalid(file, unknown, `is no member; there are ${MEMBERS.join(', ')}`);
  const { comment } = json;
  if (comment !== undefined && typeof comment !== 'string') throw invalid(file, 'comment', 'is no text');
  return {
    fields: draftColumns(json.fields, file, 'fields'),
    partitionKeys: texts(json.partitionKeys, file, 'partitionKeys'),
    primaryKeys: texts(json.primaryKeys, file, 'primaryKeys'),
    options: draftOptions(json.options, file),
    ...(comment === undefined ? {} : { comment }),
  };
}

function readJson(text: string, file: string): unknown {
  try {
    return parseJson(text, file);
  } catch (error) {
    throw new LakeError(
      'ARGUMENT_INVALID',
      error instanceof Error ? error.message : `${error}`,
      { file },
      error,
    );
  }
}

function draftColumns(json: unknown, file: string, path: string): readonly ColumnDraft[] {
  if (!Array.isArray(json)) throw invalid(file, path, 'is no list of columns');
  return json.map((item: unknown, i) => {
    const column = readObject(item, file, `${path}[${i}]`);
    const { name, description, defaultValue } = column;
    if (typeof name !== 'string') throw invalid(file, `${path}[${i}].name`, 'is no text');
    const inside = `${path}.${name}`;
    if (description !== undefined && typeof description !== 'string') {
      throw invalid(file, `${inside}.description`, 'is no text');
    }
    if (defaultValue !== undefined && typeof defaultValue !== 'string') {
      throw invalid(file, `${inside}.defaultValue`, 'is no text');
    }
    return {
      name,
      type: draftType(column.type, file, inside),
      ...(description === undefined ? {} : { description }),
      ...(defaultValue === undefined ? {} : { defaultValue }),
    };
  });
}

function draftType(json: unknown, file: string, path: string): DataType {
  if (typeof json === 'string') return typeOfText(json, file, path);
  const object = readObject(json, file, `${path}.type`);
  const name = typeof object.type === 'string' ? object.type.trim() : '';
  const match = /^(ARRAY|MULTISET|MAP|ROW)(?:\s+(NOT\s+)?NULL)?$/i.exec(name);
  if (match === null) throw invalid(file, `${path}.type`, `is no type: ${JSON.stringify(name)}`);
  return withNullable(nestedType(object, match[1] as string, file, path), match[2] === undefined);
}

function nestedType(
  object: Readonly<Record<string, unknown>>,
  kind: string,
  file: string,
  path: string,
): DataType {
  const inner = (member: string): DataType => draftType(object[member], file, `${path}.${member}`);
  const nullable = true;
  switch (kind.toUpperCase()) {
    case 'ARRAY':
      return { kind: 'ARRAY', nullable, element: inner('element') };
    case 'MULTISET':
      return { kind: 'MULTISET', nullable, element: inner('element') };
    case 'MAP':
      return { kind: 'MAP', nullable, key: inner('key'), value: inner('value') };
    default: {
      const fields = draftColumns(object.fields, file, `${path}.fields`);
      return { kind: 'ROW', nullable, fields: fields.map((field): Field => ({ ...field, id: 0 })) };
    }
  }
}

function typeOfText(text: string, file: string, path: string): DataType {
  try {
    return parseType(text);
  } catch (error) {
    if (!(error instanceof LakeError)) throw error;
    throw new LakeError(error.code, `${file}: ${path}: ${error.message}`, { ...error.details, file }, error);
  }
}

function draftOptions(json: unknown, file: string): Readonly<Record<string, string>> {
  if (json === undefined) return {};
  return Object.fromEntries(
    Object.entries(readObject(json, file, 'options')).map(([key, value]) => {
      if (!['string', 'number', 'bigint', 'boolean'].includes(typeof value)) {
        throw invalid(file, `options.${key}`, 'is no text');
      }
      return [key, String(value)];
    }),
  );
}

function texts(json: unknown, file: string, path: string): readonly string[] {
  if (json === undefined) return [];
  if (Array.isArray(json) && json.every((item) => typeof item === 'string')) return json;
  throw invalid(file, path, 'is no list of names');
}

function readObject(json: unknown, file: string, path: string): Readonly<Record<string, unknown>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw invalid(file, path, json === undefined ? 'is missing' : 'is no object');
  }
  return json as Readonly<Record<string, unknown>>;
}

function invalid(file: string, member: string, what: string): LakeError {
  return new LakeError('ARGUMENT_INVALID', `${file}: ${member} ${what}.`, { file, member });
}
