// Rows as a table for a terminal. The first rows decide the widths of the columns; then it streams.
import type { DataType, Field } from '../../base/index.ts';
import { type Batch, isValid, type Vector } from '../arrow/index.ts';
import { cutToWidth, displayWidth, terminalSafe } from './display-width.ts';
import { jsonColumn } from './json-column.ts';
import { CHUNK_CHARS } from './jsonl.ts';
import { plainColumn, type TextOf } from './plain-column.ts';

/** `sampleRows`: rows that decide the widths. `cellWidth`: columns of a terminal one value takes at most. */
export interface TextTableOptions {
  readonly sampleRows?: number;
  readonly cellWidth?: number;
  /** Columns of the terminal; wider tables have their widest columns narrowed. Default: no limit. */
  readonly terminalWidth?: number;
}

const SAMPLE_ROWS = 100;
const CELL_WIDTH = 48;
/** No column is narrowed below this. */
const NARROWEST = 8;
/**
 * Characters of a value looked at: combining marks take no room, so a cell may need more characters than
 * columns.
 */
const CELL_CHARS_MAX = 1024;
const NULL_TEXT = 'NULL';

/**
 * A table of all rows: a line of names, a rule, a line for each row.
 *
 * Shape   yields strings of whole lines ended by `\n`. Values are the texts of `csvLines`; null is `NULL`;
 *         numbers stand to the right; control characters are escaped; what is too wide ends in an ellipsis.
 * Limits  holds back at most `sampleRows` rows (default 100) of at most 1024 characters a value.
 */
export async function* textTable(
  fields: readonly Field[],
  batches: AsyncIterable<Batch> | Iterable<Batch>,
  options: TextTableOptions = {},
): AsyncGenerator<string, void, undefined> {
  const sampleRows = options.sampleRows ?? SAMPLE_ROWS;
  let sample: string[][] | undefined = [];
  let widths: readonly number[] = [];
  const begin = (rows: readonly string[][]): string => {
    widths = widthsOf(fields, rows, options);
    return head(fields, widths) + rows.map((row) => line(fields, row, widths)).join('');
  };
  let chunk = '';
  for await (const batch of batches) {
    const cells = fields.map((field, c) => cellColumn(field.type, batch.columns[c] as Vector));
    for (let i = 0; i < batch.rowCount; i++) {
      const row = cells.map((cell) => cell(i));
      if (sample === undefined) chunk += line(fields, row, widths);
      else {
        sample.push(row);
        if (sample.length < sampleRows) continue;
        chunk += begin(sample);
        sample = undefined;
      }
      if (chunk.length < CHUNK_CHARS) continue;
      yield chunk;
      chunk = '';
    }
  }
  if (sample !== undefined) chunk += begin(sample);
  if (chunk !== '') yield chunk;
}

function cellColumn(type: DataType, vector: Vector): TextOf {
  const text = plainColumn(type, vector) ?? jsonColumn(type, vector);
  return (i) => (isValid(vector, i) ? terminalSafe(text(i).slice(0, CELL_CHARS_MAX)) : NULL_TEXT);
}

function widthsOf(
  fields: readonly Field[],
  rows: readonly string[][],
  options: TextTableOptions,
): readonly number[] {
  const most = options.cellWidth ?? CELL_WIDTH;
  const widths = fields.map((field, c) => {
    const widest = rows.reduce(
      (w, row) => Math.max(w, displayWidth(row[c] as string)),
      displayWidth(field.name),
    );
    return Math.min(widest, most);
  });
  const limit = options.terminalWidth ?? Number.POSITIVE_INFINITY;
  for (;;) {
    const total = widths.reduce((sum, w) => sum + w + 3, -1);
    const widest = Math.max(...widths);
    if (total <= limit || widest <= NARROWEST) return widths;
    widths[widths.indexOf(widest)] = Math.max(NARROWEST, widest - Math.min(total - limit, widest >> 2));
  }
}

function head(fields: readonly Field[], widths: readonly number[]): string {
  const names = fields.map((field) => terminalSafe(field.name));
  const rule = widths.map((width) => '─'.repeat(width + 2)).join('┼');
  return `${line(fields, names, widths)}${rule}\n`;
}

function line(fields: readonly Field[], cells: readonly string[], widths: readonly number[]): string {
  const shown = cells.map((cell, c) => {
    const width = widths[c] as number;
    const text = cutToWidth(cell, width);
    const gap = ' '.repeat(Math.max(0, width - displayWidth(text)));
    return isNumeric((fields[c] as Field).type) ? ` ${gap}${text} ` : ` ${text}${gap} `;
  });
  return `${shown.join('│').trimEnd()}\n`;
}

function isNumeric({ kind }: DataType): boolean {
  return /^(?:TINYINT|SMALLINT|INT|BIGINT|FLOAT|DOUBLE|DECIMAL)$/.test(kind);
}
