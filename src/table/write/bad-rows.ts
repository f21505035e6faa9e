// Rows that their columns cannot hold: counted, the first ones kept for the message, or set aside one by one.
import { LakeError } from '../../base/index.ts';

/**
 * A row that was not taken.
 *
 * Shape   `row` from 1, counted over everything the writer was given. `column` and its `type` undefined where
 *         the row as a whole is the trouble. `text`: the row, as its source has it or as JSON. `file`: the
 *         input it stands in; `row` counts its rows then.
 */
export interface BadRow extends BadCell {
  readonly file?: string;
  readonly row: number;
  readonly text: string;
}

/** The input that rows stand in, and the rows the writer took before it. */
export interface RowOrigin {
  readonly name: string;
  readonly rowsBefore: number;
}

/** What is wrong with a row; the first thing found. */
export interface BadCell {
  readonly column?: string;
  readonly type?: string;
  readonly reason: string;
}

/** Takes rows that are set aside; the writer waits for it. */
export type OnBadRow = (bad: BadRow) => void | Promise<void>;

/** The text of a row of a batch. */
export type RowText = (row: number) => string;

/** Rows named in one message. */
const NAMED_MAX = 5;

/** The bad rows of a batch by their index in it. */
export class BadCells {
  readonly byRow = new Map<number, BadCell>();

  add(row: number, cell: BadCell): void {
    if (!this.byRow.has(row)) this.byRow.set(row, cell);
  }
}

/**
 * The bad rows of a writer.
 *
 * Limits  holds the first few, without their text.
 */
export class BadRows {
  readonly #onBadRow: OnBadRow | undefined;
  readonly #named: Omit<BadRow, 'text'>[] = [];
  #count = 0;

  constructor(onBadRow: OnBadRow | undefined) {
    this.#onBadRow = onBadRow;
  }

  /** Rows so far. */
  get count(): number {
    return this.#count;
  }

  /** True once nothing of the input will be written, because a bad row refuses it all. */
  get refuses(): boolean {
    return this.#count > 0 && this.#onBadRow === undefined;
  }

  /** Takes those of a batch. `firstRow` counts the rows the writer took before it. */
  async take(
    cells: BadCells,
    { firstRow, origin, textOf }: { firstRow: number; origin: RowOrigin | undefined; textOf: RowText },
  ): Promise<void> {
    const file = origin === undefined ? {} : { file: origin.name };
    for (const [i, cell] of [...cells.byRow].sort(([a], [b]) => a - b)) {
      const bad = { ...file, row: firstRow - (origin?.rowsBefore ?? 0) + i + 1, ...cell };
      this.#count++;
      if (this.#onBadRow !== undefined) await this.#onBadRow({ ...bad, text: textOf(i) });
      else if (this.#named.length < NAMED_MAX) this.#named.push(bad);
    }
  }

  /** Errors: VALUE_INVALID naming the first rows and how many there are, if they refuse the input. */
  check(): void {
    const [first, ...others] = this.#named;
    if (!this.refuses || first === undefined) return;
    const more = this.#count - this.#named.length;
    const texts = [`${placed(first)}. Nothing was written.`];
    if (others.length > 0) {
      const rest = `${others.map(placed).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
      texts.push(` ${this.#count} rows do not fit: also ${lowered(rest)}.`);
    }
    const details = { row: first.row, column: first.column, count: this.#count, rows: this.#named };
    throw new LakeError('VALUE_INVALID', texts.join(''), details);
  }
}

function placed({ file, row, column, type, reason }: Omit<BadRow, 'text'>): string {
  const held = type === undefined ? '' : ` (${type})`;
  const where = file === undefined ? '' : ` of ${file}`;
  return `Row ${row}${where}${column === undefined ? '' : `, column ${column}${held}`}: ${reason}`;
}

function lowered(text: string): string {
  return text.replace(/^Row/, 'row').replace(/; Row/g, '; row');
}
