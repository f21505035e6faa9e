// Random upkeep of one table from a seed: lines that `perform` and Java's `upkeep` take.

/** A source of numbers that gives the same ones for the same seed. Units: 0 to `below` - 1. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  roll(below: number): number {
    this.#state = (Math.imul(this.#state, 1103515245) + 12345) >>> 0;
    return Math.floor(((this.#state >>> 8) / 2 ** 24) * below);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.roll(items.length)] as T;
  }
}

/** What a script works on. `ids`: the snapshots there are. `beforeMs`: what `clean` takes for old. */
export interface ScriptOf {
  readonly table: string;
  readonly ids: readonly number[];
  readonly lines: number;
  readonly branches: boolean;
  readonly beforeMs: number;
}

/** The lines of one script. */
export function randomScript(dice: Dice, { table, ids, lines, branches, beforeMs }: ScriptOf): string[] {
  const line = (...words: readonly unknown[]): string => words.join('\t');
  return Array.from({ length: lines }, () => {
    const [tag, branch] = [`t${dice.roll(5)}`, `b${dice.roll(3)}`];
    const on = branches && dice.roll(4) === 0 ? `${table}$branch_${branch}` : table;
    const id = dice.pick(ids);
    switch (dice.roll(branches ? 18 : 11)) {
      case 0:
      case 1:
      case 2:
        return line(on, 'tag', tag, id);
      case 3:
        return line(on, 'tag', tag, id, dice.pick([60_000, 86_400_500, 1]));
      case 4:
        return line(on, 'delete-tag', tag);
      case 5:
        return line(on, 'expire-tags');
      case 6:
      case 7:
        return line(
          on,
          'expire',
          1 + dice.roll(3),
          3 + dice.roll(6),
          1 + dice.roll(8),
          dice.pick(['1 ms', '1000 d']),
        );
      case 8:
        return line(table, 'clean', beforeMs);
      case 9:
        return dice.roll(2) === 0 ? line(on, 'rollback', id) : line(on, 'rollback-tag', tag);
      case 10:
        return dice.roll(2) === 0 ? line(on, 'consumer', 'c', id) : line(on, 'delete-consumer', 'c');
      case 11:
        return line(table, 'branch', branch);
      case 12:
      case 13:
      case 14:
        return line(table, 'branch', branch, tag);
      case 15:
        return line(table, 'delete-branch', branch);
      default:
        return line(on, 'fast-forward', branch);
    }
  });
}
