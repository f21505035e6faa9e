// A condition stated over other column names.
import type { Predicate } from '../../format/index.ts';

/** The same condition with every column called what `rename` calls it. */
export function renameColumns(predicate: Predicate, rename: (column: string) => string): Predicate {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      return {
        kind: predicate.kind,
        children: predicate.children.map((child) => renameColumns(child, rename)),
      };
    case 'not':
      return { kind: 'not', child: renameColumns(predicate.child, rename) };
    case 'true':
    case 'false':
      return predicate;
    default:
      return { ...predicate, column: rename(predicate.column) };
  }
}
