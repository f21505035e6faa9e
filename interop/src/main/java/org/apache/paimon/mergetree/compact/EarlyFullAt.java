package org.apache.paimon.mergetree.compact;

import java.util.function.LongSupplier;

/** {@link EarlyFullCompaction} with a clock of the caller's. Here because the clock is this package's own. */
public final class EarlyFullAt extends EarlyFullCompaction {

    private final LongSupplier clock;

    public EarlyFullAt(Long interval, Long totalThreshold, Long incrementalThreshold, LongSupplier clock) {
        super(interval, totalThreshold, incrementalThreshold);
        this.clock = clock;
    }

    @Override
    long currentTimeMillis() {
        return clock.getAsLong();
    }
}
