// A Parquet footer saying that INT96 columns are 12-byte binaries. DuckDB turns INT96 into microseconds;
// Paimon writes TIMESTAMP(7..9) as INT96, so its nanoseconds have to be read as bytes. Pure: no I/O.
//
// Source  apache/parquet-format, parquet.thrift.
import { type ParquetFooter, type ParquetLeaf, PHYSICAL, THRIFT } from '../../codec/index.ts';

const INT96_BYTES = 12;
/** `FIXED_LEN_BYTE_ARRAY` and 12 as one-byte zigzag numbers; field header "next id, i32". */
const TYPE_BYTE = PHYSICAL.FIXED_LEN_BYTE_ARRAY * 2;
const LENGTH_BYTE = INT96_BYTES * 2;
const NEXT_I32 = 0x10 | THRIFT.I32;

/** The INT96 leaves below these top-level columns. */
export function int96Leaves(footer: ParquetFooter, columns: ReadonlySet<string>): readonly ParquetLeaf[] {
  return footer.leaves.filter((leaf) => leaf.type === PHYSICAL.INT96 && columns.has(leaf.path[0] as string));
}

interface Edit {
  readonly at: number;
  readonly remove: number;
  readonly insert: readonly number[];
}

/**
 * The footer with INT96 leaves declared as FIXED_LEN_BYTE_ARRAY(12), whose values have the same bytes.
 *
 * Shape   `leaves` out of the same footer. Offsets into the file stay as they are, so the footer must be
 *         written behind the same data.
 */
export function withInt96AsBytes(footer: ParquetFooter, leaves: readonly ParquetLeaf[]): Uint8Array {
  const edits: Edit[] = [];
  const paths = new Set(leaves.map((leaf) => leaf.path.join('\u0000')));
  for (const leaf of leaves) {
    edits.push({ at: leaf.typeAt, remove: 1, insert: [TYPE_BYTE] });
    if (leaf.lengthAt === undefined) edits.push(...insertLength(footer.bytes, leaf.typeAt + 1));
    else
      edits.push({
        at: leaf.lengthAt,
        remove: varintBytes(footer.bytes, leaf.lengthAt),
        insert: [LENGTH_BYTE],
      });
  }
  for (const chunk of footer.chunks) {
    if (paths.has(chunk.path.join('\u0000')))
      edits.push({ at: chunk.typeAt, remove: 1, insert: [TYPE_BYTE] });
  }
  return applyEdits(footer.bytes, edits);
}

/** `type_length` put between `type` and the field behind it, whose header counts from the new field then. */
function insertLength(bytes: Uint8Array, at: number): Edit[] {
  const header = bytes[at] as number;
  const delta = header >> 4;
  const insert = [NEXT_I32, LENGTH_BYTE];
  if (header === 0 || delta === 0) return [{ at, remove: 0, insert }];
  return [{ at, remove: 1, insert: [...insert, ((delta - 1) << 4) | (header & 15)] }];
}

function varintBytes(bytes: Uint8Array, at: number): number {
  let end = at;
  while ((bytes[end] as number) >= 128) end++;
  return end - at + 1;
}

function applyEdits(bytes: Uint8Array, edits: Edit[]): Uint8Array {
  edits.sort((a, b) => a.at - b.at);
  const grown = edits.reduce((sum, e) => sum + e.insert.length - e.remove, 0);
  const out = new Uint8Array(bytes.length + grown);
  let read = 0;
  let write = 0;
  for (const edit of edits) {
    out.set(bytes.subarray(read, edit.at), write);
    write += edit.at - read;
    out.set(edit.insert, write);
    write += edit.insert.length;
    read = edit.at + edit.remove;
  }
  out.set(bytes.subarray(read), write);
  return out;
}
