package spillway.bench;
public final class BenchRead { public static void run(String[] w) throws Exception {} }
