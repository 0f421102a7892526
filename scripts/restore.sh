#!/bin/sh
# Brings bakerst in the cluster back to a backup. What was unfinished then is ended, not executed again.
#
#   scripts/restore.sh <backup> [--yes]
#
# <backup> is "latest", a name that scripts/backup.sh --list shows, /backups/<name> for one that the component backup
# has copied, or a directory of this machine. The brain is stopped meanwhile; what is there now is kept aside on its volume.
set -eu
# shellcheck source=cluster/common.sh source-path=SCRIPTDIR
. "$(dirname -- "$0")/cluster/common.sh"

usage() {
  sed -n '2,/^set/s/^# \{0,1\}//p' "$0" | sed '/^set/d'
}

backup='' yes=''
while [ $# -gt 0 ]; do
  case $1 in
    --yes) yes=yes ;;
    --help | -h) usage; exit 0 ;;
    -*) usage >&2; exit 64 ;;
    *) backup=$1 ;;
  esac
  shift
done
[ -n "$backup" ] || { usage >&2; exit 64; }
need_kubectl

if [ -d "$backup" ]; then
  [ -f "$backup/manifest.json" ] || fail "$backup is no backup: it has no manifest.json"
  name=$(basename "$(CDPATH='' cd -- "$backup" && pwd)")
else
  name=$backup
fi
printf '%s' "$name" | grep -Eq '^(latest|(/backups/)?[0-9A-Za-z][0-9A-Za-z.-]*)$' || fail "$name is no name of a backup"
if [ -z "$yes" ]; then
  printf 'bakerst in %s goes back to %s. Continue? [y/N] ' "$("$KUBECTL" config current-context)" "$name" >&2
  read -r answer
  case $answer in y | Y | yes) ;; *) exit 1 ;; esac
fi
if [ -d "$backup" ]; then
  say "copying $backup into the cluster"
  # shellcheck disable=SC2016
  tar -cf - -C "$backup" . | kube exec -i deployment/brain -c brain -- sh -c 'set -eu
    part="/data/backups/.part-$1"; rm -rf "$part"; mkdir -p "$part"; tar -xf - -C "$part"
    rm -rf "/data/backups/$1"; mv "$part" "/data/backups/$1"' sh "$name"
fi

begin_again() {
  kube scale deployment/brain --replicas 1 > /dev/null
}
trap begin_again EXIT
trap 'exit 130' INT TERM
say 'stopping the brain'
kube scale deployment/brain --replicas 0 > /dev/null
kube wait --for=delete pod -l app.kubernetes.io/name=brain --timeout 120s > /dev/null
job=restore-$(date -u +%Y%m%d-%H%M%S)
say "restoring $name ($job)"
kube create job "$job" --from=cronjob/restore --dry-run=client -o json |
  sed "s#\"latest\"#\"$name\"#" | kube apply -f - > /dev/null
end=$(($(date +%s) + 3600))
while :; do
  state=$(kube get job "$job" -o 'jsonpath={.status.succeeded}/{.status.failed}')
  case $state in
    1/*) break ;;
    */1) kube logs "job/$job" >&2 || true; fail 'nothing was restored; the brain is started as it was' ;;
  esac
  [ "$(date +%s)" -lt "$end" ] || fail "$job has not ended in an hour"
  sleep 2
done
kube logs "job/$job"
say 'starting the brain'
begin_again
trap - EXIT
kube rollout status deployment/brain --timeout 300s > /dev/null
say 'restored'
