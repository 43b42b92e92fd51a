# Sourced by the `run` of each benchmark. Nothing here installs or builds anything before the options were
# checked.
#
#   here    the benchmark's folder, set by `run` before it sources this file
#   root    the package's folder
#   python  after `make_venv`: the Python that has what requirements.txt lists

root=$(dirname "$(dirname "$here")")
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 OMP_WAIT_POLICY=passive
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$root/Benchmarks/common"

# check_options ARGUMENT…: prints the help, or says which option is wrong, and ends; otherwise returns.
check_options() {
    local word
    for word in "$@"; do
        case $word in -h | --help) exec python3 "$here/options.py" --help ;; esac
    done
    python3 "$here/options.py" "$@"
}

# make_venv: makes the benchmark's own Python environment, once, and again when requirements.txt has changed.
make_venv() {
    python="$here/venv/bin/python"
    if ! cmp --quiet "$here/requirements.txt" "$here/venv/requirements.txt"; then
        rm -rf "$here/venv"
        python3 -m venv "$here/venv"
        "$python" -m pip install --quiet --requirement "$here/requirements.txt"
        # Copied last: an installation that was interrupted is begun again.
        cp "$here/requirements.txt" "$here/venv/requirements.txt"
    fi
}

# find_program: sets GRIDKIN_PROGRAM to the program to measure; builds it where the variable was not set.
find_program() {
    if [ -z "${GRIDKIN_PROGRAM:-}" ]; then
        "$root/bin/gridkin" --version >&2
        GRIDKIN_PROGRAM="$root/.build/release/gridkin"
    fi
    export GRIDKIN_PROGRAM
}
