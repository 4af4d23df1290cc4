package espalier.cluster;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.service.Service;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.nodemanager.Context;
import org.apache.hadoop.yarn.server.nodemanager.LocalDirsHandlerService;
import org.apache.hadoop.yarn.server.nodemanager.NodeManager;
import org.apache.hadoop.yarn.server.nodemanager.ResourceView;
import org.apache.hadoop.yarn.server.nodemanager.webapp.WebServer;
import org.apache.hadoop.yarn.server.resourcemanager.ResourceManager;
import org.apache.hadoop.yarn.server.resourcemanager.scheduler.fifo.FifoScheduler;
import org.apache.hadoop.yarn.server.security.ApplicationACLsManager;

/** HDFS with one data node, and YARN with one node, in this process; containers of YARN are processes of their own. */
public final class HadoopCluster implements AutoCloseable {
    private static final String ANY_PORT = "127.0.0.1:0";

    private final Path home;
    private final MiniDFSCluster hdfs;
    private final List<Service> yarn;
    private final Configuration configuration;

    private HadoopCluster(Path home, MiniDFSCluster hdfs, List<Service> yarn, Configuration configuration) {
        this.home = home;
        this.hdfs = hdfs;
        this.yarn = yarn;
        this.configuration = configuration;
    }

    /** Starts HDFS alone in an empty folder. */
    public static HadoopCluster hdfs(Path home) throws IOException {
        Configuration settings = new Configuration();
        settings.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, home.resolve("hdfs").toString());
        // A name node that starts again does not wait half a minute after its blocks are reported.
        settings.set("dfs.namenode.safemode.extension", "0");
        // Somebody who waits for a name node asks often.
        settings.set("ipc.client.connect.max.retries", "1");
        MiniDFSCluster hdfs =
                new MiniDFSCluster.Builder(settings).numDataNodes(1).build();
        hdfs.waitActive();
        return new HadoopCluster(home, hdfs, List.of(), hdfs.getConfiguration(0));
    }

    /** Starts HDFS and YARN in an empty folder. */
    public static HadoopCluster hdfsAndYarn(Path home) throws IOException, InterruptedException {
        HadoopCluster hdfs = hdfs(home);
        ResourceManager resources = new WithoutPages();
        resources.init(settings(home, hdfs.configuration));
        resources.start();
        Configuration configuration = resources.getConfig();
        NodeManager node = new NodeWithoutPages();
        node.init(new YarnConfiguration(configuration));
        node.start();
        StandaloneCluster.await("YARN's node", () -> Optional.of(
                        resources.getResourceScheduler().getNumClusterNodes())
                .filter(nodes -> nodes > 0));
        return new HadoopCluster(home, hdfs.hdfs, List.of(node, resources), configuration);
    }

    private static YarnConfiguration settings(Path home, Configuration hdfs) {
        YarnConfiguration settings = new YarnConfiguration(hdfs);
        for (String service : List.of("", "scheduler.", "resource-tracker.", "admin.", "webapp.")) {
            settings.set("yarn.resourcemanager." + service + "address", ANY_PORT);
        }
        for (String service : List.of("", "localizer.", "webapp.")) {
            settings.set("yarn.nodemanager." + service + "address", ANY_PORT);
        }
        settings.setClass(
                YarnConfiguration.RM_SCHEDULER,
                FifoScheduler.class,
                org.apache.hadoop.yarn.server.resourcemanager.scheduler.ResourceScheduler.class);
        settings.set(YarnConfiguration.NM_LOCAL_DIRS, home.resolve("yarn/local").toString());
        settings.set(YarnConfiguration.NM_LOG_DIRS, home.resolve("yarn/logs").toString());
        settings.setInt(YarnConfiguration.NM_PMEM_MB, 8192);
        // The node itself looks at the memory that containers take, for there are no control groups that would;
        // addresses are not limited.
        settings.setBoolean(YarnConfiguration.NM_MEMORY_RESOURCE_ENFORCED, false);
        settings.setBoolean(YarnConfiguration.NM_PMEM_CHECK_ENABLED, true);
        settings.setBoolean(YarnConfiguration.NM_VMEM_CHECK_ENABLED, false);
        settings.setInt(YarnConfiguration.NM_CONTAINER_MON_INTERVAL_MS, 500);
        settings.setFloat(YarnConfiguration.NM_MAX_PER_DISK_UTILIZATION_PERCENTAGE, 100);
        settings.setInt(YarnConfiguration.RM_AM_MAX_ATTEMPTS, 1);
        return settings;
    }

    /** Settings by which a client finds the cluster. */
    public Configuration configuration() {
        return configuration;
    }

    /** The same settings as a folder of files, for {@code HADOOP_CONF_DIR}. */
    public Path configurationFolder() throws IOException {
        Configuration addresses = new Configuration(false);
        for (String name :
                List.of("fs.defaultFS", "yarn.resourcemanager.address", "yarn.resourcemanager.scheduler.address")) {
            addresses.set(name, configuration.get(name));
        }
        Path folder = Files.createDirectories(home.resolve("conf"));
        for (String file : List.of("core-site.xml", "yarn-site.xml")) {
            try (OutputStream out = Files.newOutputStream(folder.resolve(file))) {
                addresses.writeXml(out);
            }
        }
        return folder;
    }

    /** A path of its file system as a URI. */
    public String uri(String path) {
        return hdfs.getURI() + path;
    }

    public FileSystem files() throws IOException {
        return hdfs.getFileSystem();
    }

    /** HDFS itself, to be broken. */
    public MiniDFSCluster hdfs() {
        return hdfs;
    }

    /** What containers wrote to standard output and standard error. */
    public String containerLogs() throws IOException {
        StringBuilder text = new StringBuilder();
        try (var logs = Files.walk(home.resolve("yarn/logs"))) {
            for (Path log : logs.filter(Files::isRegularFile).toList()) {
                text.append(log).append('\n').append(Files.readString(log));
            }
        }
        return text.toString();
    }

    @Override
    public void close() {
        yarn.forEach(Service::stop);
        hdfs.shutdown();
    }

    /** YARN's pages need libraries that Java no longer has. */
    private static final class WithoutPages extends ResourceManager {
        @Override
        protected void startWepApp() {}
    }

    private static final class NodeWithoutPages extends NodeManager {
        @Override
        protected WebServer createWebServer(
                Context context,
                ResourceView view,
                ApplicationACLsManager permissions,
                LocalDirsHandlerService folders) {
            return new WebServer(context, view, permissions, folders) {
                @Override
                protected void serviceStart() {}

                @Override
                protected void serviceStop() {}
            };
        }
    }
}
