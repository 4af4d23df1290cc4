package espalier.data;

import java.util.SplittableRandom;

/**
 * Independent random streams that are functions of a seed and of what they are for. A stream does not depend on which
 * others were drawn before it, so that work may be repeated, reordered or resumed without changing a single number.
 */
final class RandomStreams {
    static final long SPLIT = 1;
    static final long ORDER = 2;
    static final long AUGMENTATION = 3;
    static final long SYNTHETIC_TRAIN = 4;
    static final long SYNTHETIC_TEST = 5;

    private static final long GOLDEN_RATIO = 0x9e3779b97f4a7c15L;

    private RandomStreams() {}

    /** The stream of one purpose, and of the epoch, batch, class or image that {@code keys} name. */
    static SplittableRandom stream(long seed, long purpose, long... keys) {
        long state = mix(seed + GOLDEN_RATIO * purpose);
        for (long key : keys) {
            state = mix(state + GOLDEN_RATIO * (key + 1));
        }
        return new SplittableRandom(state);
    }

    /** Shuffles in place (Fisher and Yates): every order is equally likely. */
    static void shuffle(int[] values, SplittableRandom random) {
        for (int last = values.length - 1; last > 0; last--) {
            int other = random.nextInt(last + 1);
            int value = values[last];
            values[last] = values[other];
            values[other] = value;
        }
    }

    /** The finaliser of MurmurHash3 for 64 bits: each bit of the input changes half of the output's. */
    private static long mix(long value) {
        long mixed = (value ^ (value >>> 33)) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ (mixed >>> 33);
    }
}
