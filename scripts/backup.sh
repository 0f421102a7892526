#!/bin/sh
# Makes a backup in the cluster, while bakerst runs.
#
#   scripts/backup.sh [--to <directory>] [--list]
#
#   --to     copies it to a directory of this machine as well
#   --list   shows the backups that are on the brain's volume instead
set -eu
# shellcheck source=cluster/common.sh source-path=SCRIPTDIR
. "$(dirname -- "$0")/cluster/common.sh"

usage() {
  sed -n '2,/^set/s/^# \{0,1\}//p' "$0" | sed '/^set/d'
}

sha256() {
  if command -v sha256sum > /dev/null 2>&1; then sha256sum "$@"; else shasum -a 256 "$@"; fi
}

# is_whole <directory of a backup>: whether each file that its manifest names is there, with the sum that stands there.
is_whole() {
  [ -f "$1/manifest.json" ] || return 1
  sums=$(tr -d ' \n' < "$1/manifest.json" | tr '{' '\n' |
    sed -n 's/.*"path":"\([^"]*\)","size":[0-9]*,"sha256":"\([0-9a-f]*\)".*/\2  \1/p')
  [ -n "$sums" ] || return 1
  (cd "$1" && printf '%s\n' "$sums" | sha256 -c - > /dev/null)
}

to='' list=''
while [ $# -gt 0 ]; do
  case $1 in
    --to) to=${2:?--to needs a directory}; shift ;;
    --list) list=yes ;;
    --help | -h) usage; exit 0 ;;
    *) usage >&2; exit 64 ;;
  esac
  shift
done
need_kubectl
if [ -n "$list" ]; then
  ask_brain GET /api/v1/admin/backups | tr '{' '\n' | sed -n 's/.*"id":"\([^"]*\)","reason":"\([^"]*\)".*"verified":\([a-z]*\).*/\1  \2  whole: \3/p'
  exit 0
fi
answer=$(ask_brain POST /api/v1/admin/backups '{}') || fail "no backup was made: $answer"
name=$(printf '%s' "$answer" | field id)
[ -n "$name" ] || fail "no backup was made: $answer"
say "made and checked: $name"
if [ -n "$to" ]; then
  umask 077
  mkdir -p "$to"
  # A copy that breaks off has another name.
  part=$to/.part-$name
  rm -rf "$part"
  mkdir "$part"
  kube exec deployment/brain -c brain -- tar -cf - -C "/data/backups/$name" . | tar -xf - -C "$part"
  is_whole "$part" || fail "the copy in $part is not whole"
  mv "$part" "$to/$name"
  say "copied to $to/$name"
fi
printf '%s\n' "$name"
