package espalier.backend.spark.averaging;

import espalier.backend.spark.ExecutorShare;
import org.apache.spark.api.java.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Names a batch in the form that Deeplearning4j Spark hands on, a data set of one example: the images are on the executors
 * already, and need not travel again in every epoch.
 */
record BatchFunction(ExecutorShare share) implements Function<Integer, org.nd4j.linalg.dataset.api.MultiDataSet> {

    @Override
    public org.nd4j.linalg.dataset.api.MultiDataSet call(Integer batch) {
        var unused = share.bind();
        INDArray name = Nd4j.createFromArray(new double[][] {{batch}});
        return new MultiDataSet(name, name);
    }

    /** The batch that a data set names. */
    static int batch(org.nd4j.linalg.dataset.api.MultiDataSet name) {
        return (int) name.getFeatures(0).getDouble(0);
    }
}
