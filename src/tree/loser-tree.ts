// The tree that picks the next row among the heads of sorted runs. It is Java's, state by state, because for
// rows that tie in everything (same key, same sequence) the shape of the tree decides which comes first.

import { corrupt } from '../base/index.ts';

const LOSER_NEW_KEY = 0;
const LOSER_SAME_KEY = 1;
const LOSER_POPPED = 2;
const WINNER_NEW_KEY = 3;
const WINNER_SAME_KEY = 4;
const WINNER_POPPED = 5;

/** The heads of the runs, as the tree sees them: only by run number. */
export interface RunHeads {
  /**
   * By run, doubles in the order of the heads' keys: a lower one says that the key is lower, equal ones say
   * nothing; NaN for a run at its end.
   */
  readonly headPrefix: Float64Array;
  /** False once the run has no more rows. */
  hasHead(run: number): boolean;
  /** Order of the keys of two heads. */
  compareKeys(runA: number, runB: number): number;
  /** Order of two heads of the same key: user sequence, then sequence number. */
  compareSequence(runA: number, runB: number): number;
}

/**
 * Gives runs in key order, runs with equal keys one after the other, each key at most once per run.
 *
 * Shape   `insert` every run once, from the last to the first. Then repeat: while `popped()` names a run,
 *         move that run's head on and call `advanced`; then call `pop` until it gives -1: those runs' heads
 *         are one group.
 * Errors  FILE_CORRUPT when rows of a run are so unsorted that the tree notices.
 * Source  Paimon, mergetree/compact/LoserTree.java.
 */
export class LoserTree {
  private readonly heads: RunHeads;
  private readonly size: number;
  private readonly tree: Int32Array;
  private readonly state: Int8Array;
  private readonly firstSameKey: Int32Array;

  constructor(heads: RunHeads, size: number) {
    this.heads = heads;
    this.size = size;
    this.tree = new Int32Array(size).fill(-1);
    this.state = new Int8Array(size).fill(WINNER_NEW_KEY);
    this.firstSameKey = new Int32Array(size).fill(-1);
  }

  /** Puts run `run` into the tree, its head being known. */
  insert(run: number): void {
    this.adjust(run);
  }

  /** The run whose head was taken and must move on before the next group, or -1. */
  popped(): number {
    const winner = this.tree[0] as number;
    return this.state[winner] === WINNER_POPPED ? winner : -1;
  }

  /** Tells that the winner's head moved on. */
  advanced(run: number): void {
    this.firstSameKey[run] = -1;
    this.state[run] = WINNER_NEW_KEY;
    this.adjust(run);
  }

  /** Takes the next run of the group, or -1 when the group is complete or all runs are at their end. */
  pop(): number {
    const winner = this.tree[0] as number;
    if (this.state[winner] === WINNER_POPPED || !this.heads.hasHead(winner)) return -1;
    this.state[winner] = WINNER_POPPED;
    // Where no run lost to it with the same key, the tree stays as it is.
    if ((this.firstSameKey[winner] as number) >= 0) this.adjust(winner);
    return winner;
  }

  private adjust(run: number): void {
    const { tree, state, size } = this;
    const { headPrefix } = this.heads;
    let winner = run;
    let parent = (winner + size) >> 1;
    if (state[winner] === WINNER_NEW_KEY) {
      // The usual way up: a new key meets other new keys, and one is lower by its prefix.
      for (; parent > 0; parent >>= 1) {
        const rival = tree[parent] as number;
        if (rival < 0 || state[rival] !== LOSER_NEW_KEY) break;
        const mine = headPrefix[winner] as number;
        const other = headPrefix[rival] as number;
        if (mine < other) continue;
        if (!(mine > other)) break;
        state[winner] = LOSER_NEW_KEY;
        state[rival] = WINNER_NEW_KEY;
        tree[parent] = winner;
        winner = rival;
      }
    }
    tree[0] = this.climb(winner, parent);
  }

  /** Takes a run up from the node `parent` on, by any state; gives the run that comes out on top. */
  private climb(run: number, from: number): number {
    const { tree, state, firstSameKey } = this;
    let winner = run;
    for (let parent = from; parent > 0 && winner >= 0; parent >>= 1) {
      const rival = tree[parent] as number;
      if (rival === -1) {
        state[winner] = LOSER_NEW_KEY;
      } else if (state[winner] === WINNER_NEW_KEY) {
        this.meetWithNewKey(parent, rival, winner);
      } else if (state[winner] === WINNER_SAME_KEY) {
        this.meetWithSameKey(parent, rival, winner);
      } else {
        // The head was taken: the run that lost to it with the same key, if there is one, is next.
        parent = firstSameKey[winner] as number;
        if (parent < 0) break;
        state[winner] = LOSER_POPPED;
        state[tree[parent] as number] = WINNER_SAME_KEY;
      }
      if ((state[winner] as number) <= LOSER_POPPED) {
        const loser = winner;
        winner = tree[parent] as number;
        tree[parent] = loser;
      }
    }
    return winner;
  }

  private meetWithNewKey(index: number, rival: number, winner: number): void {
    const { state } = this;
    if (state[rival] === LOSER_NEW_KEY) {
      const order = this.orderOfKeys(rival, winner);
      if (order === 0) {
        if (this.orderOfSequence(rival, winner) < 0) {
          state[rival] = LOSER_SAME_KEY;
          this.setFirstSameKey(winner, index);
        } else {
          state[winner] = LOSER_SAME_KEY;
          state[rival] = WINNER_NEW_KEY;
          this.setFirstSameKey(rival, index);
        }
      } else if (order > 0) {
        state[rival] = WINNER_NEW_KEY;
        state[winner] = LOSER_NEW_KEY;
      }
    } else if (state[rival] === LOSER_POPPED) {
      state[rival] = WINNER_POPPED;
      this.firstSameKey[rival] = -1;
      state[winner] = LOSER_NEW_KEY;
    } else throw corrupt('sorted run', undefined, 'its rows are not sorted by key');
  }

  private meetWithSameKey(index: number, rival: number, winner: number): void {
    const { state } = this;
    if (state[rival] !== LOSER_SAME_KEY) return;
    if (this.orderOfSequence(rival, winner) > 0) {
      state[rival] = WINNER_SAME_KEY;
      state[winner] = LOSER_SAME_KEY;
      this.setFirstSameKey(rival, index);
    } else this.setFirstSameKey(winner, index);
  }

  /** Positive when run `a` comes first; a run at its end never does. */
  private orderOfKeys(a: number, b: number): number {
    if (!this.heads.hasHead(a)) return -1;
    if (!this.heads.hasHead(b)) return 1;
    return this.heads.compareKeys(b, a);
  }

  private orderOfSequence(a: number, b: number): number {
    if (!this.heads.hasHead(a)) return -1;
    if (!this.heads.hasHead(b)) return 1;
    return this.heads.compareSequence(b, a);
  }

  private setFirstSameKey(run: number, index: number): void {
    if (this.firstSameKey[run] === -1) this.firstSameKey[run] = index;
  }
}
