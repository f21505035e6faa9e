#!/bin/sh
# Builds the Java side when it is missing or older than its sources, then runs one command of it.
# Usage: run.sh COMMAND ARGS...   JAVA_OPTS overrides the default heap.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
stamp=$here/target/built
if [ ! -f "$stamp" ] || [ -n "$(find "$here/src" "$here/pom.xml" -newer "$stamp" -print -quit)" ]; then
  (cd "$here" && mvn -q -B -Dstyle.color=never compile >&2)
  touch "$stamp"
fi
# File names are UTF-8 whatever the locale says. Local-zoned timestamps cast by the default zone: pinned.
export LC_ALL=C.UTF-8
# shellcheck disable=SC2086
exec java ${JAVA_OPTS:--Xmx1g} -Duser.timezone=UTC -Dfile.encoding=UTF-8 \
  -cp "$here/target/classes:$(cat "$here/target/classpath")" spillway.Main "$@"
