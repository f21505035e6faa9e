// Changes of a table's columns, from dice, and what the columns are after them.
import { parseType, type SchemaChange } from '../../../src/index.ts';
import type { Dice } from '../../upkeep/random-script.ts';
import type { Cell, Column, TableShape, TypeName } from './shapes.ts';

/** A change, and the columns after it. */
export interface Alteration {
  readonly change: SchemaChange;
  readonly columns: readonly Column[];
}

const DEFAULTS: Partial<Record<TypeName, string>> = {
  INT: '7',
  BIGINT: '123456789012',
  STRING: 'dflt',
  'DECIMAL(9, 2)': '1.25',
};
const ADDED: readonly TypeName[] = ['INT', 'BIGINT', 'STRING', 'DOUBLE', 'DECIMAL(9, 2)', 'TIMESTAMP(3)'];
const WIDER: Partial<Record<TypeName, readonly TypeName[]>> = {
  INT: ['BIGINT', 'STRING'],
  BIGINT: ['STRING'],
};
const COLUMNS_MAX = 12;

/** What a null becomes in a write. */
export function defaultCell({ type, defaultValue }: Column): Cell {
  if (defaultValue === undefined || defaultValue === null) return null;
  return type === 'INT' ? Number(defaultValue) : defaultValue;
}

/** A change of one column. `nextId`: the id of a column that is added. */
export function randomAlteration(
  dice: Dice,
  shape: TableShape,
  { columns, nextId }: { readonly columns: readonly Column[]; readonly nextId: number },
): Alteration {
  const fixed = new Set([
    ...shape.keys,
    ...shape.partitions,
    shape.options['bucket-key'],
    shape.options['sequence.field'],
  ]);
  const free = columns.filter(({ name }) => !fixed.has(name));
  const column = dice.pick(free);
  const path = [column.name];
  const replaced = (by: Partial<Column>): readonly Column[] =>
    columns.map((c) => (c === column ? { ...c, ...by } : c));
  switch (dice.roll(7)) {
    case 0:
    case 1:
      if (columns.length < COLUMNS_MAX) return added(dice, columns, nextId);
      break;
    case 2:
      if (free.length > 1)
        return { change: { kind: 'drop-column', path }, columns: columns.filter((c) => c !== column) };
      break;
    case 3:
      return retyped(dice, columns, column) ?? added(dice, columns, nextId);
    case 4: {
      const defaultValue = DEFAULTS[column.type];
      if (defaultValue === undefined) break;
      return { change: { kind: 'set-default', path, defaultValue }, columns: replaced({ defaultValue }) };
    }
    case 5: {
      if (columns[0] === column) break;
      const rest = columns.filter((c) => c !== column);
      const change = { kind: 'move-column', column: column.name, position: { kind: 'first' } } as const;
      return { change, columns: [column, ...rest] };
    }
    default:
  }
  let name = `c${dice.roll(100)}`;
  while (columns.some((c) => c.name === name)) name += 'x';
  return { change: { kind: 'rename-column', path, name }, columns: replaced({ name }) };
}

function added(dice: Dice, columns: readonly Column[], id: number): Alteration {
  // The name of a column that went may come again: it is another column.
  const free = ['v', 's', 'b', 'd'].filter((taken) => columns.every(({ name }) => name !== taken));
  const name = free.length > 0 && dice.roll(2) === 0 ? dice.pick(free) : `a${id}`;
  const type = dice.pick(ADDED);
  return {
    change: { kind: 'add-column', path: [name], type: parseType(type) },
    columns: [...columns, { id, name, type, nullable: true }],
  };
}

function retyped(dice: Dice, columns: readonly Column[], column: Column): Alteration | undefined {
  const wider = WIDER[column.type];
  if (wider === undefined) return undefined;
  const type = dice.pick(wider);
  return {
    change: { kind: 'retype-column', path: [column.name], type: parseType(type) },
    columns: columns.map((c) => (c === column ? { ...c, type } : c)),
  };
}
