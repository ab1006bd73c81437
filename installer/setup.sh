# Shared by run and test: sourced by a POSIX sh with $root set, brings the machine to where the program can start.
# Nothing is fetched when nothing is missing; a second run costs two look-ups.

venv=$root/.venv

# What the Qt wheels expect from the system (they bring everything else), the second reader of QR codes, the fonts of
# the window and of papers, and lp with lpstat, which papers are printed by.
# "a|b" is met by either: Debian 13 and Ubuntu 24.04 renamed the library.
qt_packages="ca-certificates libglib2.0-0t64|libglib2.0-0 libegl1 libgl1 libdbus-1-3 libfontconfig1 libxkbcommon0
    libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libwayland-cursor0 libbrotli1
    libzbar0t64|libzbar0 libpulse0 cups-client fonts-inter
    fonts-croscore|fonts-liberation2|fonts-liberation"

# What the black-box journeys need: a display, a window manager, key events and the accessibility bus. Then a database
# server for central's tests, a clock that can be set wrong, and a scanner: libsane's own. Then a signing
# token made of software, a spooler, a second reader of PDF files, what veraPDF runs on, the second
# family of faces for papers, and tesseract with a face that its model of written language reads.
test_packages="xvfb openbox xdotool x11-utils dbus dbus-daemon at-spi2-core postgresql faketime sane-utils libsane1
    sane-airscan softhsm2 cups-daemon poppler-utils openjdk-17-jre-headless|openjdk-21-jre-headless|default-jre-headless
    fonts-liberation2|fonts-liberation tesseract-ocr tesseract-ocr-eng fonts-dejavu-core"

say() {
    printf '%s\n' "$*" >&2
}

fail() {
    status=$1
    shift
    say "$@"
    exit "$status"
}

# missing_packages LIST…: prints the entries that are not installed.
missing_packages() {
    installed=" $(printf '%s\n' "$@" | tr '|' '\n' |
        xargs dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null |
        sed -n 's/^installed //p' | tr '\n' ' ') "
    for entry in "$@"; do
        met=no
        for name in $(printf '%s' "$entry" | tr '|' ' '); do
            case $installed in *" $name "*) met=yes ;; esac
        done
        [ "$met" = yes ] || printf '%s\n' "$entry"
    done
}

# known_names ENTRY…: of every "a|b" the name that this release's package lists know.
known_names() {
    for entry in "$@"; do
        chosen=${entry##*|}
        for name in $(printf '%s' "$entry" | tr '|' ' '); do
            if [ -n "$(apt-cache show --no-all-versions "$name" 2>/dev/null)" ]; then
                chosen=$name
                break
            fi
        done
        printf '%s\n' "$chosen"
    done
}

# as_root COMMAND…: runs it as root, directly or by sudo.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

may_become_root() {
    [ "$(id -u)" = 0 ] && return 0
    command -v sudo >/dev/null 2>&1 || return 1
    # Without a terminal nobody can type the password.
    [ -t 0 ] || sudo -n true 2>/dev/null
}

# ensure_packages ENTRY…: installs what is missing on Debian and Ubuntu; elsewhere the machine is taken as it is.
ensure_packages() {
    command -v dpkg-query >/dev/null 2>&1 || return 0
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    # shellcheck disable=SC2086  # the list is words
    if ! may_become_root; then
        fail 3 "Some system packages are missing. Run this line, then start again:" \
            "
    sudo apt-get update && sudo apt-get install -y --no-install-recommends $(known_names $missing | tr '\n' ' ')"
    fi
    say "Installing system packages: $(printf '%s' "$missing" | tr '\n' ' ')"
    as_root apt-get -q -o DPkg::Lock::Timeout=300 update >&2
    # shellcheck disable=SC2046,SC2086
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -q -o DPkg::Lock::Timeout=300 install -y --no-install-recommends $(known_names $missing) >&2
}

fits() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' >/dev/null 2>&1
}

# find_python: prints an interpreter the program supports that can also make a virtual environment.
find_python() {
    for candidate in python3 python3.13 python3.12 python3.11 python3.14 /usr/bin/python3; do
        if command -v "$candidate" >/dev/null 2>&1 && fits "$candidate"; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

# python_packages: prints what to install when no interpreter fits yet.
python_packages() {
    fits "$venv/bin/python" || find_python >/dev/null || echo python3 python3-venv
}

# stamp_of LOCK: prints what .venv/.setup.done says when the packages of this lock are installed.
stamp_of() {
    {
        cat "$root/$1" "$root/pyproject.toml"
        "$venv/bin/python" -c 'import sys; print(sys.version)'
        printf '%s\n' "$root"
    } | sha256sum | sed "s/-$/$1/"
}

# ensure_venv LOCK [CONTAINED…]: makes .venv and fills it from a hash lock, again only when lock, project file, Python or
# place changed. With LOCK the locks it contains are installed as well.
ensure_venv() {
    mkdir -p "$venv"
    # Two starts at once take turns; the second one finds the work done.
    exec 9>"$venv/.setup.lock"
    if command -v flock >/dev/null 2>&1; then
        flock 9
    fi
    if ! fits "$venv/bin/python"; then
        python=$(find_python) ||
            fail 3 "Python 3.11, 3.12, 3.13 or 3.14 with its venv module is needed; none was found."
        say "Making .venv with $("$python" --version)"
        rm -f "$venv/.setup.done"
        "$python" -m venv "$venv"
    fi
    if ! grep -qxF "$(stamp_of "$1")" "$venv/.setup.done" 2>/dev/null; then
        say "Installing Python packages from $1"
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
            --require-hashes --only-binary=:all: -r "$root/$1" >&2
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
            --no-index --no-deps --no-build-isolation --editable "$root" >&2
        for lock in "$@"; do
            stamp_of "$lock"
        done >"$venv/.setup.done"
    fi
    exec 9>&-
}

# ensure_built LOCK PACKAGE: after ensure_venv, installs the one package of a lock that is published as source only. It is
# built with the setuptools of the test lock; nothing else may come from source.
ensure_built() {
    exec 9>"$venv/.setup.lock"
    if command -v flock >/dev/null 2>&1; then
        flock 9
    fi
    if ! grep -qxF "$(stamp_of "$1")" "$venv/.setup.done" 2>/dev/null; then
        say "Installing $2 from $1"
        # its set-up asks git for its version and would be told that of whatever repository lies around it
        env GIT_DIR=/dev/null "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
            --require-hashes --no-deps --no-build-isolation --use-pep517 --no-binary "$2" -r "$root/$1" >&2
        stamp_of "$1" >>"$venv/.setup.done"
    fi
    exec 9>&-
}
