# What every script here needs: messages, packages, the JDK, the jar. Source it; it runs nothing by itself.
#
#   say TEXT…                  a line of progress on standard error
#   die TEXT…                  the same, then exit 1
#   need COMMAND=PACKAGE…      install with apt what is missing (root only; otherwise says what to install)
#   need_dpdk                  install DPDK's libraries and the drivers of virtual devices
#   apt_of RELEASE DIR WORD…   apt-get for another release of Debian, with lists and packages in DIR: installs nothing
#   find_java                  sets JAVA to a JDK 25's java, or explains what to install
#   build_jar                  sets JAR to gapura.jar, built when it is missing or older than its sources; or to $GAPURA_JAR
#   engine_tests               prints where the classes of the engine's tests are, compiled when they are not there
#   seconds_since NS           the seconds since a `date +%s%N`, with one decimal

GAPURA_HOME=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
JDK_RELEASE=25
# What the packages here bring, before what a user has put in front of it: version managers' shims of python3 take a second a call.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH

say() { printf '%s\n' "$*" >&2; }
die() { say "${0##*/}: $*"; exit 1; }

seconds_since() { awk -v from="$1" -v to="$(date +%s%N)" 'BEGIN { printf "%.1f", (to - from) / 1e9 }'; }

# Each argument is COMMAND=PACKAGE, or /A/FILE=PACKAGE for a package without a command.
need() {
    local pair packages=()
    for pair in "$@"; do
        case $pair in
            /*) [ -e "${pair%%=*}" ] || packages+=("${pair#*=}") ;;
            *) command -v "${pair%%=*}" >/dev/null || packages+=("${pair#*=}") ;;
        esac
    done
    [ ${#packages[@]} -eq 0 ] && return
    install_packages "${packages[@]}"
}

# Debian's packages carry the libraries' version in their names.
need_dpdk() {
    ls /usr/lib/*/dpdk/pmds-*/librte_net_memif.so.* >/dev/null 2>&1 && return
    local version
    version=$(dpdk_version)
    [ -n "$version" ] || { apt-get -qq update >/dev/null 2>&1 || true; version=$(dpdk_version); }
    [ -n "$version" ] || die "apt knows no package librte-eal*, DPDK's"
    install_packages librte-{eal,ethdev,mempool-ring,net-{null,ring,af-packet,tap,memif,pcap}}"$version"
}

dpdk_version() { apt-cache --names-only search '^librte-eal[0-9.]+$' | awk '{ sub("librte-eal", "", $1); print $1 }' | sort -V | tail -1; }

install_packages() {
    command -v apt-get >/dev/null || die "please install: $* (names of Debian's packages)"
    [ "$(id -u)" = 0 ] || die "please install: apt-get install $*"
    say "installing $*"
    local apt=(apt-get -o DPkg::Lock::Timeout=600 -qq) log
    log=$(mktemp)
    export DEBIAN_FRONTEND=noninteractive
    if ! "${apt[@]}" install -y --no-install-recommends "$@" >"$log" 2>&1 </dev/null; then
        "${apt[@]}" update >>"$log" 2>&1 </dev/null || true
        "${apt[@]}" install -y --no-install-recommends "$@" >>"$log" 2>&1 </dev/null || {
            tail -20 "$log" >&2
            rm -f "$log"
            die "apt could not install $*"
        }
    fi
    rm -f "$log"
}

# From the mirror that this machine uses. Signatures are checked as ever.
apt_of() {
    local release=$1 dir=$2 mirror
    mkdir -p "$dir"/{lists,cache/archives}/partial
    mirror=$(awk '/^deb http/ { print $2; exit } /^URIs:/ { print $2; exit }' \
        $(ls /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources} 2>/dev/null))
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror:-http://deb.debian.org/debian} $release main" \
        >"$dir/sources.list"
    apt-get -qq -o Dir::Etc::sourcelist="$dir/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$dir/lists" \
        -o Dir::Cache="$dir/cache" -o Dir::State::status=/dev/null -o Acquire::Retries=3 -o APT::Sandbox::User=root "${@:3}"
}

# A JDK 25 in JAVA_HOME, on the path, or under /usr/lib/jvm, in this order.
find_java() {
    local candidate
    for candidate in "${JAVA_HOME:+$JAVA_HOME/bin/java}" "$(command -v java || true)" /usr/lib/jvm/*/bin/java; do
        if [ -x "$candidate" ] && [ "$(java_release "$candidate")" = "$JDK_RELEASE" ]; then
            JAVA=$candidate
            return
        fi
    done
    die "no JDK $JDK_RELEASE in JAVA_HOME, on the path or under /usr/lib/jvm. Install one, for instance
    Eclipse Temurin:  apt-get install temurin-25-jdk     (repository: https://adoptium.net/installation/linux/)
    OpenJDK:          apt-get install openjdk-25-jdk     (Debian testing, Ubuntu 25.10 and later)
  or unpack any JDK 25 below /usr/lib/jvm, or set JAVA_HOME."
}

java_release() { "$1" -XshowSettings:properties -version 2>&1 | awk '$1 == "java.specification.version" { print $3 }'; }

build_jar() {
    JAR=${GAPURA_JAR:-$GAPURA_HOME/ike-control/target/gapura.jar}
    [ -z "${GAPURA_JAR:-}" ] || return 0
    if [ -f "$JAR" ] && [ -z "$(newer_sources)" ]; then
        return
    fi
    need mvn=maven
    say "building $JAR (mvn -DskipTests package)"
    local log
    log=$(mktemp)
    (cd "$GAPURA_HOME" && mvn -q -B -DskipTests -pl ike-control -am package) >"$log" 2>&1 </dev/null || {
        tail -40 "$log" >&2
        rm -f "$log"
        die "the build failed"
    }
    rm -f "$log"
    [ -f "$JAR" ] || die "the build left no $JAR"
    touch "$JAR"
}

engine_tests() {
    local classes=$GAPURA_HOME/engine/target/test-classes log
    if [ ! -d "$classes" ] || [ -n "$(find "$GAPURA_HOME/engine/src/test" -type f -newer "$classes" -print -quit)" ]; then
        log=$(cd "$GAPURA_HOME" && mvn -q -B -pl engine -am test-compile 2>&1 </dev/null) || { say "$log"; return 1; }
        touch "$classes"
    fi
    printf %s "$classes"
}

newer_sources() {
    local module
    for module in native-bindings engine ike-control; do
        find "$GAPURA_HOME/$module/src/main" "$GAPURA_HOME/$module/pom.xml" "$GAPURA_HOME/pom.xml" \
            -type f -newer "$JAR" -print -quit
    done
}
