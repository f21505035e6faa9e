export { NestedColumn } from './nested-column.ts';
export type { NestedLeaf } from './nested-leaf.ts';
export { leavesOf, type NestedShape, nestedShape } from './shape.ts';
