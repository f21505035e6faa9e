// Walks over values nobody asked for, without building anything.
import type { Cursor } from './cursor.ts';
import type { AvroType } from './schema.ts';

/** Moves a cursor behind one value. */
export type Skip = (cursor: Cursor) => void;

const SKIP_NOTHING: Skip = () => {};
const SKIP_LONG: Skip = (cursor) => cursor.longWords();
const SKIP_BYTES: Skip = (cursor) => cursor.skip(cursor.length());

/** Compiles the walk over values of a type. Neighbours of fixed width are skipped in one step. */
export function skipOf(type: AvroType): Skip {
  const width = widthOf(type);
  if (width !== undefined) return width === 0 ? SKIP_NOTHING : (cursor) => cursor.skip(width);
  switch (type.kind) {
    case 'int':
    case 'long':
    case 'enum':
      return SKIP_LONG;
    case 'bytes':
    case 'string':
      return SKIP_BYTES;
    case 'array':
      return skipItems(skipOf(type.items), type.items.bytesMin);
    case 'map': {
      const values = skipOf(type.values);
      const entry: Skip = (cursor) => {
        cursor.skip(cursor.length());
        values(cursor);
      };
      return skipItems(entry, 1 + type.values.bytesMin);
    }
    case 'union': {
      const branches = type.branches.map(skipOf);
      const count = branches.length;
      return (cursor) => branches[cursor.branch(count)]!(cursor);
    }
    default:
      return type.kind === 'record' ? skipFields(type.fields.map((field) => field.type)) : SKIP_NOTHING;
  }
}

/** Compiles the walk over consecutive values. */
export function skipFields(types: readonly AvroType[]): Skip {
  const steps: Skip[] = [];
  let width = 0;
  const flush = (): void => {
    const bytes = width;
    if (bytes > 0) steps.push((cursor) => cursor.skip(bytes));
    width = 0;
  };
  for (const type of types) {
    const fixed = widthOf(type);
    if (fixed !== undefined) width += fixed;
    else {
      flush();
      steps.push(skipOf(type));
    }
  }
  flush();
  if (steps.length === 0) return SKIP_NOTHING;
  if (steps.length === 1) return steps[0]!;
  return (cursor) => {
    for (let i = 0; i < steps.length; i++) steps[i]!(cursor);
  };
}

function skipItems(item: Skip, bytesMin: number): Skip {
  return (cursor) => {
    for (let items = cursor.itemsToSkip(bytesMin); items > 0; items = cursor.itemsToSkip(bytesMin)) {
      for (let i = 0; i < items; i++) item(cursor);
    }
  };
}

function widthOf(type: AvroType): number | undefined {
  switch (type.kind) {
    case 'null':
      return 0;
    case 'boolean':
      return 1;
    case 'float':
      return 4;
    case 'double':
      return 8;
    case 'fixed':
      return type.size;
    default:
      return undefined;
  }
}
