// Many pieces of work, a few at once.

/**
 * Does the work for every item, at most `atOnce` at the same time, in no promised order.
 *
 * Errors  the first failure, once everything that had begun has ended: nothing goes on behind the caller's
 *         back.
 */
export async function inTurns<T>(
  items: Iterable<T>,
  atOnce: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const rest = items[Symbol.iterator]();
  let failed: { readonly error: unknown } | undefined;
  const one = async (): Promise<void> => {
    for (let next = rest.next(); !next.done && failed === undefined; next = rest.next()) {
      try {
        await work(next.value);
      } catch (error) {
        failed ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  if (failed !== undefined) throw (failed as { readonly error: unknown }).error;
}
