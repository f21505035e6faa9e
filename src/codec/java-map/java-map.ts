// A map whose order is java.util.HashMap's, because distinct elements, map entries and nested rows come out
// of Java in that order.

interface Entry<V> {
  readonly key: string;
  readonly spread: number;
  value: V;
}

const CAPACITY_FIRST = 16;
/** Below this capacity a long chain makes the table grow instead of becoming a tree. */
const TREE_CAPACITY = 64;
const CHAIN_MAX = 8;

/**
 * Values by text keys, each with the hash Java has for the key.
 *
 * Shape   `values` goes through the table from bucket to bucket, each chain in its order.
 * Limits  chains of more than 8 keys in tables of 64 buckets or more are trees in Java, whose order inside
 *         the bucket is not kept.
 * Source  OpenJDK, java/util/HashMap.java (putVal, computeIfAbsent, resize).
 */
export class JavaMap<V> {
  private readonly entries = new Map<string, Entry<V>>();
  private table: Entry<V>[][] = emptyTable(CAPACITY_FIRST);

  get(key: string): V | undefined {
    return this.entries.get(key)?.value;
  }

  put(key: string, hash: number, value: V): void {
    const known = this.entries.get(key);
    if (known !== undefined) {
      known.value = value;
      return;
    }
    const chain = this.insert({ key, spread: hash ^ (hash >>> 16), value });
    if (chain > CHAIN_MAX && this.table.length < TREE_CAPACITY) this.resize();
    if (this.entries.size > this.threshold()) this.resize();
  }

  /**
   * The value of the key, made if it is new: then it goes to the front of its chain, and the table grows one
   * call later.
   */
  computeIfAbsent(key: string, hash: number, make: () => V): V {
    if (this.entries.size > this.threshold()) this.resize();
    const known = this.entries.get(key);
    if (known !== undefined) return known.value;
    const entry = { key, spread: hash ^ (hash >>> 16), value: make() };
    const chain = this.insert(entry);
    const bucket = this.bucketOf(entry);
    bucket.unshift(...bucket.splice(-1));
    // Java counts the new key here, and does not in putVal.
    if (chain >= CHAIN_MAX && this.table.length < TREE_CAPACITY) this.resize();
    return entry.value;
  }

  delete(key: string): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    this.entries.delete(key);
    const bucket = this.bucketOf(entry);
    bucket.splice(bucket.indexOf(entry), 1);
  }

  values(): V[] {
    return this.table.flatMap((bucket) => bucket.map((entry) => entry.value));
  }

  private threshold(): number {
    return this.table.length * 0.75;
  }

  private bucketOf(entry: Entry<V>): Entry<V>[] {
    return this.table[entry.spread & (this.table.length - 1)] as Entry<V>[];
  }

  /** Appends the entry to its chain and gives the chain's length. */
  private insert(entry: Entry<V>): number {
    this.entries.set(entry.key, entry);
    return this.bucketOf(entry).push(entry);
  }

  private resize(): void {
    const before = this.table;
    this.table = emptyTable(before.length * 2);
    for (const bucket of before) for (const entry of bucket) this.bucketOf(entry).push(entry);
  }
}

function emptyTable<V>(capacity: number): Entry<V>[][] {
  return Array.from({ length: capacity }, () => []);
}
