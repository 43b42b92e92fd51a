# Sourced by the scripts beside it, after they have set `root` to the package's folder. Installs and builds
# what is missing. All messages go to stderr: stdout belongs to the program.

program="$root/.build/release/gridkin"

# By default OpenBLAS and OpenMP start a thread per core in each process. One thread a search, and many
# searches at once, is faster for a server and for tests. A waiting thread should sleep, not spin.
export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}"
export OPENBLAS_NUM_THREADS="${OPENBLAS_NUM_THREADS:-1}"
export OMP_WAIT_POLICY="${OMP_WAIT_POLICY:-passive}"

complain() {
    echo "gridkin: $*" >&2
}

# Whether one of these files exists.
any_exists() {
    for file in "$@"; do
        [ -e "$file" ] && return 0
    done
    return 1
}

# The Debian packages that are missing. It looks for the files that the compiler needs and does not ask dpkg:
# that is fast, and correct if a library was built by hand.
missing_packages() {
    any_exists /usr/include/faiss/Index.h /usr/local/include/faiss/Index.h || echo libfaiss-dev
    any_exists /usr/include/*/cblas.h /usr/include/cblas.h /usr/local/include/cblas.h || echo libopenblas-dev
    any_exists /usr/include/sqlite3.h /usr/local/include/sqlite3.h || echo libsqlite3-dev
    any_exists /usr/include/zlib.h /usr/local/include/zlib.h || echo zlib1g-dev
    any_exists /usr/include/libical/ical.h || echo libical-dev
    any_exists /usr/include/MQTTClient.h || echo libpaho-mqtt-dev
    any_exists /usr/include/archive.h /usr/local/include/archive.h || echo libarchive-dev
    any_exists /usr/include/openssl/sha.h /usr/local/include/openssl/sha.h || echo libssl-dev
    command -v pkg-config >/dev/null || echo pkg-config
}

install_packages() {
    missing=$(missing_packages | tr '\n' ' ')
    missing=${missing% }
    [ -z "$missing" ] && return 0
    if ! command -v apt-get >/dev/null; then
        complain "these Debian packages are missing: $missing"
        complain "install them, or what your system has in their place, then run this again"
        exit 2
    fi
    as_root=
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            complain "packages are missing, and there is no sudo. As root, run"
            complain "    apt-get update && apt-get install --yes $missing"
            exit 2
        fi
        as_root=sudo
    fi
    complain "installing $missing"
    # First without fetching the package lists, which is slow; they may be recent enough.
    # shellcheck disable=SC2086 # one word a package
    if ! quietly $as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get install --yes --no-install-recommends $missing; then
        quietly $as_root apt-get update || true
        if ! $as_root env DEBIAN_FRONTEND=noninteractive \
                apt-get install --yes --no-install-recommends $missing >&2 9>&-; then
            complain "apt-get could not install: $missing"
            exit 2
        fi
    fi
}

# AWS's own client, and a server of S3 that checks signatures with it, for the tests alone. Where they cannot be
# installed, those tests are skipped and say so.
install_python_packages() {
    python="$root/.build/python"
    if [ -e "$python/installed" ] || ! command -v python3 >/dev/null; then return 0; fi
    complain "installing botocore and moto into .build/python, for the tests with a server of S3"
    if quietly python3 -m venv "$python" && quietly "$python/bin/pip" install --retries 1 --timeout 15 \
            botocore==1.44.8 'moto[s3,server]==5.2.5'; then
        : >"$python/installed"
    else
        complain "they could not be installed; these tests are skipped"
    fi
}

# Servers that incidents are sent to, for the tests alone. Where they cannot be installed, those tests are skipped and
# say so. Debian's packages would start them: the run level keeps them from that.
install_test_servers() {
    missing=
    command -v mosquitto >/dev/null || [ -x /usr/sbin/mosquitto ] || missing="mosquitto"
    command -v mosquitto_sub >/dev/null || missing="$missing mosquitto-clients"
    command -v prometheus-alertmanager >/dev/null || missing="$missing prometheus-alertmanager"
    if [ -z "$missing" ] || ! command -v apt-get >/dev/null; then return 0; fi
    as_root=
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null && sudo -n true 2>/dev/null || return 0
        as_root=sudo
    fi
    complain "installing $missing, for the tests that send incidents"
    # shellcheck disable=SC2086 # one word a package
    set -- $as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
        apt-get install --yes --no-install-recommends $missing
    if ! quietly "$@"; then
        quietly $as_root apt-get update || true
        quietly "$@" || complain "they could not be installed; these tests are skipped"
    fi
}

quietly() {
    "$@" >/dev/null 2>&1 9>&-
}

require_swift() {
    command -v swift >/dev/null && return 0
    complain "no Swift compiler was found on the PATH; Gridkin needs Swift 6.2 or later,"
    complain "from https://www.swift.org/install or the container image swift:6.3-bookworm"
    exit 2
}

# One call at a time: the second waits for the first and then finds everything done. Without flock, SwiftPM's
# own lock still keeps two builds apart.
lock() {
    mkdir -p "$root/.build"
    exec 9>"$root/.build/gridkin.lock"
    if command -v flock >/dev/null; then flock 9; fi
}

# Called before anything else is started: a server must not hold the lock while it runs.
unlock() {
    exec 9>&-
}

# is_stale STAMP PATH…  whether a source is newer than the stamp, or was added or removed since, which changes the time
# of its folder.
is_stale() {
    [ -e "$1" ] || return 0
    shift_stamp=$1
    shift
    [ -n "$(find "$@" -newer "$shift_stamp" -print 2>/dev/null | head -n 1)" ]
}

# build STAMP ARGUMENT…  builds with these arguments, then writes the stamp. Its time is when the build began, so that
# sources edited during the build count as newer. The program's own time would not do: a build that does not change the
# program keeps its time, and every later call would build again.
build() {
    stamp=$1
    shift
    require_swift
    : >"$stamp.new"
    # The manifest looks for libtorch, so its result must not come from a cache.
    if ! swift build --package-path "$root" --configuration release --manifest-cache none "$@" >&2 9>&-; then
        complain "the build failed; the messages above say why"
        exit 2
    fi
    mv "$stamp.new" "$stamp"
}

program_stamp="$root/.build/gridkin.built"

trainer="$root/.build/release/gridkin-trainer"
trainer_stamp="$root/.build/gridkin-trainer.built"

# Neural encoders are trained by a separate program, which needs libtorch, a library of 527 MB. The trainer is
# built where libtorch is installed. These scripts never install it.
has_torch() {
    [ -e /usr/include/torch/csrc/api/include/torch/nn.h ]
}

program_is_stale() {
    [ ! -x "$program" ] || is_stale "$program_stamp" "$root/Package.swift" "$root/Sources"
}

trainer_is_stale() {
    [ ! -x "$trainer" ] || is_stale "$trainer_stamp" "$root/Package.swift" "$root/Sources"
}

# Compiling against libtorch takes minutes, so it is done only for a command that names a neural encoder.
wants_trainer() {
    has_torch || return 1
    case " $* " in
        *" --encoder "*autoencoder*|*" --encoder "*lstm*|*" --encoder "*gan*|*" --encoder="*autoencoder*) ;;
        *" --encoder="*lstm*|*" --encoder="*gan*|*" --compare "*) ;;
        *) return 1 ;;
    esac
    trainer_is_stale
}

# A rebuild often runs unattended, so it compiles nothing: it uses the programs as they are, and says which of
# them are older than their sources. If it needs the trainer and there is none, the program itself says so.
report_stale() {
    if program_is_stale; then
        complain "the program is older than its sources; a rebuild compiles nothing and uses it as it is."
        complain "To compile it, run: $0 --version"
    fi
    if [ -x "$trainer" ] && trainer_is_stale; then
        complain "gridkin-trainer is older than its sources; a rebuild uses it as it is."
        complain "To compile it, run: $0 build --encoder lstm --help"
    fi
}

# prepare_program ARGUMENT…  builds what the program needs when it is called with these arguments.
prepare_program() {
    if [ "${1:-}" = rebuild ] && [ -x "$program" ]; then
        case " $* " in *" --quiet "*) ;; *) report_stale ;; esac
        [ -n "$(missing_packages)" ] || return 0
        lock
        install_packages
        unlock
        return 0
    fi
    [ -z "$(missing_packages)" ] && ! program_is_stale && ! wants_trainer "$@" && return 0
    lock
    install_packages
    if program_is_stale; then
        [ -x "$program" ] || complain "building Gridkin; this takes a few minutes, once"
        build "$program_stamp" --product gridkin
    fi
    if wants_trainer "$@"; then
        [ -x "$trainer" ] || complain "building the trainer of neural encoders; this takes a few minutes, once"
        build "$trainer_stamp" --product gridkin-trainer
    fi
    unlock
}
