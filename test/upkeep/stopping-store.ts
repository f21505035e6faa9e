// A store that stops before its n-th change, as a process does that is killed there.
import type { Store } from '../../src/store/index.ts';

/** What is thrown then. It is no LakeError: nothing may take it for a failure of the store. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

const CHANGES = [
  'create',
  'publish',
  'sync',
  'syncNames',
  'writeHint',
  'remove',
  'removeTree',
  'removeDirectory',
  'makeDirectory',
  'rename',
];

/** Counts the changes made through it, and stops before the one numbered `stopAt` (from 1) and ever after. */
export function stoppingStore(store: Store, stopAt: number): { readonly store: Store; changes(): number } {
  let changes = 0;
  const proxy = new Proxy(store, {
    get(target, name) {
      const member = Reflect.get(target, name, target) as unknown;
      if (typeof member !== 'function') return member;
      if (!CHANGES.includes(String(name))) return member.bind(target);
      return async (...args: unknown[]) => {
        if (++changes >= stopAt) throw new Stopped(`stopped before change ${stopAt}`);
        return (member as (...a: unknown[]) => unknown).apply(target, args);
      };
    },
  });
  return { store: proxy, changes: () => changes };
}
