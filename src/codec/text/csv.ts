// Batches as CSV (RFC 4180), for spreadsheets and other tools. Loses what CSV has no place for: types.
import { type Batch, isValid, type Vector } from '../arrow/index.ts';
import { jsonColumn } from './json-column.ts';
import { CHUNK_CHARS } from './jsonl.ts';
import { plainColumn, type TextOf, tooLong } from './plain-column.ts';

/** `header`: put a line of column names first. `chunkChars`: text is handed out once it is this long. */
export interface CsvOptions {
  readonly header?: boolean;
  readonly chunkChars?: number;
}

/**
 * The rows of a batch as CSV lines ended by `\r\n`.
 *
 * Shape   yields strings of whole lines. Values are the texts of the encoding described at `jsonLines`,
 *         without JSON's quotes; nested values are their JSON text. Null is an empty field, empty text a
 *         quoted empty field (`""`).
 * Limits  a chunk is `chunkChars` plus at most one line.
 * Errors  LIMIT_EXCEEDED for a line of more than 512 MB.
 */
export function* csvLines(batch: Batch, options: CsvOptions = {}): Generator<string, void, undefined> {
  const cells = batch.fields.map((field, c) => cellColumn(field.type, batch.columns[c] as Vector));
  const chunkChars = options.chunkChars ?? CHUNK_CHARS;
  let chunk = options.header === true ? `${batch.fields.map((f) => csvField(f.name)).join(',')}\r\n` : '';
  for (let i = 0; i < batch.rowCount; i++) {
    try {
      for (let c = 0; c < cells.length; c++) chunk += (c > 0 ? ',' : '') + (cells[c] as TextOf)(i);
      chunk += '\r\n';
    } catch (error) {
      throw tooLong(error);
    }
    if (chunk.length >= chunkChars) {
      yield chunk;
      chunk = '';
    }
  }
  if (chunk !== '') yield chunk;
}

function cellColumn(type: Batch['fields'][number]['type'], vector: Vector): TextOf {
  const text = plainColumn(type, vector) ?? jsonColumn(type, vector);
  return (i) => (isValid(vector, i) ? csvField(text(i)) : '');
}

const SPECIAL = /[",\r\n]|^[ \t]|[ \t]$/;

/** One field; null is empty, empty text quoted. */
export function csvField(text: string | null): string {
  if (text === null) return '';
  if (text === '') return '""';
  return SPECIAL.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
