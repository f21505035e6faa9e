// A table in memory: what every reader must find after each change, worked out in the plainest way.
import type { Cell, Column, Kind, KindRow, ModelRow, TableShape } from './shapes.ts';

/** What is known of one key. `row` undefined: it was deleted, and rows of a lower sequence stay away. */
interface Entry {
  readonly row: ModelRow | undefined;
  readonly sequence: Cell;
}

/** A state of the table; never changed. Rows by their key as text, or by a number of their own. */
export interface State {
  readonly columns: readonly Column[];
  readonly entries: ReadonlyMap<string, Entry>;
}

/** A change as a streaming reader gets it. */
export interface Change {
  readonly kind: Kind;
  readonly row: ModelRow;
}

/** A state without rows. */
export function emptyState(columns: readonly Column[]): State {
  return { columns, entries: new Map() };
}

/** Numbers the rows of tables without a key. */
let nextRow = 0;

/** The state after a commit of `rows`, in their order. */
export function written(shape: TableShape, state: State, rows: readonly KindRow[]): State {
  const entries = new Map(state.entries);
  for (const { kind, row } of rows) {
    if (shape.keys.length === 0) entries.set(`#${nextRow++}`, { row, sequence: null });
    else {
      const key = keyOf(shape, state.columns, row);
      entries.set(key, merged(shape, state.columns, entries.get(key), { kind, row }));
    }
  }
  return { columns: state.columns, entries };
}

/** The state without the rows that `goes` takes. Nothing is remembered of them. */
export function without(state: State, goes: (row: ModelRow) => boolean): State {
  const kept = [...state.entries].filter(([, { row }]) => row === undefined || !goes(row));
  return { columns: state.columns, entries: new Map(kept) };
}

/** What a commit of these rows gives a streaming reader where there is no changelog: folded by key. */
export function folded(
  shape: TableShape,
  columns: readonly Column[],
  rows: readonly KindRow[],
): readonly Change[] {
  if (shape.keys.length === 0) return rows;
  const groups = new Map<string, KindRow[]>();
  for (const row of rows) {
    const key = keyOf(shape, columns, row.row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()].map((group) => foldGroup(shape, columns, group));
}

function foldGroup(shape: TableShape, columns: readonly Column[], group: readonly KindRow[]): Change {
  const [only] = group;
  if (only !== undefined && group.length === 1) return only;
  if (shape.engine === 'deduplicate') return group.reduce((a, b) => (follows(shape, columns, a, b) ? b : a));
  // Aggregates begin with nothing, also where the first row takes away.
  const keys = columns.filter(({ name }) => shape.keys.includes(name));
  const begin = new Map(keys.map(({ id }) => [id, only?.row.get(id) ?? null]));
  let entry: Entry | undefined = shape.engine === 'aggregation' ? { row: begin, sequence: null } : undefined;
  for (const row of group) entry = merged(shape, columns, entry, row);
  if (entry?.row !== undefined) return { kind: '+I', row: entry.row };
  return { kind: '-D', row: (group.at(-1) as KindRow).row };
}

/** True when `b`, which came later, does not have the lower sequence. */
function follows(shape: TableShape, columns: readonly Column[], a: KindRow, b: KindRow): boolean {
  const [before, after] = [a, b].map(({ row }) => sequenceOf(shape, columns, row)) as [Cell, Cell];
  return compareCells(after, before) >= 0;
}

function merged(
  shape: TableShape,
  columns: readonly Column[],
  old: Entry | undefined,
  { kind, row }: KindRow,
): Entry {
  const retract = kind === '-D' || kind === '-U';
  const sequence = sequenceOf(shape, columns, row);
  switch (shape.engine) {
    case 'deduplicate':
      if (old !== undefined && compareCells(sequence, old.sequence) < 0) return old;
      return { row: retract ? undefined : row, sequence };
    case 'partial-update':
      if (retract) return { row: undefined, sequence };
      return { row: old?.row === undefined ? row : updated(columns, old.row, row), sequence };
    case 'aggregation':
      if (old?.row === undefined) return { row, sequence };
      return { row: aggregated(shape, columns, old.row, row, retract), sequence };
  }
}

/** What is not null is taken. */
function updated(columns: readonly Column[], old: ModelRow, row: ModelRow): ModelRow {
  const result = new Map(old);
  for (const { id } of columns) {
    const cell = row.get(id) ?? null;
    if (cell !== null) result.set(id, cell);
  }
  return result;
}

/** By column: `sum` adds and subtracts, the others do not hear of retracts. */
function aggregated(
  shape: TableShape,
  columns: readonly Column[],
  old: ModelRow,
  row: ModelRow,
  retract: boolean,
): ModelRow {
  const result = new Map(old);
  for (const { id, name } of columns) {
    if (shape.keys.includes(name)) continue;
    const [before, cell] = [old.get(id) ?? null, row.get(id) ?? null];
    const aggregate = shape.options[`fields.${name}.aggregate-function`];
    if (aggregate === 'sum') {
      if (cell === null) continue;
      const by = retract ? -BigInt(cell as string) : BigInt(cell as string);
      result.set(id, String(before === null ? by : BigInt(before as string) + by));
    } else if (retract || cell === null) continue;
    else if (aggregate === 'max' && before !== null && compareCells(cell, before) < 0) continue;
    else if (aggregate === 'max' || aggregate === 'last_non_null_value') result.set(id, cell);
    else throw new Error(`no model of ${aggregate}`);
  }
  return result;
}

function sequenceOf(shape: TableShape, columns: readonly Column[], row: ModelRow): Cell {
  const column = columns.find(({ name }) => name === shape.options['sequence.field']);
  return column === undefined ? null : (row.get(column.id) ?? null);
}

/** Null first; sequences here are numbers. */
function compareCells(a: Cell, b: Cell): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  return Number(a) - Number(b);
}

/** The values of a row's key as text. */
export function keyOf(shape: TableShape, columns: readonly Column[], row: ModelRow): string {
  const cells = shape.keys.map((key) => {
    const column = columns.find(({ name }) => name === key);
    return column === undefined ? null : row.get(column.id);
  });
  return JSON.stringify(cells);
}

/** The rows of a state as sorted lines of JSON, in columns of now. */
export function linesOf(state: State, columns: readonly Column[] = state.columns): string[] {
  const lines: string[] = [];
  for (const { row } of state.entries.values()) {
    if (row !== undefined) lines.push(lineOf(row, columns));
  }
  return lines.sort();
}

/** A row as a line of JSON; what is in no column of now is left out, what was not there is null. */
export function lineOf(row: ModelRow, columns: readonly Column[]): string {
  return JSON.stringify(objectOf(row, columns));
}

/** A row as the object of its line. */
export function objectOf(row: ModelRow, columns: readonly Column[]): Record<string, Cell> {
  const cellOf = (column: Column): Cell => castCell(row.get(column.id) ?? null, column);
  return Object.fromEntries(columns.map((column) => [column.name, cellOf(column)]));
}

/** A cell written under an earlier type of its column: an INT as BIGINT, either as STRING. */
function castCell(cell: Cell, { type }: Column): Cell {
  return typeof cell === 'number' && (type === 'BIGINT' || type === 'STRING') ? String(cell) : cell;
}

/** The values of a row's partition as text. */
export function partitionOf(shape: TableShape, columns: readonly Column[], row: ModelRow): string {
  return JSON.stringify(
    shape.partitions.map((name) => row.get(columns.find((c) => c.name === name)?.id ?? -1)),
  );
}
