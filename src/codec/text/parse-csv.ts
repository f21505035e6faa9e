// CSV (RFC 4180) back into records, from text that comes in parts. The inverse of csv.ts.
import { INPUT_LINE_CHARS_MAX, LakeError } from '../../base/index.ts';
import { csvField } from './csv.ts';

/**
 * A record.
 *
 * Shape   `fields`: null for a field that is empty and not quoted, as `csvLines` writes null. `bad`: why the
 *         record is none, its quotes being out of place; `fields` is its text then, up to the end of the
 *         line.
 */
export interface CsvRecord {
  readonly fields: readonly (string | null)[];
  readonly bad?: string;
}

/**
 * Cuts text into records.
 *
 * Shape   `push` takes the next part and gives the records that are complete; `finish` gives the last one, if
 *         it had no line end. Lines end with `\n` or `\r\n`; empty lines are skipped. After a quote out of
 *         place the next line begins a record.
 * Limits  a record of at most `INPUT_LINE_CHARS_MAX` characters.
 * Errors  LIMIT_EXCEEDED naming the line.
 * Source  RFC 4180, section 2.
 */
export class CsvParser {
  #record: (string | null)[] = [];
  #field = '';
  #state: 'start' | 'plain' | 'quoted' | 'quote' | 'bad' = 'start';
  #bad = '';
  #line = 1;
  #chars = 0;
  #return = false;

  /** The line that is being read, from 1. */
  get line(): number {
    return this.#line;
  }

  push(text: string): CsvRecord[] {
    const records: CsvRecord[] = [];
    for (const c of characters(text)) {
      this.#chars += c.length;
      if (this.#chars > INPUT_LINE_CHARS_MAX) {
        throw new LakeError('LIMIT_EXCEEDED', `Line ${this.#line}: a record of CSV is too long.`);
      }
      const record = this.#take(c);
      if (record !== undefined) records.push(record);
    }
    return records;
  }

  finish(): CsvRecord[] {
    if (this.#state === 'quoted') this.#refuse('a quoted field is never closed', '');
    this.#return = false;
    const record = this.#endRecord();
    return record === undefined ? [] : [record];
  }

  #take(c: string): CsvRecord | undefined {
    if (this.#state === 'quoted') {
      if (c === '"') this.#state = 'quote';
      else this.#keep(c);
      return undefined;
    }
    if (this.#state === 'bad') {
      if (c !== '\n') this.#field += c;
      else return this.#endLine();
      return undefined;
    }
    if (this.#return && c !== '\n') {
      // A return that ends no line belongs to the field.
      this.#return = false;
      if (this.#state === 'quote') return this.#refuse('text follows a quoted field', `\r${c}`);
      this.#keep('\r');
      this.#state = 'plain';
    }
    switch (c) {
      case '"':
        return this.#quote();
      case ',':
        this.#endField();
        return undefined;
      case '\r':
        this.#return = true;
        return undefined;
      case '\n':
        return this.#endLine();
      default:
        if (this.#state === 'quote') return this.#refuse('text follows a quoted field', c);
        this.#state = 'plain';
        this.#field += c;
        return undefined;
    }
  }

  #quote(): undefined {
    if (this.#state === 'start') this.#state = 'quoted';
    else if (this.#state === 'quote') {
      this.#field += '"';
      this.#state = 'quoted';
    } else this.#refuse('a quote inside a field that is not quoted', '"');
  }

  #keep(c: string): void {
    if (c === '\n') this.#line++;
    this.#field += c;
  }

  #endLine(): CsvRecord | undefined {
    this.#return = false;
    this.#line++;
    return this.#endRecord();
  }

  #endField(): void {
    this.#record.push(this.#state === 'start' ? null : this.#field);
    this.#field = '';
    this.#state = 'start';
  }

  #endRecord(): CsvRecord | undefined {
    this.#chars = 0;
    if (this.#record.length === 0 && this.#state === 'start') return undefined;
    const bad = this.#state === 'bad' ? { bad: this.#bad } : {};
    this.#endField();
    const fields = this.#record;
    this.#record = [];
    return { fields, ...bad };
  }

  /** The rest of the line belongs to a record that is none; `next` is what was out of place. */
  #refuse(why: string, next: string): undefined {
    const quoted = this.#state === 'quote' || this.#state === 'quoted';
    const before = [...this.#record.map(csvField), ''].join(',');
    const closing = this.#state === 'quote' ? '"' : '';
    const text = quoted ? `"${this.#field.replaceAll('"', '""')}${closing}` : this.#field;
    this.#bad = `CSV line ${this.#line}: ${why}`;
    this.#field = `${before}${text}${next}`;
    this.#record = [];
    this.#state = 'bad';
  }
}

/** A record as a line of CSV, without the line's end. */
export function csvLine(fields: readonly (string | null)[]): string {
  return fields.map(csvField).join(',');
}

/** Text in steps a state machine takes: special characters alone, runs of others together. */
function* characters(text: string): Generator<string, void, undefined> {
  for (const match of text.matchAll(/[",\r\n]|[^",\r\n]+/g)) yield match[0];
}
