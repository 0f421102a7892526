#!/bin/sh
# Brings a new version into the cluster: backup, apply, watch, and back to what was there when it does not get ready.
#
#   scripts/upgrade.sh [local|homelab|<directory of an overlay>]
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

case ${1:-homelab} in
  --help | -h) usage; exit 0 ;;
  -*) usage >&2; exit 64 ;;
esac
dir=$(overlay_dir "${1:-homelab}")
need_kubectl
manifests=$(mktemp "${TMPDIR:-/tmp}/bakerst-manifests-XXXXXX")
trap 'rm -f "$manifests"' EXIT
trap 'exit 130' INT TERM
"$KUBECTL" kustomize "$dir" > "$manifests"

revisions() {
  kube get deployment -o 'jsonpath={range .items[*]}{.metadata.name} {.metadata.annotations.deployment\.kubernetes\.io/revision}{"\n"}{end}'
}

backup=$("$ROOT/scripts/backup.sh")
before=$(revisions)
say "applying $dir"
"$KUBECTL" apply --server-side --force-conflicts --field-manager=bakerst --validate=strict -f "$manifests" > /dev/null
if wait_rolled 300; then
  say 'upgraded'
  exit 0
fi
kube get pods >&2
say 'it does not get ready; going back'
# Only Deployments: a StatefulSet's volume may have been written to, and its old version is applied by hand.
printf '%s\n' "$before" | while read -r name revision; do
  [ -n "$revision" ] || continue
  now=$(kube get deployment "$name" -o 'jsonpath={.metadata.annotations.deployment\.kubernetes\.io/revision}' 2> /dev/null || true)
  if [ "$now" != "$revision" ]; then
    kube rollout undo "deployment/$name" --to-revision "$revision" >&2 || true
  fi
done
wait_rolled 300 || say 'the version before is not ready either: scripts/doctor.sh'
fail "nothing was upgraded; should the version before refuse the database: scripts/restore.sh $backup"
