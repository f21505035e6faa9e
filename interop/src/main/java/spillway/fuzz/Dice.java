package spillway.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Random choices that a seed repeats. Named children keep one part's draws from moving another's. */
final class Dice {

    private final long seed;
    private final SplittableRandom random;

    Dice(long seed) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
    }

    /** An independent source for the part called {@code name}. */
    Dice child(String name) {
        return new Dice(mix(seed ^ mix(name.hashCode() * 0x9e3779b97f4a7c15L)));
    }

    Dice child(long number) {
        return new Dice(mix(seed + mix(number + 0x632be59bd9b4e019L)));
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** From 0 to bound - 1. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    /** From least to most, both included. */
    int between(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    int anyInt() {
        return random.nextInt();
    }

    long anyLong() {
        return random.nextLong();
    }

    double unit() {
        return random.nextDouble();
    }

    void fill(byte[] bytes) {
        random.nextBytes(bytes);
    }

    /** One of the values; a value listed twice is twice as likely. */
    @SafeVarargs
    final <T> T oneOf(T... values) {
        return values[random.nextInt(values.length)];
    }

    <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    /** The list in another order. */
    <T> List<T> shuffled(List<T> values) {
        List<T> copy = new ArrayList<>(values);
        for (int i = copy.size() - 1; i > 0; i--) {
            copy.set(i, copy.set(random.nextInt(i + 1), copy.get(i)));
        }
        return copy;
    }

    /**
     * One of the values such that tables 0 to n-1 see each of n values once, and so the next n: every value
     * of a dimension comes up, however few tables are made.
     */
    @SafeVarargs
    static <T> T spread(Dice root, String dimension, int index, T... values) {
        int block = index / values.length;
        List<T> order = root.child(dimension).child(block).shuffled(List.of(values));
        return order.get(index % values.length);
    }
}
