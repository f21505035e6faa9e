// Bitmaps of 64-bit integers as Java's Roaring64Bitmap writes them: a radix tree over the upper 48 bits, then
// containers.
//
//   0  tag         0 empty (nothing follows), 1
//   1  keys        u64 little-endian
//      tree        nodes, children after their parent in key order; a node:
//                    u8 kind, u16 children, u8 prefix length, prefix, body
//                    kind 0  4 key bytes, reversed           kind 1  two groups of 8 key bytes, each reversed
//                    kind 2  256 child indexes, 255 = none, each group of 8 reversed
//                    kind 3  256 bits                        kind 4  leaf: 6 key bytes, u64 container index
//      containers  u32 arrays (1), i8 -2, u32 slots, then each: u8 0 empty; or u8 1, u8 form (0 runs,
//                    1 bitmap, 2 array), u32 cardinality, data
//      state       u64 containers, u32 last array, u32 last slot
import { unsupported } from '../../base/index.ts';
import { ByteReader } from './byte-reader.ts';
import {
  type Container,
  containerBytes,
  optimizeContainer,
  readArray,
  readBitmap,
  readRuns,
  uniteContainers,
  visitContainer,
  writeContainer,
} from './container.ts';

const KEY_BYTES = 6;
const LEAF = 4;
const SLOTS_MARK = 0xfe;

/**
 * A set of 64-bit integers. Immutable.
 *
 * Shape   `leaves` ascending by `key`, the upper 48 bits; `slot` is the place of the leaf's container in
 *         `slots`, which may have empty places (Java's array grows ahead).
 */
export interface RoaringTree {
  readonly leaves: readonly Leaf[];
  readonly slots: readonly (Container | undefined)[];
  readonly lastSlot: number;
}
interface Leaf {
  readonly key: number;
  readonly slot: number;
}

/**
 * The aggregate function `rbm64`: the union of two serialized bitmaps. Bytes equal Java's but for the order
 * of child indexes in nodes of 17 to 48 children, which means nothing.
 *
 * Errors  `FILE_CORRUPT` naming `where` for bytes that are no bitmap.
 * Source  Paimon, mergetree/compact/aggregate/FieldRoaringBitmap64Agg.java; RoaringBitmap 1.2.1,
 *         longlong/Roaring64Bitmap.java, art/Art.java, art/Containers.java.
 */
export function rbm64Or(a: Uint8Array, b: Uint8Array, where = 'rbm64 value'): Uint8Array {
  return encodeTree(uniteTrees(decodeRoaringTree(a, where), decodeRoaringTree(b, where)));
}

/** Decodes a whole serialized Roaring64Bitmap. */
export function decodeRoaringTree(bytes: Uint8Array, where: string): RoaringTree {
  const reader = new ByteReader(bytes, where, 0);
  if (reader.u8() === 0) return { leaves: [], slots: [], lastSlot: -1 };
  const keyCount = reader.safe64();
  const leaves: Leaf[] = [];
  readNode(reader, leaves, 0);
  if (leaves.length !== keyCount) throw reader.bad(`roaring tree of ${leaves.length} keys says ${keyCount}`);
  const slots = readSlots(reader);
  reader.skip(12);
  const lastSlot = reader.u32();
  const used = new Set<number>();
  for (const [i, { key, slot }] of leaves.entries()) {
    if (i > 0 && key <= leaves[i - 1]!.key) throw reader.bad('roaring tree keys are not sorted');
    if (slots[slot] === undefined || used.has(slot)) throw reader.bad(`roaring tree: no container ${slot}`);
    used.add(slot);
  }
  if (lastSlot >= slots.length) throw reader.bad('roaring tree: last container is none');
  return { leaves, slots, lastSlot };
}

/** Calls `visit` for every value, ascending as unsigned. */
export function visitRoaringTree(tree: RoaringTree, visit: (value: bigint) => void): void {
  for (const { key, slot } of tree.leaves) {
    const base = BigInt(key) << 16n;
    visitContainer(tree.slots[slot]!, (value) => visit(base | BigInt(value)));
  }
}

/** The values of both; containers of `b` alone are put behind those of `a`, as Java does. */
export function uniteTrees(a: RoaringTree, b: RoaringTree): RoaringTree {
  const slots = [...a.slots];
  const leaves: Leaf[] = [];
  let { lastSlot } = a;
  for (let i = 0, j = 0; i < a.leaves.length || j < b.leaves.length; ) {
    const left = a.leaves[i];
    const right = b.leaves[j];
    if (right === undefined || (left !== undefined && left.key < right.key)) {
      leaves.push(left!);
      i++;
      continue;
    }
    j++;
    const container = b.slots[right.slot]!;
    if (left?.key === right.key) {
      slots[left.slot] = uniteContainers(slots[left.slot]!, container);
      leaves.push(left);
      i++;
      continue;
    }
    lastSlot++;
    // Java's array grows by half, at least to what is needed.
    const room = Math.max(lastSlot + 1, slots.length + (slots.length >> 1));
    if (lastSlot >= slots.length) while (slots.length < room) slots.push(undefined);
    slots[lastSlot] = container;
    leaves.push({ key: right.key, slot: lastSlot });
  }
  return { leaves, slots, lastSlot };
}

function readNode(reader: ByteReader, leaves: Leaf[], depth: number): void {
  const kind = reader.u8();
  const count = reader.u16();
  const prefixBytes = reader.u8();
  if (kind === LEAF) {
    reader.skip(prefixBytes);
    let key = 0;
    for (let i = 0; i < KEY_BYTES; i++) key = key * 256 + reader.u8();
    leaves.push({ key, slot: reader.safe64() });
    return;
  }
  const bodyBytes = [4, 16, 256, 32][kind];
  const childDepth = depth + prefixBytes + 1;
  if (bodyBytes === undefined || childDepth > KEY_BYTES || count > 256)
    throw reader.bad('bad node of a roaring tree');
  reader.skip(prefixBytes + bodyBytes);
  for (let i = 0; i < count; i++) readNode(reader, leaves, childDepth);
}

function readSlots(reader: ByteReader): readonly (Container | undefined)[] {
  const arrays = reader.u32();
  if (arrays !== 1) throw unsupported('roaring tree', `roaring tree of ${arrays} container arrays`);
  if (reader.u8() !== SLOTS_MARK) throw reader.bad('roaring tree without containers');
  const count = reader.u32();
  if (count > reader.left) throw reader.bad(`roaring tree of ${count} containers`);
  const slots: (Container | undefined)[] = [];
  for (let i = 0; i < count; i++) {
    if (reader.u8() === 0) {
      slots.push(undefined);
      continue;
    }
    const form = reader.u8();
    const cardinality = reader.u32();
    if (form === 0) slots.push(readRuns(reader, undefined));
    else if (form === 1) slots.push(readBitmap(reader, cardinality));
    else if (form === 2 && cardinality <= 65536) slots.push(readArray(reader, cardinality));
    else throw reader.bad('bad container of a roaring tree');
  }
  return slots;
}

function encodeTree(tree: RoaringTree): Uint8Array {
  if (tree.leaves.length === 0) return Uint8Array.of(0);
  const slots = tree.slots.map((container) => container && optimizeContainer(container));
  const nodes = new NodeWriter(tree.leaves);
  const slotBytes = slots.reduce((sum, item) => sum + (item === undefined ? 1 : 6 + containerBytes(item)), 0);
  const bytes = new Uint8Array(9 + nodes.bytes.length + 9 + slotBytes + 16);
  const view = new DataView(bytes.buffer);
  bytes[0] = 1;
  view.setBigUint64(1, BigInt(tree.leaves.length), true);
  bytes.set(nodes.bytes, 9);
  let at = 9 + nodes.bytes.length;
  view.setUint32(at, 1, true);
  bytes[at + 4] = SLOTS_MARK;
  view.setUint32(at + 5, slots.length, true);
  at += 9;
  for (const container of slots) {
    if (container === undefined) {
      at++;
      continue;
    }
    bytes[at] = 1;
    bytes[at + 1] = container.kind === 'run' ? 0 : container.kind === 'bitmap' ? 1 : 2;
    view.setUint32(at + 2, container.cardinality, true);
    at = writeContainer(container, view, at + 6);
  }
  view.setBigUint64(at, BigInt(tree.leaves.length), true);
  view.setUint32(at + 12, tree.lastSlot, true);
  return bytes;
}

/** Writes the radix tree over sorted keys: a node where keys part, its prefix what they share before. */
class NodeWriter {
  readonly bytes: number[] = [];
  private readonly leaves: readonly Leaf[];

  constructor(leaves: readonly Leaf[]) {
    this.leaves = leaves;
    this.node(0, leaves.length, 0);
  }

  private node(from: number, to: number, depth: number): void {
    const first = this.leaves[from]!;
    if (to - from === 1) {
      this.bytes.push(LEAF, 0, 0, 0);
      for (let i = 0; i < KEY_BYTES; i++) this.bytes.push(keyByte(first.key, i));
      for (let i = 0; i < 8; i++) this.bytes.push(Math.floor(first.slot / 256 ** i) % 256);
      return;
    }
    let branch = depth;
    while (keyByte(first.key, branch) === keyByte(this.leaves[to - 1]!.key, branch)) branch++;
    const starts: number[] = [];
    for (let i = from; i < to; i++) {
      const isStart = i === from || this.byteAt(i, branch) !== this.byteAt(i - 1, branch);
      if (isStart) starts.push(i);
    }
    const keys = starts.map((i) => this.byteAt(i, branch));
    const kind = keys.length <= 4 ? 0 : keys.length <= 16 ? 1 : keys.length <= 48 ? 2 : 3;
    this.bytes.push(kind, keys.length & 0xff, keys.length >> 8, branch - depth);
    for (let i = depth; i < branch; i++) this.bytes.push(keyByte(first.key, i));
    this.bytes.push(...nodeBody(kind, keys));
    for (const [i, start] of starts.entries()) this.node(start, starts[i + 1] ?? to, branch + 1);
  }

  private byteAt(leaf: number, at: number): number {
    return keyByte(this.leaves[leaf]!.key, at);
  }
}

function nodeBody(kind: number, keys: readonly number[]): readonly number[] {
  if (kind === 3) {
    const bits = new Array<number>(32).fill(0);
    for (const key of keys) bits[key >> 3] = bits[key >> 3]! | (1 << (key & 7));
    return bits;
  }
  const body = new Array<number>([4, 16, 256][kind]!).fill(kind === 2 ? 0xff : 0);
  for (const [i, key] of keys.entries()) {
    if (kind === 2) body[key] = i;
    else body[i] = key;
  }
  const group = kind === 0 ? 4 : 8;
  return body.map((_, i) => body[i - (i % group) + group - 1 - (i % group)]!);
}

function keyByte(key: number, at: number): number {
  return Math.floor(key / 256 ** (KEY_BYTES - 1 - at)) % 256;
}
