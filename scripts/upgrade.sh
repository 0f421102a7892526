#!/bin/sh
# Brings a new version into the cluster: backup, apply, watch, and back to what was there when it does not get ready.
#
#   scripts/upgrade.sh [local|homelab|<directory of an overlay>] [--env-file <file>] [--no-backup]
#
#   --env-file   as in scripts/secrets.sh, which makes what the new version needs besides
#   --no-backup  for a brain that is down and can make none
#   TAG          the tag of the images, as it was given to scripts/build.sh; the one in the overlay otherwise
#
# Build or push the images of the new version first (scripts/build.sh). Answers go on meanwhile: the new brain works
# before the old one goes. A database that was migrated stays so; an older brain refuses one that it cannot read, and
# then the backup that is made here is the way back (scripts/restore.sh).
set -eu
# shellcheck source=cluster/common.sh source-path=SCRIPTDIR
. "$(dirname -- "$0")/cluster/common.sh"

usage() {
  sed -n '2,/^set/s/^# \{0,1\}//p' "$0" | sed '/^set/d'
}

overlay=homelab env_file='' backup=yes
while [ $# -gt 0 ]; do
  case $1 in
    --env-file) env_file=${2:?--env-file needs a file}; shift ;;
    --no-backup) backup='' ;;
    --help | -h) usage; exit 0 ;;
    -*) usage >&2; exit 64 ;;
    *) overlay=$1 ;;
  esac
  shift
done
dir=$(overlay_dir "$overlay")
need_kubectl
manifests=$(mktemp "${TMPDIR:-/tmp}/bakerst-manifests-XXXXXX")
previous=$(mktemp "${TMPDIR:-/tmp}/bakerst-manifests-XXXXXX")
trap 'rm -f "$manifests" "$previous"' EXIT
trap 'exit 130' INT TERM
render "$dir" > "$manifests"

# revisions: each workload and what tells its version from others. A StatefulSet's is the name of a ControllerRevision.
revisions() {
  kube get deployment -o 'jsonpath={range .items[*]}deployment/{.metadata.name} {.metadata.annotations.deployment\.kubernetes\.io/revision}{"\n"}{end}' &&
    kube get statefulset -o 'jsonpath={range .items[*]}statefulset/{.metadata.name} {.status.updateRevision}{"\n"}{end}'
}

# images: each CronJob and its image; it has no revisions.
images() {
  kube get cronjob -o 'jsonpath={range .items[*]}cronjob/{.metadata.name} {.spec.jobTemplate.spec.template.spec.containers[0].image}{"\n"}{end}'
}

# undo <workload> <revision or image>: back to it, unless it is there.
undo() {
  printf '%s\n' "$now" | grep -qxF "$1 $2" && return
  case $1 in
    cronjob/*) kube set image "$1" "*=$2" >&2 ;;
    deployment/*) kube rollout undo "$1" --to-revision "$2" >&2 ;;
    statefulset/*)
      number=$(kube get controllerrevision "$2" -o 'jsonpath={.revision}') || return 1
      kube rollout undo "$1" --to-revision "$number" >&2 || return 1
      replace_pods "$1" ;;
  esac
}

# replace_pods <statefulset>: a pod that does not get ready is not replaced by itself.
replace_pods() {
  kube delete pod -l "app.kubernetes.io/name=${1#*/}" --wait=false >&2
}

# go_back: to the manifests that were ready last, or, where none were kept, each workload by itself. The former leaves
# nothing behind of what was applied, and no second owner of any field.
go_back() {
  now=$(revisions && images) || now=''
  if [ -s "$previous" ] && apply "$previous"; then
    for workload in $(printf '%s\n' "$before" | sed -n 's#^\(statefulset/[^ ]*\) .*#\1#p'); do
      printf '%s\n' "$now" | grep -qxF "$(printf '%s\n' "$before" | grep "^$workload ")" || replace_pods "$workload"
    done
    return
  fi
  undone=yes
  while read -r workload revision; do
    if [ -z "$revision" ]; then continue; fi
    undo "$workload" "$revision" || { undone=''; say "not undone: $workload"; }
  done << EOF
$before
$jobs
EOF
  [ -n "$undone" ]
}

if [ -n "$backup" ]; then
  backup=$("$ROOT/scripts/backup.sh") || fail 'nothing was changed; for a brain that is down: --no-backup'
fi
before=$(revisions)
jobs=$(images)
kept > "$previous"
"$ROOT/scripts/secrets.sh" --no-restart ${env_file:+--env-file "$env_file"}
say "applying $dir"
if apply "$manifests" && wait_rolled; then
  after=$(revisions)
  if [ "$before" = "$after" ]; then
    say 'no pod was replaced: their images have the same names as before'
    say 'a new version needs a new tag: TAG=<tag> for scripts/build.sh and for this'
  else
    say 'upgraded'
  fi
  keep "$manifests"
  exit 0
fi
kube get pods >&2 || true
say 'it does not get ready; going back'
if ! go_back || ! wait_rolled; then say 'the version before is not ready either: scripts/doctor.sh'; fi
way_back=${backup:+; should the version before refuse the database: scripts/restore.sh $backup}
fail "nothing was upgraded$way_back"
