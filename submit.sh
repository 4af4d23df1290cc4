#!/usr/bin/env bash
# Starts Espalier through spark-submit: ./submit.sh --help
set -euo pipefail

root=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
assembled_spark=$root/spark-home/target/spark
built_jar=$root/driver/target/espalier.jar

usage() {
    cat <<'END'
Usage: ./submit.sh [SPARK FLAGS] COMMAND [ARGUMENTS] [-- ARGUMENTS]

Runs an Espalier command on Spark: in this process by default, on a cluster with --master.

The flags of spark-submit are recognised anywhere before a "--" and go to Spark; all else goes to the command. Some of
them, each as --flag VALUE or --flag=VALUE:
  --master URL            local[N], spark://HOST:PORT, yarn, k8s://...  (default: local[*], a trial on every core)
  --deploy-mode MODE      client (default) or cluster
  --conf, -c KEY=VALUE    a setting of Spark; conf/spark-defaults.conf shows what is set where you set nothing
  --properties-file FILE  settings of Spark from a file; the place for passwords and keys, which --conf does not take
  --driver-memory SIZE, --executor-memory SIZE, --executor-cores N, --num-executors N, --jars, --packages, --queue, ...

Environment:
  SPARK_HOME              a Spark 3.5 for Scala 2.12 (default: one that Maven assembles on first use)
  JAVA_HOME               a Java 17 or newer
  ESPALIER_JAR            a ready espalier.jar, a file or a URI that the cluster can open (default: built with Maven
                          whenever the sources are newer)
  ESPALIER_THREADS        native threads, and cores, of one trial (default: 1)
  ESPALIER_GPUS           GPUs of one executor, each for a trial of its own (default: 0); docs/gpu.md says what else they need
  ESPALIER_NATIVE_MEMORY  memory beside the heap for the trials of one process, e.g. 12g (default: for a local run 3/4 of
                          the machine's memory less the heap, for an executor 2g for every trial that it runs at a time)
END
}

say() {
    echo "submit.sh: $*" >&2
}

fail() { # STATUS MESSAGE
    say "$2"
    exit "$1"
}

((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 404)) || fail 2 "bash is $BASH_VERSION: 4.4 or newer is needed"

# ---- The command line: Spark's flags, the program's arguments, and the settings of Spark that the user gives.

has_value() { # FLAG
    case $1 in
        --archives | --class | --conf | -c | --deploy-mode | --driver-class-path | --driver-cores | --driver-java-options | \
            --driver-library-path | --driver-memory | --exclude-packages | --executor-cores | --executor-memory | --files | \
            --jars | --keytab | --kill | --master | --name | --num-executors | --packages | --principal | \
            --properties-file | --proxy-user | --py-files | --queue | --remote | --repositories | --status | \
            --total-executor-cores) return 0 ;;
        *) return 1 ;;
    esac
}

is_switch() { # FLAG
    [[ $1 == --supervise || $1 == --usage-error || $1 == --verbose || $1 == -v ]]
}

declare -A setting_of_flag=(
    [--master]=spark.master
    [--deploy-mode]=spark.submit.deployMode
    [--driver-memory]=spark.driver.memory
    [--driver-java-options]=spark.driver.extraJavaOptions
    [--executor-memory]=spark.executor.memory
    [--executor-cores]=spark.executor.cores
)
declare -A flag=() setting=()
spark_arguments=() program_arguments=()

# All users of a machine see the command lines of its processes.
refuse_secret() { # KEY WHERE
    local where='(file|provider([.]path)?|secretbitlength)$|[.]secrets[.]|secretkeyref[.]|keyprovider'
    ! [[ ${1,,} =~ secret|password|token$|fixed[.]token[.]|(access|private|account|encryption)[._-]?key|[.]sas[.] ]] \
        || [[ ${1,,} =~ $where ]] \
        || fail 2 "$1 in $2 would be seen by every user of this machine: put it into a file that only you can read, and give that by --properties-file"
}

take_flag() { # NAME VALUE
    case $1 in
        --conf | -c)
            refuse_secret "${2%%=*}" "$1"
            [[ $2 != ?*=* ]] || setting[${2%%=*}]=${2#*=}
            ;;
        *) flag[$1]=$2 ;;
    esac
}

parse_command_line() {
    while (($# > 0)); do
        if [[ $1 == -- ]]; then
            program_arguments+=("${@:2}")
            break
        elif is_switch "$1"; then
            spark_arguments+=("$1")
        elif has_value "$1"; then
            (($# > 1)) || fail 2 "$1 needs a value"
            take_flag "$1" "$2"
            spark_arguments+=("$1" "$2")
            shift
        elif [[ $1 == --*=* ]] && has_value "${1%%=*}"; then
            take_flag "${1%%=*}" "${1#*=}"
            spark_arguments+=("$1")
        elif [[ $1 == --help || $1 == -h ]] && ((${#program_arguments[@]} == 0)); then
            help
        else
            program_arguments+=("$1")
        fi
        shift
    done
    local name
    for name in "${!setting_of_flag[@]}"; do
        [[ ! -v flag[$name] ]] || setting[${setting_of_flag[$name]}]=${flag[$name]}
    done
}

# ---- What is needed to run: Java, Spark, the product's jar.

find_java() {
    java=${JAVA_HOME:+$JAVA_HOME/bin/}java
    local version
    version=$("$java" -version 2>&1) || fail 2 "no Java at $java: install a Java 17 or newer, or point JAVA_HOME to one"
    if [[ ! $version =~ version\ \"([0-9]+) ]] || ((BASH_REMATCH[1] < 17)); then
        fail 2 "$java is ${version%%$'\n'*}: point JAVA_HOME to a Java 17 or newer"
    fi
}

maven() { # WHAT ARGUMENTS
    command -v mvn > /dev/null || fail 2 "Maven is needed to $1: install it (mvn is not on the PATH)"
    say "mvn: $1"
    local output
    output=$(cd "$root" && mvn -B -ntp -q "${@:2}" 2>&1 < /dev/null) || {
        printf '%s\n' "$output" >&2
        fail 1 "mvn could not $1"
    }
}

older() { # FILE SOURCES: whether the file is missing or older than a source
    [[ ! -e $1 || -n $(find "${@:2}" -newer "$1" -print -quit 2> /dev/null) ]]
}

locked() { # COMMAND: runs it when no other submit.sh of this folder builds anything
    mkdir -p "$root/target"
    (
        flock --nonblock 9 || {
            say "waiting for another submit.sh that builds"
            flock 9
        }
        "$@" 9>&-
    ) 9> "$root/target/submit.lock"
}

spark_is_old() {
    older "$assembled_spark" "$root/pom.xml" "$root"/spark-home/{pom.xml,bin}
}

assemble_spark() {
    spark_is_old || return 0
    mkdir -p "${assembled_spark%/*}"
    part=$(mktemp -d "$assembled_spark.XXXXXX")
    trap 'rm -rf "$part"' EXIT
    maven "assemble a Spark in ${assembled_spark#"$root"/} (220 MB, once)" \
        -pl spark-home dependency:copy-dependencies@jars "-Dspark.home=$part"
    cp -R "$root/spark-home/bin" "$part"
    chmod 755 "$part"
    rm -rf "$assembled_spark"
    mv "$part" "$assembled_spark"
    archive_classes || say "could not archive Spark's classes: commands start slower"
}

archive_classes() { # as Java holds them in memory: to load them takes a third of a short command's time
    local archive=$assembled_spark/classes.jsa
    SPARK_SUBMIT_OPTS="\"-XX:ArchiveClassesAtExit=$archive.part\"" "$assembled_spark/bin/spark-submit" --version &> /dev/null \
        && mv "$archive.part" "$archive"
}

find_spark() {
    if [[ -z ${SPARK_HOME:-} ]]; then
        ! spark_is_old || locked assemble_spark
        export SPARK_HOME=$assembled_spark
    fi
    [[ -x $SPARK_HOME/bin/spark-submit ]] \
        || fail 2 "SPARK_HOME is $SPARK_HOME, which has no bin/spark-submit: correct it, or unset it to run without"
    local core=("$SPARK_HOME"/jars/spark-core_*.jar)
    [[ ! -e ${core[0]} || ${core[0]} == */spark-core_2.12-3.5.* ]] \
        || fail 2 "SPARK_HOME has ${core[0]##*/}: Espalier needs a Spark 3.5 for Scala 2.12"
}

jar_is_old() {
    older "$built_jar" "$root/pom.xml" "$root"/{driver,worker-lib}/{pom.xml,src/main,src/build}
}

build_jar() {
    ! jar_is_old || maven "build ${built_jar#"$root"/}" \
        -pl driver -am -Dmaven.test.skip -Dspotless.check.skip package
}

find_jar() {
    if [[ -z ${ESPALIER_JAR:-} ]]; then
        ! jar_is_old || locked build_jar
        jar=$built_jar
    else
        # A URI is for the cluster to open: local:///opt/espalier/espalier.jar is a file of a container's image.
        [[ -f $ESPALIER_JAR || $ESPALIER_JAR =~ ^[a-z][a-z0-9]*:/ ]] \
            || fail 2 "ESPALIER_JAR is $ESPALIER_JAR, which is no file: correct it, or unset it to build one"
        jar=$ESPALIER_JAR
    fi
}

help() {
    usage
    jar=${ESPALIER_JAR:-$built_jar}
    local jars=${SPARK_HOME:-$assembled_spark}/jars
    echo
    if [[ -f $jar && -d $jars ]]; then
        find_java
        exec "$java" -XX:TieredStopAtLevel=1 -cp "$jar:$jars/*" espalier.cli.Main --help
    fi
    echo "The commands are listed here once Espalier is built, which the first of them does."
    exit 0
}

# ---- Settings: the user's first, wherever they come from; then ours.

declare -A ours=()

set_to() { # KEY VALUE
    setting[$1]=$2
    ours[$1]=$2
}

refuse_secret_of_ours() { # KEY VALUE
    refuse_secret "$1" conf/spark-defaults.conf
}

default_to() { # KEY VALUE
    [[ -v setting[$1] ]] || set_to "$1" "$2"
}

prepend_to() { # KEY VALUE
    set_to "$1" "$2${setting[$1]:+ ${setting[$1]}}"
}

add_to_list() { # KEY VALUE
    set_to "$1" "${setting[$1]:+${setting[$1]},}$2"
}

each_property() { # FILE COMMAND: calls it with each key and value of a properties file
    local line
    while read -r line || [[ -n $line ]]; do
        if [[ $line =~ ^([^#!:=[:space:]][^:=[:space:]]*)[[:space:]]*[:=]?[[:space:]]*(.*)$ ]]; then
            "$2" "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
        fi
    done < "$1"
}

remember() { # KEY VALUE
    [[ -v setting[$1] ]] || setting[$1]=$2
}

is_local() {
    [[ ${setting[spark.master]} =~ ^local(\[.*)?$ ]]
}

is_cluster_mode() {
    [[ ${setting[spark.submit.deployMode]:-} == cluster ]]
}

mebibytes() { # SIZE
    [[ ${1,,} =~ ^([0-9]+)([kmgt]?)b?$ ]] || return 1
    case ${BASH_REMATCH[2]} in
        k) echo $((10#${BASH_REMATCH[1]} / 1024)) ;;
        g) echo $((10#${BASH_REMATCH[1]} * 1024)) ;;
        t) echo $((10#${BASH_REMATCH[1]} * 1024 * 1024)) ;;
        *) echo $((10#${BASH_REMATCH[1]})) ;;
    esac
}

machine_mebibytes() { # of this machine, or of the container that we are in
    local total limit file
    total=$(awk '/^MemTotal:/ { print int($2 / 1024) }' /proc/meminfo)
    for file in /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes; do
        if [[ -r $file ]] && read -r limit < "$file" && [[ $limit =~ ^[0-9]{1,15}$ ]]; then
            total=$((limit / 1048576 < total ? limit / 1048576 : total))
        fi
    done
    echo "$total"
}

set_environment() {
    threads=${ESPALIER_THREADS:-${setting[spark.task.cpus]:-1}}
    [[ $threads =~ ^[1-9][0-9]*$ ]] \
        || fail 2 "ESPALIER_THREADS, or spark.task.cpus, is $threads: give a whole number of threads for one trial"
    default_to spark.task.cpus "$threads"
    export OMP_NUM_THREADS=${OMP_NUM_THREADS:-$threads}
    export OPENBLAS_NUM_THREADS=${OPENBLAS_NUM_THREADS:-$threads}
    export MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX:-2}
    if is_local; then
        export SPARK_LOCAL_IP=${SPARK_LOCAL_IP:-127.0.0.1}
        return
    fi
    # YARN would join our MALLOC_ARENA_MAX to its own, as in "2:4".
    local variables=(OMP_NUM_THREADS="$OMP_NUM_THREADS" OPENBLAS_NUM_THREADS="$OPENBLAS_NUM_THREADS") variable
    case ${setting[spark.master]} in
        yarn) variables+=(GLIBC_TUNABLES="glibc.malloc.arena_max=$MALLOC_ARENA_MAX") ;;
        *) variables+=(MALLOC_ARENA_MAX="$MALLOC_ARENA_MAX") ;;
    esac
    for variable in "${variables[@]}"; do
        default_to "spark.executorEnv.${variable%%=*}" "${variable#*=}"
        case ${setting[spark.submit.deployMode]:-client}:${setting[spark.master]} in
            cluster:yarn) default_to "spark.yarn.appMasterEnv.${variable%%=*}" "${variable#*=}" ;;
            cluster:k8s:*) default_to "spark.kubernetes.driverEnv.${variable%%=*}" "${variable#*=}" ;;
        esac
    done
}

# Spark hands GPUs out, one to each trial, and the workers of a standalone cluster know theirs. Elsewhere an executor looks
# for its own: on YARN with the script that we send along, on Kubernetes with one that its image has.
set_gpus() {
    gpus=0
    # Other commands run no trials.
    [[ ${program_arguments[0]} =~ ^(search|train|export)$ ]] || return 0
    gpus=${ESPALIER_GPUS:-0}
    [[ $gpus =~ ^(0|[1-9][0-9]{0,3})$ ]] || fail 2 "ESPALIER_GPUS is $gpus: give a whole number of GPUs for one executor"
    ((gpus > 0)) || return 0
    ! is_local || fail 2 "ESPALIER_GPUS is $gpus, but Spark hands out no GPUs with the master ${setting[spark.master]}: give a cluster's --master"
    default_to spark.executor.resource.gpu.amount "$gpus"
    default_to spark.task.resource.gpu.amount 1
    # CUDA's own order is by speed, nvidia-smi's is this one.
    default_to spark.executorEnv.CUDA_DEVICE_ORDER PCI_BUS_ID
    local script=spark.executor.resource.gpu.discoveryScript
    case ${setting[spark.master]} in
        yarn) [[ -v setting[$script] ]] || {
            add_to_list spark.yarn.dist.files "$root/conf/gpu-discovery.sh"
            set_to "$script" ./gpu-discovery.sh
        } ;;
        k8s:*) default_to spark.executor.resource.gpu.vendor nvidia.com ;;
    esac
}

# ND4J's arrays live beside the heap. One number, the native memory, limits them in the process (JavaCPP's maxbytes and,
# with the heap, the resident size) and makes room for them in the container (Spark's memoryOverhead, with 512 MiB more
# for the Java machine itself).

heap_mebibytes() { # ROLE; of a size that Spark will refuse, nothing
    mebibytes "${setting[spark.$1.memory]}" || echo 0
}

native_mebibytes() { # ROLE DEFAULT: from the environment, from Spark's overhead, or by default
    local overhead
    if [[ -n ${ESPALIER_NATIVE_MEMORY:-} ]]; then
        mebibytes "$ESPALIER_NATIVE_MEMORY" || fail 2 "ESPALIER_NATIVE_MEMORY is $ESPALIER_NATIVE_MEMORY: give a size such as 12g"
    elif overhead=$(mebibytes "${setting[spark.$1.memoryOverhead]:-}") && ((overhead > 512)); then
        echo $((overhead - 512))
    else
        echo "$2"
    fi
}

add_java_options() { # ROLE NATIVE_MEBIBYTES
    local options="-Dorg.eclipse.deeplearning4j.helpers.disable=false" given
    options+=" -Dorg.bytedeco.javacpp.maxbytes=${2}m"
    options+=" -Dorg.bytedeco.javacpp.maxphysicalbytes=$(($(heap_mebibytes "$1") + $2))m"
    given="${setting[spark.$1.defaultJavaOptions]:-} ${setting[spark.$1.extraJavaOptions]:-}"
    [[ $given == *-XX:+Use*GC* ]] || options+=" -XX:+UseParallelGC"
    prepend_to "spark.$1.defaultJavaOptions" "$options"
}

set_driver() {
    local native room
    if is_cluster_mode; then
        native=$(native_mebibytes driver 2048)
        default_to spark.driver.memoryOverhead "$((native + 512))m"
    else
        room=$(($(machine_mebibytes) * 3 / 4 - $(heap_mebibytes driver)))
        native=$(native_mebibytes driver $((room > 1024 ? room : 1024)))
    fi
    add_java_options driver "$native"
    # A query is over before the optimising compiler has paid for itself.
    [[ ${program_arguments[0]} != sql ]] || prepend_to spark.driver.defaultJavaOptions -XX:TieredStopAtLevel=1
}

set_executors() {
    # A process for each trial: Spark spreads them, and one that runs out of memory takes no other with it.
    default_to spark.executor.cores $((gpus > 1 ? gpus * threads : threads))
    local cores=${setting[spark.executor.cores]} native
    [[ $cores =~ ^[1-9][0-9]*$ ]] || cores=$threads
    native=$(native_mebibytes executor $((2048 * (cores > threads ? cores / threads : 1))))
    default_to spark.executor.memoryOverhead "$((native + 512))m"
    add_java_options executor "$native"
}

# The driver reads conf/log4j2.properties where it is; YARN carries it into its containers. Elsewhere the log of a process
# on another machine is the cluster's.
set_log() {
    local file=$root/conf/log4j2.properties
    # Nobody asks Log4j's management beans for anything, and they cost a tenth of a short command's time.
    is_cluster_mode || prepend_to spark.driver.defaultJavaOptions \
        "\"-Dlog4j2.configurationFile=$file\" -Dlog4j2.disableJmx=true"
    if [[ ${setting[spark.master]} == yarn ]]; then
        add_to_list spark.yarn.dist.files "$file"
        ! is_cluster_mode || prepend_to spark.driver.defaultJavaOptions "-Dlog4j2.configurationFile=${file##*/}"
        prepend_to spark.executor.defaultJavaOptions "-Dlog4j2.configurationFile=${file##*/}"
    fi
}

# A driver inside YARN finds the files that were sent with it in its working folder.
send_configuration() {
    is_cluster_mode && [[ ${setting[spark.master]} == yarn ]] || return 0
    local index argument
    for index in "${!program_arguments[@]}"; do
        argument=${program_arguments[index]}
        if [[ $argument == *.y?(a)ml && -f $argument ]]; then
            add_to_list spark.yarn.dist.files "$argument"
            program_arguments[index]=${argument##*/}
        fi
    done
}

set_all() {
    local user_file=${flag[--properties-file]:-${SPARK_CONF_DIR:-$SPARK_HOME/conf}/spark-defaults.conf}
    [[ ! -r $user_file ]] || each_property "$user_file" remember
    each_property "$root/conf/spark-defaults.conf" refuse_secret_of_ours
    each_property "$root/conf/spark-defaults.conf" default_to
    set_log
    send_configuration
    default_to spark.sql.warehouse.dir "file:${TMPDIR:-/tmp}/espalier-warehouse-$(id -u)"
    set_environment
    set_gpus
    set_driver
    if is_local; then
        default_to spark.ui.enabled false
    else
        set_executors
    fi
}

# ----

submit() { # WORDS
    # Java cannot tell whether a person watches; the shell can.
    [[ ! -t 1 ]] || export ESPALIER_TERMINAL=true
    exec "$SPARK_HOME/bin/spark-submit" --class espalier.cli.Main "${spark_arguments[@]}" "$@"
}

(($# > 0)) || help
parse_command_line "$@"
if [[ -v flag[--kill] || -v flag[--status] ]]; then
    find_java
    find_spark
    submit
fi
((${#program_arguments[@]} > 0)) || fail 2 "no COMMAND: ./submit.sh --help shows what there is"
find_java
find_spark
find_jar
set_all
our_arguments=()
for key in "${!ours[@]}"; do
    our_arguments+=(--conf "$key=${ours[$key]}")
done
submit "${our_arguments[@]}" "$jar" "${program_arguments[@]}"
