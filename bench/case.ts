// A comparison, and what is measured for it.
import type { Run } from './child.ts';

/** One thing measured. `ms` reads the time out of a run. */
export interface Contender {
  readonly name: string;
  run(): Promise<Run>;
  readonly ms: (run: Run) => number;
  /** Rows of a run that does not print them. */
  readonly rows?: number;
}

/**
 * A comparison.
 *
 * Shape   `ours` against `theirs` (the first of them is the yardstick). `atLeast`: ours must be that many
 *         times as fast. `msMax`, `peakMbMax`: absolute promises.
 */
export interface Case {
  readonly title: string;
  readonly ours: Contender;
  readonly theirs: readonly Contender[];
  readonly atLeast?: number;
  readonly msMax?: number;
  readonly peakMbMax?: number;
  readonly peakShareMax?: number;
  /** How often it runs; default five times. */
  readonly times?: number;
}
