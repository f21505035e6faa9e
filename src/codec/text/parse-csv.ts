// CSV (RFC 4180) back into records, from text that comes in parts. The inverse of csv.ts.
import { INPUT_LINE_CHARS_MAX, LakeError } from '../../base/index.ts';

/** A record: null for a field that is empty and not quoted, as `csvLines` writes null. */
export type CsvRecord = readonly (string | null)[];

/**
 * Cuts text into records.
 *
 * Shape   `push` takes the next part and gives the records that are complete; `finish` gives the last one, if
 *         it had no line end. Lines end with `\n` or `\r\n`; empty lines are skipped.
 * Limits  a record of at most `INPUT_LINE_CHARS_MAX` characters.
 * Errors  ARGUMENT_INVALID naming the line where a quote is out of place or never closed; LIMIT_EXCEEDED.
 * Source  RFC 4180, section 2.
 */
export class CsvParser {
  #record: (string | null)[] = [];
  #field = '';
  #state: 'start' | 'plain' | 'quoted' | 'quote' = 'start';
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
    if (this.#state === 'quoted') throw this.#bad('a quoted field is never closed');
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
    if (this.#return && c !== '\n') {
      // A return that ends no line belongs to the field.
      this.#return = false;
      if (this.#state === 'quote') throw this.#bad('text follows a quoted field');
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
        this.#return = false;
        this.#line++;
        return this.#endRecord();
      default:
        if (this.#state === 'quote') throw this.#bad('text follows a quoted field');
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
    } else throw this.#bad('a quote inside a field that is not quoted');
  }

  #keep(c: string): void {
    if (c === '\n') this.#line++;
    this.#field += c;
  }

  #endField(): void {
    this.#record.push(this.#state === 'start' ? null : this.#field);
    this.#field = '';
    this.#state = 'start';
  }

  #endRecord(): CsvRecord | undefined {
    this.#chars = 0;
    if (this.#record.length === 0 && this.#state === 'start') return undefined;
    this.#endField();
    const record = this.#record;
    this.#record = [];
    return record;
  }

  #bad(what: string): LakeError {
    return new LakeError('ARGUMENT_INVALID', `CSV line ${this.#line}: ${what}.`, { line: this.#line });
  }
}

/** Text in steps a state machine takes: special characters alone, runs of others together. */
function* characters(text: string): Generator<string, void, undefined> {
  for (const match of text.matchAll(/[",\r\n]|[^",\r\n]+/g)) yield match[0];
}
