package espalier.config;

/** Where something was written: a file (or {@code --set}) and a line counted from 1; line 0 stands for the source as a whole. */
record Place(String source, int line) {
    @Override
    public String toString() {
        return line == 0 ? source : source + ":" + line;
    }
}
