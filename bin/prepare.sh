# Sourced by the scripts beside it, which set `root` to the package's folder first. Makes sure that what
# Gridkin needs is installed and built. Everything it says goes to stderr: stdout belongs to the program.

program="$root/.build/release/gridkin"

# OpenBLAS and OpenMP start a thread per core in each process unless told otherwise. One thread a search, and
# many searches at once, is faster for a server and for tests; a waiting thread is to sleep, not to spin.
export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}"
export OPENBLAS_NUM_THREADS="${OPENBLAS_NUM_THREADS:-1}"
export OMP_WAIT_POLICY="${OMP_WAIT_POLICY:-passive}"

complain() {
    echo "gridkin: $*" >&2
}

# Whether one of these files is there.
any_exists() {
    for file in "$@"; do
        [ -e "$file" ] && return 0
    done
    return 1
}

# The Debian packages that are not there. Looks for what the compiler will look for rather than asking dpkg:
# that costs nothing, and is right where somebody built a library by hand.
missing_packages() {
    any_exists /usr/include/faiss/Index.h /usr/local/include/faiss/Index.h || echo libfaiss-dev
    any_exists /usr/include/*/cblas.h /usr/include/cblas.h /usr/local/include/cblas.h || echo libopenblas-dev
    any_exists /usr/include/sqlite3.h /usr/local/include/sqlite3.h || echo libsqlite3-dev
    any_exists /usr/include/zlib.h /usr/local/include/zlib.h || echo zlib1g-dev
    any_exists /usr/include/openssl/sha.h /usr/local/include/openssl/sha.h || echo libssl-dev
    command -v pkg-config >/dev/null || echo pkg-config
}

install_packages() {
    missing=$(missing_packages | tr '\n' ' ')
    missing=${missing% }
    [ -z "$missing" ] && return 0
    if ! command -v apt-get >/dev/null; then
        complain "these libraries are missing, by the names Debian gives them: $missing"
        complain "install them the way your system does it, then run this again"
        exit 2
    fi
    as_root=
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            complain "packages are missing, and only root can install them. As root, run"
            complain "    apt-get update && apt-get install --yes $missing"
            exit 2
        fi
        as_root=sudo
    fi
    complain "installing $missing"
    # The lists may be fresh enough; fetching them is the slow part.
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

quietly() {
    "$@" >/dev/null 2>&1 9>&-
}

require_swift() {
    command -v swift >/dev/null && return 0
    complain "there is no Swift compiler on the PATH; Gridkin needs Swift 6.2 or later,"
    complain "from https://www.swift.org/install or the image swift:6.3-bookworm"
    exit 2
}

# One at a time: the second of two calls waits for the first and then finds everything done. Where there is no
# flock, SwiftPM's own lock still keeps two builds apart.
lock() {
    mkdir -p "$root/.build"
    exec 9>"$root/.build/gridkin.lock"
    if command -v flock >/dev/null; then flock 9; fi
}

# Before anything else is started: a server must not hold the lock for as long as it runs.
unlock() {
    exec 9>&-
}

# Whether a source is newer than a stamp, or was added or removed since: that changes its folder's time.
is_stale() {
    [ -e "$1" ] || return 0
    shift_stamp=$1
    shift
    [ -n "$(find "$@" -newer "$shift_stamp" -print 2>/dev/null | head -n 1)" ]
}

# build STAMP ARGUMENT… builds with these arguments and puts the stamp in place. The stamp bears the time at
# which the build began, so that what is edited meanwhile counts as newer. Not the program's own time: a build
# that changes nothing in it leaves that as it was, and every later call would build again.
build() {
    stamp=$1
    shift
    require_swift
    : >"$stamp.new"
    # The manifest looks for libtorch, and what it found must not be remembered from before.
    if ! swift build --package-path "$root" --configuration release --manifest-cache none "$@" >&2 9>&-; then
        complain "the build failed; the messages above say where"
        exit 2
    fi
    mv "$stamp.new" "$stamp"
}

program_stamp="$root/.build/gridkin.built"

trainer="$root/.build/release/gridkin-trainer"
trainer_stamp="$root/.build/gridkin-trainer.built"

# Neural encoders are trained by a program of its own, on a library that not everybody wants: 527 MB. It is built
# where that is installed, and installed by nobody but you.
has_torch() {
    [ -e /usr/include/torch/csrc/api/include/torch/nn.h ]
}

program_is_stale() {
    [ ! -x "$program" ] || is_stale "$program_stamp" "$root/Package.swift" "$root/Sources"
}

# Compiling against libtorch takes minutes: only for who asks for a network, or for the next generation of an index that
# may have one.
wants_trainer() {
    has_torch || return 1
    case " $* " in
        *" --encoder "*autoencoder*|*" --encoder "*lstm*|*" --encoder "*gan*|*" --encoder="*autoencoder*) ;;
        *" --encoder="*lstm*|*" --encoder="*gan*|*" --compare "*|" rebuild "*) ;;
        *) return 1 ;;
    esac
    [ ! -x "$trainer" ] || is_stale "$trainer_stamp" "$root/Package.swift" "$root/Sources"
}

# prepare_program ARGUMENT… builds what the program called with these arguments needs.
prepare_program() {
    [ -z "$(missing_packages)" ] && ! program_is_stale && ! wants_trainer "$@" && return 0
    lock
    install_packages
    if program_is_stale; then
        [ -x "$program" ] || complain "building, once; this takes some minutes"
        build "$program_stamp" --product gridkin
    fi
    if wants_trainer "$@"; then
        [ -x "$trainer" ] || complain "building the trainer of networks, once; this takes some minutes"
        build "$trainer_stamp" --product gridkin-trainer
    fi
    unlock
}
