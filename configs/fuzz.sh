#!/usr/bin/env bash
# Has Jazzer look for inputs that break a parser or the packet engine: all targets, as many side by side as there are cores.
#
#   configs/fuzz.sh [SECONDS [WORD…]]     each target for SECONDS (60), or those with a WORD in their names
#   AT_ONCE=1 configs/fuzz.sh             one after the other
#
# Ordinary builds try the targets' seeds alone. Exits 0 only if nothing was found; what was found is printed with its
# stack trace, and in base64 the input, to become a seed of that target. What Jazzer has learned it keeps in
# MODULE/.cifuzz-corpus for the next time.
set -uo pipefail
cd "$(dirname "$0")/.."
source configs/host/lib.sh
case ${1:-} in
    -h | --help) sed -n '2,10p' "$0" | sed 's/^# \?//'; exit ;;
esac
SECONDS_EACH=${1:-60}
AT_ONCE=${AT_ONCE:-$(nproc)}
shift
LOGS=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$LOGS"' EXIT
trap 'exit 130' INT TERM

main() {
    local target
    need mvn=maven
    find_java
    class_paths || exit
    for target in $(targets "$@"); do
        while [ "$(jobs -pr | wc -l)" -ge "$AT_ONCE" ]; do wait -n; done
        fuzz "$target" &
    done
    wait
    [ -n "${target:-}" ] || die "no target is named so"
    report
}

# Of the tests of each module, in MODULE/target/fuzz.classpath
class_paths() {
    mvn -q -B test-compile dependency:build-classpath -pl engine,ike-control -am -Dmdep.includeScope=test \
        -Dmdep.outputFile=target/fuzz.classpath >"$LOGS/mvn" 2>&1 </dev/null || { tail -n 40 "$LOGS/mvn" >&2; return 1; }
}

# MODULE:CLASS#METHOD of each method with @FuzzTest
targets() {
    grep -rl '^ *@FuzzTest' --include='*.java' */src/test/java | sort | while read -r file; do
        awk -v module="${file%%/*}" -v class="$(sed 's|.*/src/test/java/||; s|\.java$||; s|/|.|g' <<<"$file")" \
            '/^ *@FuzzTest/ { marked = 1 }
             marked && match($0, /void [a-zA-Z0-9]+\(/) {
                print module ":" class "#" substr($0, RSTART + 5, RLENGTH - 6); marked = 0 }' "$file"
    done | grep -F -- "$(printf '%s\n' "${@:-#}")"
}

fuzz() {
    local module=${1%%:*} name=${1#*:} log=$LOGS/${1#*:} found=$LOGS/found-${1#*:}
    mkdir "$found"
    (
        cd "$module" && exec "$JAVA" -ea -Xmx768m -XX:+EnableDynamicAgentLoading --enable-native-access=ALL-UNNAMED \
            --add-opens=java.base/jdk.internal.misc=ALL-UNNAMED -cp "target/test-classes:target/classes:$(<target/fuzz.classpath)" \
            com.code_intelligence.jazzer.Jazzer --target_class="${name%#*}" --target_method="${name#*#}" \
            -max_total_time="$SECONDS_EACH" -timeout=20 -rss_limit_mb=0 -artifact_prefix="$found/"
    ) >"$log" 2>&1 </dev/null
    echo $? >"$log.status"
}

report() {
    local status=0 log name
    for log in "$LOGS"/*.status; do
        log=${log%.status} name=${log##*/}
        if [ "$(<"$log.status")" = 0 ] && grep -q 'DONE .*cov:' "$log"; then
            printf 'nothing found  %-58s %s\n' "${name#io.gapura.}" "$(sed -n 's/^#\([0-9]*\)\tDONE *\(cov: [0-9]*\).* exec.s: \([0-9]*\).*/\1 inputs, \3 a second, \2/p' "$log")"
        else
            status=1
            printf 'FOUND          %s\n' "${name#io.gapura.}"
            grep -v '^#[0-9]*[[:space:]]' "$log" | tail -n 60 | sed 's/^/  | /'
            find "$LOGS/found-$name" -type f -exec sh -c 'printf "  input: "; base64 -w 0 "$1"; echo' - {} \;
        fi
    done
    return $status
}

main "$@"
