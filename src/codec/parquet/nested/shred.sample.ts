// For tests: nested values cut into levels and pages the way the Dremel paper says, value by value. Shares
// nothing with what reads them but the schema's shape.
import type { DataType } from '../../../base/index.ts';
import type { Value } from '../../arrow/index.ts';
import type { ParquetPage } from '../column/index.ts';
import { hybrid } from '../encoding/encoding.sample.ts';
import { ENCODING } from '../footer.ts';
import { PAGE } from '../page-header.ts';
import { type ParquetLeaf, type ParquetNode, PHYSICAL, REPETITION } from '../schema.ts';

export type Dice = (below: number) => number;

/** An entry of a leaf: levels, and the value when there is one. */
export interface Entry {
  readonly repetition: number;
  readonly definition: number;
  readonly value: Value;
}

export type Entries = Map<ParquetLeaf, Entry[]>;

const PHYSICAL_OF: Readonly<Record<string, number>> = {
  INT: PHYSICAL.INT32,
  BIGINT: PHYSICAL.INT64,
  BOOLEAN: PHYSICAL.BOOLEAN,
  VARCHAR: PHYSICAL.BYTE_ARRAY,
};

/** The schema of a column as Paimon writes it; some lists of primitives as old writers did. */
export function nodeOf(name: string, type: DataType, dice: Dice): ParquetNode {
  const leaves: ParquetLeaf[] = [];
  return node({ name, repetition: type.nullable ? REPETITION.OPTIONAL : REPETITION.REQUIRED }, type, {
    definition: 0,
    repeats: 0,
    path: [],
    leaves,
    dice,
  });
}

interface Above {
  readonly definition: number;
  readonly repeats: number;
  readonly path: readonly string[];
  readonly leaves: ParquetLeaf[];
  readonly dice: Dice;
}

function node(
  self: { name: string; repetition: number },
  type: DataType | undefined,
  above: Above,
): ParquetNode {
  const { name, repetition } = self;
  const definition = above.definition + (repetition === REPETITION.REQUIRED ? 0 : 1);
  const repeats = above.repeats + (repetition === REPETITION.REPEATED ? 1 : 0);
  const path = [...above.path, name];
  const below = { ...above, definition, repeats, path };
  const common = { name, repetition, definition, repeats, annotation: { kind: 'none' } as const };
  const children = type === undefined ? undefined : childrenOf(type, below);
  if (children !== undefined) return { ...common, children, leaf: undefined };
  const leaf: ParquetLeaf = {
    ...{ path, length: 0, annotation: { kind: 'none' }, index: above.leaves.length, definition, repeats },
    ...{ type: PHYSICAL_OF[type?.kind ?? ''] ?? -1, element: 0, text: false, typeAt: 0, lengthAt: undefined },
  };
  above.leaves.push(leaf);
  return { ...common, children: [], leaf };
}

function childrenOf(type: DataType, below: Above): ParquetNode[] | undefined {
  const field =
    (name: string, inner: DataType, required = !inner.nullable) =>
    (at: Above) =>
      node({ name, repetition: required ? REPETITION.REQUIRED : REPETITION.OPTIONAL }, inner, at);
  switch (type.kind) {
    case 'ROW':
      return type.fields.map((f) => field(f.name, f.type)(below));
    case 'ARRAY': {
      const { element } = type;
      const old = !element.nullable && PHYSICAL_OF[element.kind] !== undefined && below.dice(2) === 0;
      if (old) return [node({ name: 'element', repetition: REPETITION.REPEATED }, element, below)];
      return [group(['list', 'bag', 'x'][below.dice(3)] as string, below, [field('element', element)])];
    }
    case 'MAP':
      return [group('key_value', below, [field('key', type.key, true), field('value', type.value)])];
    case 'MULTISET': {
      const count: DataType = { kind: 'INT', nullable: false };
      return [group('key_value', below, [field('key', type.element, true), field('value', count)])];
    }
    default:
      return undefined;
  }
}

/** A repeated group. */
function group(name: string, above: Above, fields: readonly ((at: Above) => ParquetNode)[]): ParquetNode {
  const definition = above.definition + 1;
  const repeats = above.repeats + 1;
  const below = { ...above, definition, repeats, path: [...above.path, name] };
  const children = fields.map((make) => make(below));
  const repetition = REPETITION.REPEATED;
  return { name, repetition, definition, repeats, annotation: { kind: 'none' }, children, leaf: undefined };
}

/** Adds the entries of one row. */
export function shred(at: ParquetNode, type: DataType, value: Value, out: Entries): void {
  write(at, type, value, 0, out);
}

function write(at: ParquetNode, type: DataType, value: Value, repetition: number, out: Entries): void {
  if (value === null) {
    absent(at, repetition, at.definition - 1, out);
    return;
  }
  if (at.leaf !== undefined) {
    add(at.leaf, { repetition, definition: at.definition, value }, out);
    return;
  }
  if (type.kind === 'ROW') {
    for (const [i, f] of type.fields.entries()) {
      write(at.children[i] as ParquetNode, f.type, (value as Value[])[i] as Value, repetition, out);
    }
    return;
  }
  const middle = at.children[0] as ParquetNode;
  const elements = value as Value[];
  if (elements.length === 0) absent(middle, repetition, at.definition, out);
  for (const [i, element] of elements.entries()) {
    const level = i === 0 ? repetition : middle.repeats;
    if (type.kind === 'ARRAY') {
      const inner = middle.leaf === undefined ? (middle.children[0] as ParquetNode) : middle;
      write(inner, type.element, element, level, out);
      continue;
    }
    const [keyType, valueType] = entryTypes(type);
    const [key, mapped] = element as [Value, Value];
    write(middle.children[0] as ParquetNode, keyType, key, level, out);
    write(middle.children[1] as ParquetNode, valueType, mapped, level, out);
  }
}

function entryTypes(type: DataType): [DataType, DataType] {
  if (type.kind === 'MAP') return [type.key, type.value];
  if (type.kind === 'MULTISET') return [type.element, { kind: 'INT', nullable: false }];
  throw new Error(`no entries: ${type.kind}`);
}

function absent(at: ParquetNode, repetition: number, definition: number, out: Entries): void {
  if (at.leaf !== undefined) add(at.leaf, { repetition, definition, value: null }, out);
  for (const child of at.children) absent(child, repetition, definition, out);
}

function add(leaf: ParquetLeaf, entry: Entry, out: Entries): void {
  const list = out.get(leaf);
  if (list === undefined) out.set(leaf, [entry]);
  else list.push(entry);
}

/** The pages of one leaf of one chunk: cut anywhere in v1, between rows in v2; plain or with a dictionary. */
export function pagesOf(leaf: ParquetLeaf, entries: readonly Entry[], dice: Dice) {
  const values = entries.map((e) => e.value).filter((v) => v !== null);
  const distinct = [...new Map(values.map((v) => [String(v), v])).values()];
  const encoded = leaf.type !== PHYSICAL.BOOLEAN && dice(2) === 0 ? distinct : undefined;
  const version = 1 + dice(2);
  const pages: ParquetPage[] = [];
  for (let from = 0; from < entries.length; ) {
    let to = Math.min(entries.length, from + 1 + dice(dice(4) === 0 ? 5000 : 60));
    while (version === 2 && to < entries.length && entries[to]?.repetition !== 0) to++;
    pages.push(pageOf(leaf, entries.slice(from, to), { version, distinct: encoded, dice }));
    from = to;
  }
  const dictionary =
    encoded === undefined ? undefined : page(PAGE.DICTIONARY, encoded.length, 0, plain(leaf, encoded));
  return { pages, dictionary, valueCount: entries.length };
}

function pageOf(
  leaf: ParquetLeaf,
  entries: readonly Entry[],
  { version, distinct, dice }: { version: number; distinct: readonly Value[] | undefined; dice: Dice },
): ParquetPage {
  const levels = (of: (entry: Entry) => number, maximum: number) =>
    maximum === 0 ? new Uint8Array(0) : hybrid(entries.map(of), 32 - Math.clz32(maximum), dice);
  const repetition = levels((e) => e.repetition, leaf.repeats);
  const definition = levels((e) => e.definition, leaf.definition);
  const values = entries.map((e) => e.value).filter((v) => v !== null);
  const body = distinct === undefined ? plain(leaf, values) : idsOf(values, distinct, dice);
  const encoding = distinct === undefined ? ENCODING.PLAIN : ENCODING.RLE_DICTIONARY;
  if (version === 2) {
    const made = page(PAGE.DATA_V2, entries.length, encoding, body);
    const all = Buffer.concat([repetition, definition]);
    const header = { ...made.header, levelsSize: all.length, repetitionSize: repetition.length };
    return { ...made, header, levels: all };
  }
  const sized = (bytes: Uint8Array, maximum: number) => {
    const size = Buffer.alloc(4);
    size.writeUInt32LE(bytes.length);
    return maximum === 0 ? [] : [size, bytes];
  };
  const whole = [...sized(repetition, leaf.repeats), ...sized(definition, leaf.definition), body];
  return page(PAGE.DATA, entries.length, encoding, Buffer.concat(whole));
}

function page(type: number, valueCount: number, encoding: number, body: Uint8Array): ParquetPage {
  const header = {
    ...{ type, valueCount, encoding, rawSize: body.length, size: body.length, crc: undefined },
    ...{ definitionEncoding: ENCODING.RLE, repetitionEncoding: ENCODING.RLE },
    ...{ levelsSize: 0, repetitionSize: 0, compressed: false, headerSize: 0 },
  };
  return { file: 'f.parquet', offset: 100, header, levels: new Uint8Array(0), body };
}

function idsOf(values: readonly Value[], distinct: readonly Value[], dice: Dice): Buffer {
  const width = 32 - Math.clz32(Math.max(0, distinct.length - 1));
  const ids = values.map((v) => distinct.findIndex((d) => String(d) === String(v)));
  return Buffer.concat([Buffer.of(width), width === 0 ? Buffer.alloc(0) : hybrid(ids, width, dice)]);
}

function plain(leaf: ParquetLeaf, values: readonly Value[]): Buffer {
  if (leaf.type === PHYSICAL.BOOLEAN) {
    const out = Buffer.alloc((values.length + 7) >> 3);
    for (const [i, v] of values.entries())
      if (v === true) out[i >> 3] = (out[i >> 3] as number) | (1 << (i & 7));
    return out;
  }
  return Buffer.concat(
    values.map((v) => {
      if (leaf.type === PHYSICAL.BYTE_ARRAY) {
        const text = Buffer.from(v as string);
        const size = Buffer.alloc(4);
        size.writeUInt32LE(text.length);
        return Buffer.concat([size, text]);
      }
      const out = Buffer.alloc(leaf.type === PHYSICAL.INT64 ? 8 : 4);
      if (leaf.type === PHYSICAL.INT64) out.writeBigInt64LE(v as bigint);
      else out.writeInt32LE(v as number);
      return out;
    }),
  );
}
