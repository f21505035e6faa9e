// The engine's own syntax tree, as `json_serialize_sql` prints it, and a walk over it. Only the few shapes
// that matter are typed.
import { LakeError, NESTING_DEPTH_MAX } from '../../base/index.ts';

/** Any node of the tree. Integers beyond 2^53 are bigints and go back as they came. */
export type Node = { [member: string]: unknown };

/** Levels of JSON below one statement: expressions nest several JSON levels each. */
const DEPTH_MAX = NESTING_DEPTH_MAX * 16;
/** Levels of the tree the engine gives for the deepest statement it parses itself: 1000 expressions. */
export const TREE_DEPTH_MAX = 8 * DEPTH_MAX;

/** True for an object that is not an array. */
export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The child nodes of a node or array, in the order of the tree. */
export function childrenOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isNode(value) ? Object.values(value) : [];
}

/**
 * Visits every node below `root`, parents first. `visit` returns false to keep away from a node's children.
 *
 * Errors  LIMIT_EXCEEDED when the statement nests too deep.
 */
export function walk(root: unknown, visit: (node: Node) => boolean | undefined, depth = 0): void {
  if (depth > DEPTH_MAX)
    throw new LakeError(
      'LIMIT_EXCEEDED',
      `the statement nests too deep: more than ${DEPTH_MAX} levels of its tree`,
    );
  if (isNode(root) && visit(root) === false) return;
  for (const child of childrenOf(root)) {
    if (typeof child === 'object' && child !== null) walk(child, visit, depth + 1);
  }
}

/** A text member, or the empty string. */
export function textOf(node: Node, member: string): string {
  const value = node[member];
  return typeof value === 'string' ? value : '';
}
