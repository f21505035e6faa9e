package spillway;

/** One word of the command line; prints its result to standard output. */
@FunctionalInterface
public interface Command {

    void run(String[] words) throws Exception;
}
