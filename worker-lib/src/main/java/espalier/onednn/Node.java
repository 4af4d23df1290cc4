package espalier.onednn;

/** An operation while it is compiled. */
interface Node {
    /** Emits what computes the output's value of those of the inputs. */
    void forward();
}
