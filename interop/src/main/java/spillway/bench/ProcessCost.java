package spillway.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process has used so far; processor time tells more than the clock on a busy machine. */
record ProcessCost(long sinceStartMs, long cpuMs, long rssPeakMb) {

    static ProcessCost now() throws IOException {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return new ProcessCost(
                System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime(),
                system.getProcessCpuTime() / 1_000_000,
                readRssPeakMb());
    }

    /** As JSON members, each after a comma. */
    String members() {
        return ",\"processMs\":" + sinceStartMs + ",\"cpuMs\":" + cpuMs + ",\"rssPeakMb\":" + rssPeakMb;
    }

    // Linux alone tells; elsewhere 0.
    private static long readRssPeakMb() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst().orElse(0);
    }
}
