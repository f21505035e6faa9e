#!/bin/sh
# Builds the Java side when it is missing or older than its sources, then runs one command of it.
# Usage: run.sh COMMAND ARGS...   JAVA_OPTS overrides the default heap. Without words it only builds.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
stamp=$here/target/built
stale() {
  [ ! -f "$stamp" ] || [ -n "$(find "$here/src" "$here/pom.xml" -newer "$stamp" -print -quit)" ]
}
build() {
  begun=$(mktemp)
  (cd "$here" && mvn -q -B -Dstyle.color=never compile >&2)
  # Sources changed meanwhile are newer than the begin.
  touch -r "$begun" "$stamp"
  rm "$begun"
}
if stale; then
  mkdir -p "$here/target"
  # One of several that come at once builds.
  if command -v flock > /dev/null; then
    exec 9> "$here/target/lock"
    flock 9
    if stale; then build; fi
    exec 9>&-
  else
    build
  fi
fi
[ $# -gt 0 ] || exit 0
# File names are UTF-8 whatever the locale says. Local-zoned timestamps cast by the default zone: pinned.
export LC_ALL=C.UTF-8
# shellcheck disable=SC2086
exec java ${JAVA_OPTS:--Xmx1g} -Duser.timezone=UTC -Dfile.encoding=UTF-8 \
  -cp "$here/target/classes:$(cat "$here/target/classpath")" spillway.Main "$@"
