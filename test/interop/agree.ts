// Rows as lines, held against the lines there should be: what differs is said, not all there is.

/** A finding: what a reader found, and what it should have. */
export class Disagreement extends Error {}

/** Equal rows are equal lines, whoever printed them. */
export function plainLine(line: string): string {
  return JSON.stringify(JSON.parse(line));
}

/** Both are sorted lines. Throws what `who` found of `what`, and what there is. */
export function agree(what: string, who: string, found: readonly string[], wanted: readonly string[]): void {
  if (found.length === wanted.length && found.every((line, i) => line === wanted[i])) return;
  const [surplus, missing] = [minus(found, wanted), minus(wanted, found)];
  throw new Disagreement(
    `${what}: ${who} finds ${found.length} rows, ${wanted.length} there are; ` +
      `${surplus.length} too many: ${surplus.slice(0, 3).join(' ')}; ` +
      `${missing.length} missing: ${missing.slice(0, 3).join(' ')}`,
  );
}

/** The lines of `a` that are not in `b`, as often as there are more of them. */
function minus(a: readonly string[], b: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const line of b) counts.set(line, (counts.get(line) ?? 0) + 1);
  return a.filter((line) => {
    const count = counts.get(line) ?? 0;
    counts.set(line, count - 1);
    return count <= 0;
  });
}
