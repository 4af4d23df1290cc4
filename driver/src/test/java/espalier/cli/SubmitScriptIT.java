package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs submit.sh from a copy of the checkout with stand-ins for java, mvn and spark-submit. The stand-in of spark-submit
 * prints its arguments and its environment; every folder has a space in its name.
 */
class SubmitScriptIT {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** All that submit.sh and the assembled Spark's scripts call. */
    private static final List<String> TOOLS = List.of(
            "awk",
            "bash",
            "cat",
            "chmod",
            "cp",
            "dirname",
            "env",
            "find",
            "flock",
            "id",
            "mkdir",
            "mktemp",
            "mv",
            "readlink",
            "rm",
            "sleep",
            "touch");

    private static final String SPARK_SUBMIT = """
            #!/usr/bin/env bash
            for word in "$@"; do printf 'argument=%s\\n' "$word"; done
            if [[ ${SPARK_SUBMIT_OPTS:-} =~ ArchiveClassesAtExit=([^\\"]*) ]]; then touch "${BASH_REMATCH[1]}"; fi
            env
            exit "${EXIT_CODE:-0}"
            """;

    private static final String JAVA = """
            #!/usr/bin/env bash
            case "$*" in
                -version) echo "openjdk version \\"${FAKE_JAVA_VERSION:-17.0.1}\\"" >&2 ;;
                *launcher.Main*) printf '\\0\\n'; printf '%s\\0' "$SPARK_HOME/jars/fake-spark" "${@:7}" ;;
                *) printf 'argument=%s\\n' "$@" ;;
            esac
            """;

    private static final String MAVEN = """
            #!/usr/bin/env bash
            echo "$*" >> mvn.log
            sleep 0.1
            if [[ -n ${FAKE_MAVEN_FAILS:-} ]]; then echo "no such symbol"; exit 1; fi
            for word in "$@"; do
                case $word in
                    -Dspark.home=*) jars=${word#*=}/jars ;;
                    package) mkdir -p driver/target; touch driver/target/espalier.jar ;;
                esac
            done
            if [[ -n ${jars:-} ]]; then
                mkdir -p "$jars"
                touch "$jars/spark-launcher_2.12-3.5.5.jar"
                cp "$FAKE_SPARK_SUBMIT" "$jars/fake-spark"
            fi
            """;

    private final Path temporary;
    private final Path checkout;
    private final Path sparkHome;
    private final Path tools;
    private final Map<String, String> environment = new HashMap<>();

    SubmitScriptIT(@TempDir Path temporary) throws IOException {
        this.temporary = temporary;
        checkout = temporary.resolve("the checkout");
        for (String file : List.of(
                "submit.sh",
                "pom.xml",
                "driver/pom.xml",
                "worker-lib/pom.xml",
                "spark-home/pom.xml",
                "spark-home/bin/spark-class",
                "spark-home/bin/spark-submit",
                "conf/spark-defaults.conf",
                "conf/log4j2.properties")) {
            Path copy = checkout.resolve(file);
            Files.createDirectories(copy.getParent());
            Files.copy(ROOT.resolve(file), copy);
            Files.setLastModifiedTime(copy, FileTime.from(Instant.now().minusSeconds(60)));
            if (Files.isExecutable(ROOT.resolve(file))) {
                executable(copy);
            }
        }
        sparkHome = temporary.resolve("the spark");
        tools = temporary.resolve("the tools");
        Path sparkSubmit = script(sparkHome.resolve("bin/spark-submit"), SPARK_SUBMIT);
        Path javaHome = temporary.resolve("the java");
        script(javaHome.resolve("bin/java"), JAVA);
        script(tools.resolve("mvn"), MAVEN);
        for (String tool : TOOLS) {
            Files.createSymbolicLink(tools.resolve(tool), onThePath(tool));
        }
        Path jar = Files.createFile(temporary.resolve("ready espalier.jar"));

        environment.put("PATH", tools.toString());
        environment.put("JAVA_HOME", javaHome.toString());
        environment.put("SPARK_HOME", sparkHome.toString());
        environment.put("ESPALIER_JAR", jar.toString());
        environment.put("FAKE_SPARK_SUBMIT", sparkSubmit.toString());
    }

    @AfterEach
    void deleteLinksToTools() throws IOException {
        for (String tool : TOOLS) {
            Files.delete(tools.resolve(tool));
        }
    }

    // ---- Whose argument is it?

    @Test
    void splitsSparkFlagsFromProgramArgumentsAnywhereOnTheLine() throws Exception {
        Run run = submit(
                "--master",
                "spark://host:7077",
                "search",
                "--driver-memory=3g",
                "study.yaml",
                "--verbose",
                "-c",
                "spark.a=b c",
                "--trials",
                "10");

        assertThat(run.sparkArguments())
                .startsWith("--class", "espalier.cli.Main", "--master", "spark://host:7077", "--driver-memory=3g")
                .containsSequence("--verbose", "-c", "spark.a=b c");
        assertThat(run.programArguments()).containsExactly("search", "study.yaml", "--trials", "10");
        assertThat(run.exit).isZero();
        assertThat(run.errors).isEmpty();
    }

    @Test
    void passesEveryFlagOfSparkSubmitOn() throws Exception {
        List<String> line = new ArrayList<>();
        for (List<String> names : sparkFlags("opts")) {
            for (String name : names) {
                if (!name.equals("--kill") && !name.equals("--status")) {
                    line.addAll(List.of(name, name.equals("--conf") || name.equals("-c") ? "spark.a=b" : "value"));
                }
            }
        }
        for (List<String> names : sparkFlags("switches")) {
            names.stream()
                    .filter(name -> !List.of("--help", "-h", "--version").contains(name))
                    .forEach(line::add);
        }
        assertThat(line).contains("--master", "--supervise");

        List<String> withCommand = new ArrayList<>(line);
        withCommand.add("report");
        Run run = submit(withCommand.toArray(String[]::new));

        assertThat(run.sparkArguments()).containsSequence(line);
        assertThat(run.programArguments()).containsExactly("report");
    }

    @Test
    void givesAllAfterTwoDashesToTheProgram() throws Exception {
        Run run = submit("search", "--", "--name", "mine", "--", "--master");

        assertThat(run.programArguments()).containsExactly("search", "--name", "mine", "--", "--master");
    }

    @Test
    void keepsWordsWhole() throws Exception {
        Run run = submit("search", "a  b", "", "*", "it's", "\"x\"", "$HOME", "--archives --class", "é");

        assertThat(run.programArguments())
                .containsExactly("search", "a  b", "", "*", "it's", "\"x\"", "$HOME", "--archives --class", "é");
    }

    @Test
    void leavesHelpAndVersionOfACommandToTheProgram() throws Exception {
        assertThat(submit("search", "--help").programArguments()).containsExactly("search", "--help");
        assertThat(submit("--version").programArguments()).containsExactly("--version");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--help", "-h", "--master local --help"})
    void showsBothUsages(String line) throws Exception {
        Files.createDirectory(sparkHome.resolve("jars"));

        Run run = submit(line.isEmpty() ? new String[0] : line.split(" "));

        assertThat(run.exit).isZero();
        assertThat(run.output).contains("Usage: ./submit.sh", "argument=espalier.cli.Main\nargument=--help");
    }

    @Test
    void showsItsUsageWithoutAnythingBuilt() throws Exception {
        environment.keySet().removeAll(List.of("SPARK_HOME", "ESPALIER_JAR", "JAVA_HOME"));

        Run run = submit("--help");

        assertThat(run.exit).isZero();
        assertThat(run.output).contains("Usage: ./submit.sh").contains("once Espalier is built");
        assertThat(checkout.resolve("target")).doesNotExist();
    }

    @Test
    void asksSparkAloneAboutSubmissions() throws Exception {
        Run run = submit("--master", "spark://host:6066", "--status", "driver-1");

        assertThat(run.words("argument"))
                .containsExactly(
                        "--class", "espalier.cli.Main", "--master", "spark://host:6066", "--status", "driver-1");
    }

    // ---- Settings.

    @Test
    void runsInThisProcessByDefault() throws Exception {
        Map<String, String> settings = submit("search").settings();

        assertThat(settings)
                .containsEntry("spark.master", "local[*]")
                .containsEntry("spark.driver.memory", "2g")
                .containsEntry("spark.locality.wait", "0")
                .containsEntry("spark.task.cpus", "1")
                .containsEntry("spark.ui.enabled", "false")
                .containsEntry("spark.ui.showConsoleProgress", "false");
        assertThat(settings.get("spark.sql.warehouse.dir")).startsWith("file:/tmp/espalier-warehouse-");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--master yarn",
                "--master=yarn",
                "--conf spark.master=yarn",
                "--conf=spark.master=yarn",
                "-c spark.master=yarn",
                "-c spark.master=local -c spark.master=yarn",
                "-c spark.master=local --master yarn",
                "--master yarn -c spark.master=local"
            })
    void takesTheMasterFromTheLine(String flags) throws Exception {
        Map<String, String> settings = submit((flags + " search").split(" ")).settings();

        assertThat(settings).doesNotContainEntry("spark.master", "local[*]").doesNotContainKey("spark.ui.enabled");
        assertThat(settings).containsKey("spark.executor.memoryOverhead");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"spark.master yarn", "spark.master=yarn", "  spark.master : yarn", "#x\n\nspark.master\tyarn"})
    void takesSettingsFromThePropertiesFile(String line) throws Exception {
        Path file = Files.writeString(temporary.resolve("my settings.conf"), line + "\nspark.locality.wait 3s");

        Run run = submit("--properties-file", file.toString(), "search");

        assertThat(run.settings()).doesNotContainKeys("spark.master", "spark.locality.wait", "spark.ui.enabled");
        assertThat(run.settings()).containsKey("spark.executor.memoryOverhead");
        assertThat(run.sparkArguments()).containsSequence("--properties-file", file.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spark.authenticate.secret",
                "spark.ssl.keyPassword",
                "spark.hadoop.fs.s3a.access.key",
                "spark.hadoop.fs.s3a.bucket.mine.secret.key",
                "spark.hadoop.fs.s3a.session.token",
                "spark.hadoop.fs.azure.account.key.mine.dfs.core.windows.net",
                "spark.kubernetes.authenticate.submission.oauthToken",
                "spark.hadoop.fs.azure.account.oauth2.client.secret.mine.dfs.core.windows.net",
                "spark.executorEnv.AWS_SECRET_ACCESS_KEY",
                "spark.yarn.appMasterEnv.AWS_ACCESS_KEY_ID",
                "spark.hadoop.fs.azure.sas.box.mine.blob.core.windows.net",
                "spark.hadoop.fs.azure.sas.fixed.token.mine.dfs.core.windows.net",
                "spark.hadoop.fs.s3a.encryption.key",
                "spark.hadoop.fs.s3a.server-side-encryption.key",
                "spark.hadoop.fs.azure.account.key"
            })
    void putsNoSecretOnACommandLine(String key) throws Exception {
        for (String flag : List.of("--conf", "-c")) {
            Run run = submit(flag, key + "=abc", "search");

            assertThat(run.exit).isEqualTo(2);
            assertThat(run.output).isEmpty();
            assertThat(run.errors)
                    .startsWith("submit.sh: " + key + " in " + flag + " would be seen by every user of this machine")
                    .contains("--properties-file")
                    .doesNotContain("abc");
        }
        assertThat(submit("--conf=" + key + "=abc", "search").exit).isEqualTo(2);

        Path ours = checkout.resolve("conf/spark-defaults.conf");
        String before = Files.readString(ours);
        Files.writeString(ours, before + "\n" + key + " abc\n");
        assertThat(submit("search").errors).startsWith("submit.sh: " + key + " in conf/spark-defaults.conf would be");
        Files.writeString(ours, before);

        Path file = Files.writeString(temporary.resolve("mine.conf"), key + " abc\n");
        Run run = submit("--properties-file", file.toString(), "search");
        assertThat(run.exit).isZero();
        assertThat(run.words("argument")).noneMatch(argument -> argument.contains("abc"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spark.authenticate.secret.file",
                "spark.kubernetes.driver.secrets.mine",
                "spark.kubernetes.authenticate.oauthTokenFile",
                "spark.authenticate.secretBitLength",
                "spark.hadoop.dfs.namenode.delegation.token.max-lifetime",
                "spark.kubernetes.executor.secretKeyRef.MINE",
                "spark.hadoop.fs.s3a.aws.credentials.provider"
            })
    void passesOnWhereASecretIs(String key) throws Exception {
        assertThat(submit("--conf", key + "=where", "search").exit).isZero();
    }

    @Test
    void takesSettingsFromTheDefaultsOfTheSparkHome() throws Exception {
        script(
                sparkHome.resolve("conf/spark-defaults.conf"),
                "spark.driver.memory 5g\nspark.master spark://host:7077\n");
        assertThat(submit("search").settings()).doesNotContainKeys("spark.driver.memory", "spark.master");

        environment.put("SPARK_CONF_DIR", temporary.toString());
        assertThat(submit("search").settings()).containsKeys("spark.driver.memory", "spark.master");
    }

    @Test
    void addsToTheJavaOptionsOfTheUser() throws Exception {
        Map<String, String> settings = submit(
                        "--master",
                        "spark://host:7077",
                        "-c",
                        "spark.driver.defaultJavaOptions=-Da=1",
                        "--driver-java-options",
                        "-Db=2",
                        "-c",
                        "spark.executor.extraJavaOptions=-Dc=3 -XX:+UseG1GC",
                        "search")
                .settings();

        assertThat(settings.get("spark.driver.defaultJavaOptions"))
                .contains("-XX:+UseParallelGC")
                .doesNotContain("TieredStopAtLevel")
                .contains("-Dorg.eclipse.deeplearning4j.helpers.disable=false")
                .contains("\"-Dlog4j2.configurationFile=" + checkout + "/conf/log4j2.properties\"")
                .endsWith(" -Da=1");
        assertThat(settings.get("spark.executor.defaultJavaOptions"))
                .contains("-Dorg.eclipse.deeplearning4j.helpers.disable=false")
                .doesNotContain("UseParallelGC")
                .doesNotContain("log4j2");
        assertThat(settings)
                .doesNotContainKey("spark.driver.extraJavaOptions")
                .containsEntry("spark.executor.extraJavaOptions", "-Dc=3 -XX:+UseG1GC");
    }

    @Test
    void compilesQueriesQuickly() throws Exception {
        assertThat(submit("sql", "SELECT 1").settings().get("spark.driver.defaultJavaOptions"))
                .contains("-XX:TieredStopAtLevel=1");
    }

    @Test
    void limitsNativeMemoryByOneNumber() throws Exception {
        environment.put("ESPALIER_NATIVE_MEMORY", "3g");
        Map<String, String> settings = submit(
                        "--master", "yarn", "--driver-memory", "1g", "--executor-memory", "512m", "search")
                .settings();

        assertThat(settings.get("spark.driver.defaultJavaOptions"))
                .contains("javacpp.maxbytes=3072m -Dorg.bytedeco.javacpp.maxphysicalbytes=4096m");
        assertThat(settings.get("spark.executor.defaultJavaOptions"))
                .contains("javacpp.maxbytes=3072m -Dorg.bytedeco.javacpp.maxphysicalbytes=3584m");
        assertThat(settings).containsEntry("spark.executor.memoryOverhead", "3584m");
    }

    @Test
    void limitsNativeMemoryByTheOverheadThatTheUserGives() throws Exception {
        Map<String, String> settings = submit("--master", "yarn", "-c", "spark.executor.memoryOverhead=2048", "search")
                .settings();

        assertThat(settings.get("spark.executor.defaultJavaOptions"))
                .contains("javacpp.maxbytes=1536m -Dorg.bytedeco.javacpp.maxphysicalbytes=3584m");
        assertThat(settings).containsEntry("spark.executor.memoryOverhead", "2048");
    }

    @Test
    void givesAnExecutorMemoryForEveryTrialThatItRunsAtATime() throws Exception {
        environment.put("ESPALIER_THREADS", "2");
        Map<String, String> one = submit("--master", "yarn", "search").settings();
        Map<String, String> three =
                submit("--master", "yarn", "--executor-cores", "6", "search").settings();

        assertThat(one)
                .containsEntry("spark.executor.cores", "2")
                .containsEntry("spark.executor.memoryOverhead", "2560m");
        assertThat(three)
                .doesNotContainKey("spark.executor.cores")
                .containsEntry("spark.executor.memoryOverhead", "6656m");
    }

    @Test
    void setsThreadsAndMallocArenas() throws Exception {
        Run local = submit("search");
        assertThat(local.environment())
                .containsEntry("OMP_NUM_THREADS", "1")
                .containsEntry("OPENBLAS_NUM_THREADS", "1")
                .containsEntry("MALLOC_ARENA_MAX", "2")
                .containsEntry("SPARK_LOCAL_IP", "127.0.0.1");

        environment.put("ESPALIER_THREADS", "4");
        Run cluster = submit("--master", "spark://host:7077", "search");
        assertThat(cluster.environment()).containsEntry("OMP_NUM_THREADS", "4").doesNotContainKey("SPARK_LOCAL_IP");
        assertThat(cluster.settings())
                .containsEntry("spark.task.cpus", "4")
                .containsEntry("spark.executor.cores", "4")
                .containsEntry("spark.executorEnv.OMP_NUM_THREADS", "4")
                .containsEntry("spark.executorEnv.OPENBLAS_NUM_THREADS", "4")
                .containsEntry("spark.executorEnv.MALLOC_ARENA_MAX", "2");
    }

    @Test
    void leavesThreadsThatTheUserSets() throws Exception {
        environment.put("OMP_NUM_THREADS", "3");
        Run run = submit(
                "--master",
                "yarn",
                "-c",
                "spark.task.cpus=2",
                "-c",
                "spark.executorEnv.OPENBLAS_NUM_THREADS=5",
                "search");

        assertThat(run.environment()).containsEntry("OMP_NUM_THREADS", "3").containsEntry("OPENBLAS_NUM_THREADS", "2");
        assertThat(run.settings())
                .containsEntry("spark.task.cpus", "2")
                .containsEntry("spark.executorEnv.OMP_NUM_THREADS", "3")
                .containsEntry("spark.executorEnv.OPENBLAS_NUM_THREADS", "5");
    }

    @Test
    void asksForAGpuForEachTrial() throws Exception {
        environment.put("ESPALIER_GPUS", "4");
        environment.put("ESPALIER_THREADS", "2");
        Map<String, String> settings =
                submit("--master", "spark://host:7077", "search").settings();

        assertThat(settings)
                .containsEntry("spark.executor.resource.gpu.amount", "4")
                .containsEntry("spark.task.resource.gpu.amount", "1")
                .containsEntry("spark.executorEnv.CUDA_DEVICE_ORDER", "PCI_BUS_ID")
                .containsEntry("spark.executor.cores", "8")
                .containsEntry("spark.executor.memoryOverhead", "8704m")
                .doesNotContainKey("spark.executor.resource.gpu.discoveryScript");
    }

    @Test
    void asksForNoGpusUnlessTold() throws Exception {
        environment.put("ESPALIER_GPUS", "0");
        assertThat(submit("search").settings().keySet()).noneMatch(key -> key.contains("gpu"));
        environment.remove("ESPALIER_GPUS");
        assertThat(submit("--master", "yarn", "search").settings().keySet()).noneMatch(key -> key.contains("gpu"));
    }

    @Test
    void sendsTheScriptThatFindsGpusAlongOnYarn() throws Exception {
        environment.put("ESPALIER_GPUS", "1");
        Map<String, String> settings = submit("--master", "yarn", "search").settings();

        assertThat(settings)
                .containsEntry("spark.executor.resource.gpu.discoveryScript", "./gpu-discovery.sh")
                .containsEntry("spark.executor.cores", "1");
        assertThat(settings.get("spark.yarn.dist.files")).endsWith("," + checkout + "/conf/gpu-discovery.sh");
        assertThat(ROOT.resolve("conf/gpu-discovery.sh")).isExecutable();
    }

    @Test
    void leavesGpuSettingsOfTheUser() throws Exception {
        environment.put("ESPALIER_GPUS", "1");
        Map<String, String> settings = submit(
                        "--master",
                        "yarn",
                        "-c",
                        "spark.executor.resource.gpu.discoveryScript=/opt/find.sh",
                        "-c",
                        "spark.task.resource.gpu.amount=0.5",
                        "search")
                .settings();

        assertThat(settings)
                .containsEntry("spark.executor.resource.gpu.discoveryScript", "/opt/find.sh")
                .containsEntry("spark.task.resource.gpu.amount", "0.5");
        assertThat(settings.get("spark.yarn.dist.files")).doesNotContain("gpu-discovery");
    }

    @Test
    void namesTheVendorOfGpusToKubernetes() throws Exception {
        environment.put("ESPALIER_GPUS", "1");
        assertThat(submit("--master", "k8s://https://host:6443", "search").settings())
                .containsEntry("spark.executor.resource.gpu.vendor", "nvidia.com");
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "local[2]", "local[*]"})
    void refusesGpusWithALocalMaster(String master) throws Exception {
        environment.put("ESPALIER_GPUS", "1");
        assertRefused(
                submit("--master", master, "search"),
                "ESPALIER_GPUS is 1, but Spark hands out no GPUs with the master " + master);
    }

    @Test
    void setsUpTheDriverInItsYarnContainer() throws Exception {
        Map<String, String> settings = submit(
                        "--master", "yarn", "--deploy-mode", "cluster", "-c", "spark.yarn.dist.files=a.txt", "search")
                .settings();

        assertThat(settings)
                .containsEntry("spark.yarn.appMasterEnv.OMP_NUM_THREADS", "1")
                .containsEntry("spark.yarn.appMasterEnv.GLIBC_TUNABLES", "glibc.malloc.arena_max=2")
                .containsEntry("spark.executorEnv.GLIBC_TUNABLES", "glibc.malloc.arena_max=2")
                .containsEntry("spark.driver.memoryOverhead", "2560m")
                .containsEntry("spark.yarn.dist.files", "a.txt," + checkout + "/conf/log4j2.properties");
        assertThat(settings.get("spark.driver.defaultJavaOptions"))
                .contains(" -Dlog4j2.configurationFile=log4j2.properties");
        assertThat(settings.get("spark.executor.defaultJavaOptions"))
                .contains("-Dlog4j2.configurationFile=log4j2.properties");
    }

    @Test
    void sendsTheConfigurationToADriverInYarn() throws Exception {
        Path file = temporary.resolve("mine.yaml");
        script(file, "study: mine\n");

        Run inside = submit("--master", "yarn", "--deploy-mode", "cluster", "search", file.toString());
        assertThat(inside.programArguments()).containsExactly("search", "mine.yaml");
        assertThat(inside.settings().get("spark.yarn.dist.files")).contains(file.toString());

        Run outside = submit("--master", "yarn", "search", file.toString());
        assertThat(outside.programArguments()).containsExactly("search", file.toString());
        assertThat(outside.settings().get("spark.yarn.dist.files")).doesNotContain("mine.yaml");
    }

    @Test
    void setsUpTheDriverInItsPod() throws Exception {
        environment.put("ESPALIER_JAR", "local:///opt/espalier/espalier.jar");
        environment.put("ESPALIER_THREADS", "2");
        environment.put("ESPALIER_NATIVE_MEMORY", "3g");

        Run run = submit(
                "--master",
                "k8s://https://host:6443",
                "--deploy-mode",
                "cluster",
                "-c",
                "spark.kubernetes.container.image=registry/espalier:1",
                "-c",
                "spark.kubernetes.namespace=studies",
                "search",
                "/opt/espalier/conf/quickstart.yaml",
                "--output",
                "s3a://bucket/studies");

        assertThat(run.sparkArguments())
                .containsSequence("--master", "k8s://https://host:6443", "--deploy-mode", "cluster")
                .containsSequence("-c", "spark.kubernetes.container.image=registry/espalier:1")
                .containsSequence("-c", "spark.kubernetes.namespace=studies");
        assertThat(run.words("argument"))
                .endsWith(
                        "local:///opt/espalier/espalier.jar",
                        "search",
                        "/opt/espalier/conf/quickstart.yaml",
                        "--output",
                        "s3a://bucket/studies");
        assertThat(run.settings())
                .containsEntry("spark.kubernetes.driverEnv.OMP_NUM_THREADS", "2")
                .containsEntry("spark.kubernetes.driverEnv.OPENBLAS_NUM_THREADS", "2")
                .containsEntry("spark.kubernetes.driverEnv.MALLOC_ARENA_MAX", "2")
                .containsEntry("spark.executorEnv.OMP_NUM_THREADS", "2")
                .containsEntry("spark.executorEnv.MALLOC_ARENA_MAX", "2")
                .containsEntry("spark.executor.cores", "2")
                .containsEntry("spark.driver.memoryOverhead", "3584m")
                .containsEntry("spark.executor.memoryOverhead", "3584m")
                .doesNotContainKey("spark.yarn.dist.files");
        for (String role : List.of("driver", "executor")) {
            assertThat(run.settings().get("spark." + role + ".defaultJavaOptions"))
                    .contains("-Dorg.bytedeco.javacpp.maxphysicalbytes=5120m")
                    .doesNotContain("log4j2.configurationFile");
        }
    }

    @Test
    void setsUpExecutorsInTheirPodsForADriverOutside() throws Exception {
        Map<String, String> settings =
                submit("--master", "k8s://https://host:6443", "search").settings();

        assertThat(settings)
                .containsEntry("spark.executorEnv.OMP_NUM_THREADS", "1")
                .containsEntry("spark.executor.memoryOverhead", "2560m")
                .doesNotContainKeys("spark.kubernetes.driverEnv.OMP_NUM_THREADS", "spark.driver.memoryOverhead");
    }

    // ---- How it ends.

    @Test
    void endsWithTheExitCodeOfTheProgram() throws Exception {
        environment.put("EXIT_CODE", "7");

        assertThat(submit("search").exit).isEqualTo(7);
    }

    @Test
    void becomesSparkSubmit() throws Exception {
        script(sparkHome.resolve("bin/spark-submit"), "#!/usr/bin/env bash\necho \"pid=$$\"\n");

        Run run = submit("search");

        assertThat(run.words("pid")).containsExactly(Long.toString(run.process));
    }

    @Test
    void runsFromAnyFolderAndThroughALink() throws Exception {
        Path elsewhere = Files.createDirectory(temporary.resolve("else where"));
        Path link = Files.createSymbolicLink(elsewhere.resolve("a link"), checkout.resolve("submit.sh"));

        Run run = run(elsewhere, link.toString(), "search");

        assertThat(run.exit).isZero();
        assertThat(run.settings().get("spark.driver.defaultJavaOptions"))
                .contains(checkout + "/conf/log4j2.properties");
        assertThat(files(elsewhere)).containsExactly(link);
    }

    @Test
    void refusesASparkHomeWithoutSparkSubmit() throws Exception {
        environment.put("SPARK_HOME", temporary.toString());

        assertRefused(submit("search"), "SPARK_HOME is " + temporary + ", which has no bin/spark-submit");
    }

    @Test
    void refusesAnotherSpark() throws Exception {
        Files.createDirectory(sparkHome.resolve("jars"));
        Files.createFile(sparkHome.resolve("jars/spark-core_2.13-4.0.0.jar"));

        assertRefused(submit("search"), "spark-core_2.13-4.0.0.jar: Espalier needs a Spark 3.5 for Scala 2.12");
    }

    @ParameterizedTest
    @ValueSource(strings = {"11.0.2", "1.8.0_392"})
    void refusesAnOldJava(String version) throws Exception {
        environment.put("FAKE_JAVA_VERSION", version);

        assertRefused(submit("search"), "version \"" + version + "\": point JAVA_HOME to a Java 17 or newer");
    }

    @Test
    void refusesToRunWithoutJava() throws Exception {
        environment.remove("JAVA_HOME");

        assertRefused(submit("search"), "no Java at java: install a Java 17 or newer");
    }

    @Test
    void refusesToBuildWithoutMaven() throws Exception {
        environment.remove("ESPALIER_JAR");
        Files.delete(tools.resolve("mvn"));

        assertRefused(submit("search"), "Maven is needed to build driver/target/espalier.jar");
    }

    @Test
    void refusesAJarThatIsNotThere() throws Exception {
        environment.put("ESPALIER_JAR", "missing.jar");

        assertRefused(submit("search"), "ESPALIER_JAR is missing.jar, which is no file");
    }

    @Test
    void refusesAFlagWithoutItsValue() throws Exception {
        assertRefused(submit("search", "--master"), "--master needs a value");
    }

    @Test
    void refusesALineWithoutACommand() throws Exception {
        assertRefused(submit("--master", "local"), "no COMMAND");
    }

    @Test
    void refusesNumbersThatAreNone() throws Exception {
        environment.put("ESPALIER_NATIVE_MEMORY", "lots");
        assertRefused(submit("search"), "ESPALIER_NATIVE_MEMORY is lots: give a size such as 12g");

        environment.put("ESPALIER_THREADS", "0");
        assertRefused(submit("search"), "ESPALIER_THREADS, or spark.task.cpus, is 0");

        environment.remove("ESPALIER_THREADS");
        environment.put("ESPALIER_GPUS", "01");
        assertRefused(submit("--master", "yarn", "search"), "ESPALIER_GPUS is 01: give a whole number of GPUs");
    }

    // ---- What it builds.

    @Test
    void buildsTheJarWhenASourceIsNewer() throws Exception {
        environment.remove("ESPALIER_JAR");
        Path jar = checkout.resolve("driver/target/espalier.jar");

        Run first = submit("search");
        assertThat(first.errors).isEqualTo("submit.sh: mvn: build driver/target/espalier.jar\n");
        assertThat(first.words("argument")).contains(jar.toString());

        assertThat(submit("search").errors).isEmpty();

        Path source = checkout.resolve("worker-lib/src/main/java/Source.java");
        Files.createDirectories(source.getParent());
        Files.createFile(source);
        assertThat(submit("search").errors).contains("build");
        assertThat(submit("search").errors).isEmpty();

        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().minusSeconds(120)));
        assertThat(submit("search").errors).contains("build");
    }

    @Test
    void showsWhyABuildFails() throws Exception {
        environment.remove("ESPALIER_JAR");
        environment.put("FAKE_MAVEN_FAILS", "yes");

        Run run = submit("search");

        assertThat(run.exit).isEqualTo(1);
        assertThat(run.errors)
                .contains("no such symbol")
                .endsWith("submit.sh: mvn could not build driver/target/espalier.jar\n");
        assertThat(run.output).isEmpty();
    }

    @Test
    void assemblesASparkOnce() throws Exception {
        environment.remove("SPARK_HOME");

        Run first = submit("--name", "a b", "search", "c d");
        assertThat(first.errors)
                .isEqualTo("submit.sh: mvn: assemble a Spark in spark-home/target/spark (220 MB, once)\n");
        assertThat(first.programArguments()).containsExactly("search", "c d");
        assertThat(first.sparkArguments())
                .containsSequence("--class", "espalier.cli.Main", "--name", "a b")
                .contains("-XX:SharedArchiveFile=" + checkout + "/spark-home/target/spark/classes.jsa");
        assertThat(first.environment()).containsEntry("SPARK_SCALA_VERSION", "2.12");
        assertThat(submit("search").errors).isEmpty();
        assertThat(submit("--driver-java-options", "-XX:StartFlightRecording=filename=a.jfr", "search")
                        .sparkArguments())
                .noneMatch(argument -> argument.startsWith("-XX:SharedArchiveFile"));

        Path settings = checkout.resolve("spark-home/pom.xml");
        Files.setLastModifiedTime(settings, FileTime.from(Instant.now().plusSeconds(1)));
        assertThat(submit("search").errors).contains("assemble");
    }

    @Test
    void assemblesASparkOnceForTwoAtATime() throws Exception {
        environment.remove("SPARK_HOME");
        environment.remove("ESPALIER_JAR");

        Process first = start(checkout, checkout + "/submit.sh", "search");
        Process second = start(checkout, checkout + "/submit.sh", "search");

        assertThat(Run.of(first).programArguments()).containsExactly("search");
        assertThat(Run.of(second).programArguments()).containsExactly("search");
        assertThat(Files.readAllLines(checkout.resolve("mvn.log"))).hasSize(2);
        assertThat(files(checkout.resolve("spark-home/target"))).hasSize(1);
    }

    @Test
    void leavesNothingOfASparkThatCouldNotBeAssembled() throws Exception {
        environment.remove("SPARK_HOME");
        environment.put("FAKE_MAVEN_FAILS", "yes");

        Run run = submit("search");

        assertThat(run.exit).isEqualTo(1);
        assertThat(run.errors).contains("no such symbol").contains("mvn could not assemble a Spark");
        assertThat(files(checkout.resolve("spark-home/target"))).isEmpty();
    }

    // ---- Helpers.

    private static void assertRefused(Run run, String reason) {
        assertThat(run.errors).startsWith("submit.sh: ").contains(reason).hasLineCount(1);
        assertThat(run.exit).isEqualTo(2);
        assertThat(run.output).isEmpty();
    }

    private Run submit(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(checkout + "/submit.sh"));
        command.addAll(List.of(arguments));
        return run(checkout, command.toArray(String[]::new));
    }

    private Run run(Path folder, String... command) throws Exception {
        return Run.of(start(folder, command));
    }

    private Process start(Path folder, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static Path script(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        return executable(file);
    }

    private static Path executable(Path file) {
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    private static Path onThePath(String tool) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, tool))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(tool + " is not on the PATH"));
    }

    /** The flags that Spark's own parser knows, each with its other names. */
    private static List<List<String>> sparkFlags(String field) throws ReflectiveOperationException {
        Class<?> parser = Class.forName("org.apache.spark.launcher.SparkSubmitOptionParser");
        var constructor = parser.getDeclaredConstructor();
        constructor.setAccessible(true);
        Field flags = parser.getDeclaredField(field);
        flags.setAccessible(true);
        return Arrays.stream((String[][]) flags.get(constructor.newInstance()))
                .map(List::of)
                .toList();
    }

    private record Run(long process, int exit, String output, String errors) {
        static Run of(Process process) throws Exception {
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return new Run(process.pid(), process.exitValue(), output, errors);
        }

        List<String> words(String name) {
            return output.lines()
                    .filter(line -> line.startsWith(name + "="))
                    .map(line -> line.substring(name.length() + 1))
                    .toList();
        }

        List<String> sparkArguments() {
            return words("argument").subList(0, jar());
        }

        List<String> programArguments() {
            return words("argument").subList(jar() + 1, words("argument").size());
        }

        /** The settings that reach spark-submit as --conf or -c, the last of each key. */
        Map<String, String> settings() {
            Map<String, String> settings = new HashMap<>();
            List<String> arguments = sparkArguments();
            for (int i = 0; i + 1 < arguments.size(); i++) {
                if (arguments.get(i).equals("--conf") || arguments.get(i).equals("-c")) {
                    String[] setting = arguments.get(i + 1).split("=", 2);
                    settings.put(setting[0], setting[1]);
                }
            }
            return settings;
        }

        Map<String, String> environment() {
            Map<String, String> environment = new HashMap<>();
            output.lines()
                    .map(line -> line.split("=", 2))
                    .filter(pair -> pair.length == 2)
                    .forEach(pair -> environment.put(pair[0], pair[1]));
            return environment;
        }

        private int jar() {
            List<String> arguments = words("argument");
            for (int i = 0; i < arguments.size(); i++) {
                if (arguments.get(i).endsWith("espalier.jar")) {
                    return i;
                }
            }
            throw new AssertionError("no jar among " + arguments + errors);
        }
    }
}
