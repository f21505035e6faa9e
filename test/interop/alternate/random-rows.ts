// Rows to write next, from dice.
import type { Dice } from '../../upkeep/random-script.ts';
import { defaultCell } from './alterations.ts';
import { keyOf, type State, written } from './model.ts';
import type { Cell, Column, Kind, KindRow, ModelRow, TableShape, TypeName } from './shapes.ts';

/** Values of a key or partition column: few, so that rows meet. */
const KEYS = 40;
const PARTITIONS = 3;
const WORDS = [
  '',
  'a',
  'ab',
  'zebra',
  'Ünïcödé',
  'ab漢字',
  '😀 face',
  'long '.repeat(9),
  '"quoted"\n',
  '\u0000',
];

/**
 * Rows for one commit, 1 to `most`, such that what they do does not depend on when the table is compacted.
 */
export function randomRows(
  dice: Dice,
  { shape, state, most }: { readonly shape: TableShape; readonly state: State; readonly most: number },
): readonly KindRow[] {
  const rows: KindRow[] = [];
  let view = state;
  for (let left = 1 + dice.roll(most); left > 0; left--) {
    const row = randomRow(dice, shape, view);
    if (row === undefined) continue;
    rows.push(row);
    view = written(shape, view, [row]);
  }
  return rows;
}

function randomRow(dice: Dice, shape: TableShape, { columns, entries }: State): KindRow | undefined {
  const row = new Map(columns.map((column) => [column.id, randomCell(dice, shape, column)]));
  if (shape.keys.length === 0) return { kind: '+I', row };
  const entry = entries.get(keyOf(shape, columns, row));
  const kind = kindOf(dice, shape, entry?.row !== undefined);
  if (shape.engine === 'partial-update') {
    // A buffer or a compaction that sees the delete and the row after it, but not what was deleted, forgets
    // it.
    if (entry !== undefined && entry.row === undefined) return undefined;
    if (kind === '-D') return { kind, row: keysOnly(shape, columns, row) };
  }
  const sequence = columns.find(({ name }) => name === shape.options['sequence.field']);
  if (sequence !== undefined) {
    const cell = entry?.sequence ?? null;
    row.set(sequence.id, nextSequence(dice, cell, entry !== undefined && entry.row === undefined));
  }
  return { kind, row };
}

function kindOf(dice: Dice, shape: TableShape, exists: boolean): Kind {
  const deletes = shape.deletes && dice.roll(5) === 0;
  switch (shape.engine) {
    case 'deduplicate':
      return dice.pick(deletes ? (['-D', '-D', '-U'] as const) : (['+I', '+I', '+U'] as const));
    case 'partial-update':
      return deletes && exists ? '-D' : '+I';
    case 'aggregation':
      return dice.pick(deletes && exists ? (['-D', '-U'] as const) : (['+I', '+U'] as const));
  }
}

/** A deleted key takes only rows of a higher sequence: compaction may have forgotten the delete. */
function nextSequence(dice: Dice, last: Cell, deleted: boolean): Cell {
  if (deleted) return Number(last ?? 0) + 1 + dice.roll(3);
  if (dice.roll(8) === 0) return null;
  return Number(last ?? 0) + dice.roll(8) - 3;
}

function keysOnly(shape: TableShape, columns: readonly Column[], row: ModelRow): ModelRow {
  const keys = columns.filter(({ name }) => shape.keys.includes(name));
  return new Map(
    columns.map(({ id }) => [id, keys.some((key) => key.id === id) ? (row.get(id) ?? null) : null]),
  );
}

function randomCell(dice: Dice, shape: TableShape, column: Column): Cell {
  const { name, type, nullable } = column;
  if (shape.partitions.includes(name)) {
    const at = dice.roll(PARTITIONS);
    if (nullable && dice.roll(6) === 0) return null;
    return type === 'STRING' ? `p${at}` : at;
  }
  if (shape.keys.includes(name)) return keyCell(dice, type);
  if (nullable && dice.roll(5) === 0) return defaultCell(column);
  return valueCell(dice, type);
}

function keyCell(dice: Dice, type: TypeName): Cell {
  const at = dice.roll(KEYS);
  if (type === 'STRING') return at < WORDS.length ? (WORDS[at] as string) : `key ${at % 3}`;
  if (type === 'BIGINT') return String(BigInt(at % 5) * 4_000_000_000n - 8_000_000_000n);
  return at - 4;
}

function valueCell(dice: Dice, type: TypeName): Cell {
  switch (type) {
    case 'INT':
      return dice.pick([0, -1, 2147483647, -2147483648, dice.roll(100)]);
    case 'BIGINT':
      return String(BigInt(dice.roll(1000)) * 1_000_000_007n - 500_000_000_000n);
    case 'STRING':
      return dice.pick(WORDS);
    case 'DOUBLE':
      return dice.pick([0, -1.5, 1e300, 1 / 3, dice.roll(1000) / 8]);
    case 'DECIMAL(9, 2)':
      return `${dice.roll(2) === 0 ? '-' : ''}${1 + dice.roll(99_999)}.${10 + dice.roll(90)}`;
    case 'TIMESTAMP(3)':
      return new Date(dice.roll(2 ** 31) * 1000 - 2 ** 40 + dice.roll(1000))
        .toISOString()
        .replace('Z', '000000');
  }
}
