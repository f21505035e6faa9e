package spillway.fuzz;

import org.apache.paimon.utils.HllSketchUtil;
import org.apache.paimon.utils.RoaringBitmap32;
import org.apache.paimon.utils.ThetaSketch;

/**
 * Bytes the bitmap and sketch aggregations take, made by Paimon's own classes. No 64-bit bitmaps: their bytes
 * depend on how containers are chosen.
 */
final class Sketches {

    private Sketches() {}

    static byte[] make(Dice dice, Flavour flavour) {
        int[] members = new int[dice.between(0, 6)];
        for (int i = 0; i < members.length; i++) {
            members[i] = dice.oneOf(dice.below(100), dice.below(100_000), dice.below(Integer.MAX_VALUE));
        }
        return switch (flavour) {
            case BITMAP32 -> RoaringBitmap32.bitmapOf(members).serialize();
            case HLL_SKETCH -> HllSketchUtil.sketchOf(members);
            case THETA_SKETCH -> ThetaSketch.sketchOf(members);
            default -> throw new IllegalArgumentException("no sketch: " + flavour);
        };
    }
}
