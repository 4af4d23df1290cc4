package espalier.data;

/**
 * The ten families of figures of the synthetic images. A figure fills the square from -1 to 1; its distance function is
 * negative inside and positive outside, in units of half the figure's side.
 */
enum FigureFamily implements Canvas.Figure {
    DISC {
        @Override
        public double distance(double x, double y) {
            return radius(x, y) - 0.8;
        }
    },
    CROSS {
        @Override
        public double distance(double x, double y) {
            return Math.min(box(x, y, 0.95, 0.22), box(x, y, 0.22, 0.95));
        }
    },
    RING {
        @Override
        public double distance(double x, double y) {
            return Math.abs(radius(x, y) - 0.75) - 0.2;
        }
    },
    TRIANGLE {
        @Override
        public double distance(double x, double y) {
            return Math.max(-y - 0.5, 0.866 * Math.abs(x) + 0.5 * y - 0.5);
        }
    },
    FRAME {
        @Override
        public double distance(double x, double y) {
            return Math.abs(box(x, y, 0.7, 0.7)) - 0.18;
        }
    },
    ARC {
        @Override
        public double distance(double x, double y) {
            double gap = Math.max(-x, Math.abs(y) - x);
            return Math.max(RING.distance(x, y), -gap);
        }
    },
    BARS {
        @Override
        public double distance(double x, double y) {
            return box(x, Math.abs(y) - 0.5, 0.85, 0.22);
        }
    },
    CORNER {
        @Override
        public double distance(double x, double y) {
            return Math.min(box(x + 0.6, y, 0.22, 0.85), box(x, y + 0.63, 0.82, 0.22));
        }
    },
    CHECKS {
        @Override
        public double distance(double x, double y) {
            return Math.max(box(x, y, 0.85, 0.85), -Math.copySign(Math.min(Math.abs(x), Math.abs(y)), x * y));
        }
    },
    TEE {
        @Override
        public double distance(double x, double y) {
            return Math.min(box(x, y - 0.63, 0.85, 0.22), box(x, y, 0.22, 0.85));
        }
    };

    private static double radius(double x, double y) {
        return Math.sqrt(x * x + y * y);
    }

    private static double box(double x, double y, double halfWidth, double halfHeight) {
        return Math.max(Math.abs(x) - halfWidth, Math.abs(y) - halfHeight);
    }
}
