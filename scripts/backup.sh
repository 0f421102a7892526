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
  [ -f "$part/manifest.json" ] || fail "the copy in $part is not whole"
  mv "$part" "$to/$name"
  say "copied to $to/$name"
fi
printf '%s\n' "$name"
