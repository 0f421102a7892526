#!/bin/sh
# Brings bakerst in the cluster back to a backup. What was unfinished then is ended, not executed again.
#
#   scripts/restore.sh <backup> [--yes]
#
# <backup> is "latest", a name that scripts/backup.sh --list shows, /backups/<name> for one that the component backup
# has copied, or a directory of this machine. The brain is stopped meanwhile, and need not run before; what is there now
# is kept aside on its volume.
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
if [ -d "$backup" ] && [ "$name" = latest ]; then fail "$backup has the name of no backup: rename it"; fi
if [ -z "$yes" ]; then
  printf 'bakerst in %s goes back to %s. Continue? [y/N] ' "$("$KUBECTL" config current-context)" "$name" >&2
  read -r answer
  case $answer in y | Y | yes) ;; *) exit 1 ;; esac
fi

START_SECONDS=300
job=''

# begin <job> <program> <argument>: a Job with the volume of the brain. It is known before it is there, so that it is
# looked for when this ends.
begin() {
  job=$1
  kube create job "$1" --from=cronjob/restore --dry-run=client -o json |
    sed "s#\"scripts/restore.ts\"#\"$2\"#; s#\"latest\"#\"$3\"#" | kube apply -f - > /dev/null
}

# started <job> <seconds>: fails when its pod has not begun after so long; a question that is not answered is asked again.
started() {
  end=$(($(date +%s) + START_SECONDS))
  while :; do
    phase=$(kube get pod -l "job-name=$1" -o 'jsonpath={.items[*].status.phase}' 2> /dev/null) || phase='unknown'
    case $phase in
      Running | Succeeded | Failed) return ;;
    esac
    [ "$(date +%s)" -lt "$end" ] || fail "the pod of $1 has not begun in $START_SECONDS s (${phase:-there is none}): scripts/doctor.sh"
    sleep 2
  done
}

# end_job: whatever it does, it does no more afterwards.
end_job() {
  [ -z "$job" ] || kube delete job "$job" --ignore-not-found --cascade=foreground --timeout=120s > /dev/null || return 1
  job=''
}

# A brain and a restore never write at the same time: without being certain that the Job is over, the brain stays stopped.
begin_again() {
  trap - EXIT
  trap '' INT TERM
  if ! end_job; then
    say "$job may still be writing, so the brain stays stopped. When the Job is gone:"
    say "kubectl -n $NAMESPACE scale deployment/brain --replicas 1"
    exit 1
  fi
  say 'starting the brain'
  kube scale deployment/brain --replicas 1 > /dev/null || {
    say "the brain is not started: kubectl -n $NAMESPACE scale deployment/brain --replicas 1"
    exit 1
  }
}

trap begin_again EXIT
trap 'exit 130' INT TERM
say 'stopping the brain'
kube scale deployment/brain --replicas 0 > /dev/null
kube wait --for=delete pod -l app.kubernetes.io/name=brain --timeout 120s > /dev/null
stamp=$(date -u +%Y%m%d-%H%M%S)

if [ -d "$backup" ]; then
  say "copying $backup into the cluster"
  begin "restore-copy-$stamp" -e "process.on('SIGTERM',()=>process.exit(0));setTimeout(Boolean,36e5)"
  started "$job"
  # shellcheck disable=SC2016
  tar -cf - -C "$backup" . | kube exec -i "job/$job" -c restore -- sh -c 'set -eu
    part="/data/backups/.part-$1"; rm -rf "$part"; mkdir -p "$part"; tar -xf - -C "$part"
    rm -rf "/data/backups/$1"; mv "$part" "/data/backups/$1"' sh "$name"
  end_job || fail "$job does not end"
fi

say "restoring $name (restore-$stamp)"
begin "restore-$stamp" scripts/restore.ts "$name"
started "$job"
end=$(($(date +%s) + 3600))
while :; do
  # What is not answered is asked again: the Job goes on without us.
  state=$(kube get job "$job" -o 'jsonpath={.status.succeeded}/{.status.failed}' 2> /dev/null) || state='unknown'
  case $state in
    1/*) break ;;
    */1) kube logs "job/$job" >&2 || true; fail 'nothing was restored' ;;
  esac
  [ "$(date +%s)" -lt "$end" ] || fail "$job has not ended in an hour"
  sleep 2
done
kube logs "job/$job" || true
job=''
begin_again
trap 'exit 130' INT TERM
kube rollout status deployment/brain --timeout "${ROLLED_SECONDS}s" > /dev/null
say 'restored'
