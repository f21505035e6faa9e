// Lists and structs out of levels. The entries of a leaf say, in order, at which depth each goes on
// (repetition) and how deep it is there (definition); every list and struct above the leaf can be read off
// them.
//
//   An entry stands for a slot (a place for a value, be it null) at some depth when it does not repeat deeper
//   than that depth and everything around the slot is there: repetition <= repeats, definition >= present.
//
// Source  Dremel (Melnik et al., 2010); apache/parquet-format, README.md, "Nested Encoding"; Paimon,
//         ParquetColumnVector.java (assembleCollection, assembleStruct).

/** The levels of consecutive entries of one leaf: the first `count` of each. */
export interface Levels {
  readonly repetition: Uint8Array;
  readonly definition: Uint8Array;
  readonly count: number;
}

/** What an entry must have to stand for a slot at some depth. */
export interface Depth {
  readonly repeats: number;
  readonly present: number;
}

/** Slots of a list or struct. `validity` as in a vector. */
export interface Slots {
  readonly length: number;
  readonly validity: Uint8Array | null;
}

/** Slots of lists: list i holds elements `offsets[i]` to `offsets[i + 1]`. */
export interface ListSlots extends Slots {
  readonly offsets: Int32Array;
}

/**
 * The lists at `depth`, or what is wrong with the levels.
 *
 * Shape   a list is there when the entry's definition is at least `definition`; `element`: the depth of its
 *         elements.
 */
export function listSlots(
  levels: Levels,
  depth: Depth,
  definition: number,
  element: Depth,
): ListSlots | string {
  const { repetition, definition: defined, count } = levels;
  const { repeats, present } = depth;
  const { repeats: elementRepeats, present: elementPresent } = element;
  const starts = new Int32Array(countSlots(levels, depth) + 1);
  const bits = new Uint8Array((starts.length + 7) >> 3);
  let lists = 0;
  let valid = 0;
  let elements = 0;
  for (let i = 0; i < count; i++) {
    const repeated = repetition[i] as number;
    const depthOf = defined[i] as number;
    if (repeated <= repeats) {
      if (depthOf < present) continue;
      if (depthOf >= definition) {
        bits[lists >> 3] = (bits[lists >> 3] as number) | (1 << (lists & 7));
        valid++;
      }
      starts[lists++] = elements;
      if (depthOf >= elementPresent) elements++;
    } else if (repeated === elementRepeats) {
      // It goes on with a list that has elements already.
      if (depthOf < elementPresent || lists === 0 || starts[lists - 1] === elements) return NO_LIST;
      elements++;
    }
  }
  starts[lists] = elements;
  return {
    length: lists,
    offsets: starts,
    validity: valid === lists ? null : bits.subarray(0, (lists + 7) >> 3),
  };
}

const NO_LIST = 'an element goes on with a list that is not there';

/** The structs at `depth`, each there when the entry's definition is at least `definition`. */
export function structSlots(levels: Levels, depth: Depth, definition: number | undefined): Slots {
  const { repetition, definition: defined, count } = levels;
  const { repeats, present } = depth;
  if (definition === undefined) return { length: countSlots(levels, depth), validity: null };
  const bits = new Uint8Array((count + 7) >> 3);
  let structs = 0;
  let valid = 0;
  for (let i = 0; i < count; i++) {
    const depthOf = defined[i] as number;
    if ((repetition[i] as number) > repeats || depthOf < present) continue;
    if (depthOf >= definition) {
      bits[structs >> 3] = (bits[structs >> 3] as number) | (1 << (structs & 7));
      valid++;
    }
    structs++;
  }
  return { length: structs, validity: valid === structs ? null : bits.subarray(0, (structs + 7) >> 3) };
}

/** How many entries stand for a slot at `depth`. */
export function countSlots({ repetition, definition, count }: Levels, { repeats, present }: Depth): number {
  let slots = 0;
  for (let i = 0; i < count; i++) {
    if ((repetition[i] as number) <= repeats && (definition[i] as number) >= present) slots++;
  }
  return slots;
}
