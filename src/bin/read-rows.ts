// Rows of a file or of stdin, some thousand at a time: JSON lines with `_kind`, or CSV with a line of names.
import { createReadStream } from 'node:fs';
import { type DataType, type Field, INPUT_LINE_CHARS_MAX, LakeError } from '../base/index.ts';
import { CsvParser, type CsvRecord, parseJson } from '../codec/index.ts';
import type { WriteRow } from '../index.ts';

/** The input formats. */
export const INPUT_FORMATS = ['jsonl', 'csv'] as const;
export type InputFormat = (typeof INPUT_FORMATS)[number];

/** Rows handed on together, and characters of text after which fewer are. */
const ROWS_TOGETHER = 4096;
const CHARS_TOGETHER = 4 * 1024 * 1024;

/** Where rows come from. `path` `-` is stdin. */
export interface RowInput {
  readonly path: string;
  readonly format: InputFormat;
  readonly fields: readonly Field[];
  readonly signal: AbortSignal;
}

/**
 * Reads rows.
 *
 * Limits  holds `ROWS_TOGETHER` rows; a line of at most `INPUT_LINE_CHARS_MAX` characters.
 * Errors  ARGUMENT_INVALID naming the line; FILE_MISSING, STORE_UNAVAILABLE for the file.
 */
export async function* readRows(input: RowInput): AsyncGenerator<readonly WriteRow[], void, undefined> {
  const rows = input.format === 'csv' ? csvRows(input) : jsonRows(input);
  let together: WriteRow[] = [];
  let chars = 0;
  for await (const { row, length } of rows) {
    together.push(row);
    chars += length;
    if (together.length < ROWS_TOGETHER && chars < CHARS_TOGETHER) continue;
    yield together;
    together = [];
    chars = 0;
  }
  if (together.length > 0) yield together;
}

interface InputRow {
  readonly row: WriteRow;
  readonly length: number;
}

async function* jsonRows(input: RowInput): AsyncGenerator<InputRow, void, undefined> {
  let line = 0;
  for await (const text of lines(input)) {
    line++;
    if (text.trim() === '') continue;
    const row = parseLine(text, input.path, line);
    if (typeof row === 'object' && row !== null && !Array.isArray(row)) {
      yield { row: row as WriteRow, length: text.length };
    } else
      throw new LakeError('ARGUMENT_INVALID', `${input.path}, line ${line}: a row is a JSON object.`, {
        line,
      });
  }
}

function parseLine(text: string, path: string, line: number): unknown {
  try {
    return parseJson(text, path);
  } catch (error) {
    if (!(error instanceof LakeError) || error.code !== 'FILE_CORRUPT') throw error;
    throw new LakeError('ARGUMENT_INVALID', `${path}, line ${line}: ${error.message}`, { line }, error);
  }
}

async function* lines(input: RowInput): AsyncGenerator<string, void, undefined> {
  let rest = '';
  for await (const text of textOf(input)) {
    const parts = (rest + text).split('\n');
    rest = parts.pop() as string;
    if (rest.length > INPUT_LINE_CHARS_MAX) {
      throw new LakeError(
        'LIMIT_EXCEEDED',
        `${input.path}: a line has more than ${INPUT_LINE_CHARS_MAX} characters.`,
      );
    }
    yield* parts;
  }
  if (rest !== '') yield rest;
}

async function* csvRows(input: RowInput): AsyncGenerator<InputRow, void, undefined> {
  const parser = new CsvParser();
  let names: readonly string[] | undefined;
  let row = 0;
  const take = function* (records: readonly CsvRecord[]): Generator<InputRow, void, undefined> {
    for (const record of records) {
      if (names === undefined) {
        names = checkHeader(record, input.path);
        continue;
      }
      yield csvRow(input, names, { record, row: ++row });
    }
  };
  for await (const text of textOf(input)) yield* take(parser.push(text));
  yield* take(parser.finish());
}

function checkHeader(record: CsvRecord, path: string): readonly string[] {
  const names = record.map((name) => (name ?? '').replace(/^\uFEFF/, ''));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return names;
  throw new LakeError('ARGUMENT_INVALID', `${path}: the first line names column '${twice}' twice.`);
}

function csvRow(
  { fields, path }: RowInput,
  names: readonly string[],
  { record, row }: { readonly record: CsvRecord; readonly row: number },
): InputRow {
  if (record.length !== names.length) {
    const text = `${path}, row ${row}: ${record.length} fields for ${names.length} columns.`;
    throw new LakeError('ARGUMENT_INVALID', text, { row });
  }
  let length = 0;
  const members = names.map((name, i) => {
    const text = record[i] ?? null;
    length += text?.length ?? 0;
    const field = fields.find((f) => f.name === name);
    return [
      name,
      text === null || field === undefined ? text : csvValue(field.type, text, `${path}, row ${row}`),
    ];
  });
  return { row: Object.fromEntries(members), length };
}

/** Nested values are JSON inside the field; truth values words. */
function csvValue(type: DataType, text: string, where: string): unknown {
  switch (type.kind) {
    case 'ARRAY':
    case 'MAP':
    case 'MULTISET':
    case 'ROW':
      return parseLine(text, where, 1);
    case 'BOOLEAN':
      return /^true$/i.test(text) ? true : /^false$/i.test(text) ? false : text;
    default:
      return text;
  }
}

/** The input's text, decoded strictly. */
async function* textOf({ path, signal }: RowInput): AsyncGenerator<string, void, undefined> {
  const stream: AsyncIterable<Buffer> = path === '-' ? process.stdin : createReadStream(path, { signal });
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of stream) {
      if (signal.aborted) throw new LakeError('CANCELLED', 'The work was cancelled.');
      yield decoder.decode(chunk, { stream: true });
    }
    yield decoder.decode();
  } catch (error) {
    throw inputError(path, error);
  }
}

function inputError(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof LakeError) return error;
  const code = String((error as { readonly code?: unknown }).code);
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
    return new LakeError('ARGUMENT_INVALID', `${path}: the text is not UTF-8.`, {}, error);
  if (error.name === 'AbortError') return new LakeError('CANCELLED', 'The work was cancelled.', {}, error);
  if (code === 'ENOENT' || code === 'EISDIR')
    return new LakeError('ARGUMENT_INVALID', `${path}: there is no such file.`, { file: path }, error);
  if (code === 'EACCES')
    return new LakeError('FILE_DENIED', `${path} cannot be read.`, { file: path }, error);
  return error;
}
