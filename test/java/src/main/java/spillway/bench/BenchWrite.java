package spillway.bench;
public final class BenchWrite { public static void run(String[] w) throws Exception {} }
