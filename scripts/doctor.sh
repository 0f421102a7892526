#!/bin/sh
# Looks at bakerst in the cluster and says what is wrong and what to do. Changes nothing; exits with 1 when something is.
#
#   scripts/doctor.sh
set -eu
# shellcheck source=cluster/common.sh source-path=SCRIPTDIR
. "$(dirname -- "$0")/cluster/common.sh"

case ${1:-} in
  '') ;;
  --help | -h) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" | sed '/^set/d'; exit 0 ;;
  *) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" | sed '/^set/d' >&2; exit 64 ;;
esac
need_kubectl
sick=0

ok() { printf 'ok      %s\n' "$*"; }
bad() {
  printf 'WRONG   %s\n' "$1"
  [ $# -lt 2 ] || printf '        %s\n' "$2"
  sick=1
}

if kube get namespace "$NAMESPACE" > /dev/null 2>&1; then
  ok "namespace $NAMESPACE"
else
  bad "there is no namespace $NAMESPACE" 'scripts/deploy.sh'
  exit 1
fi

for secret in brain nats qdrant worker-code worker-mcp worker-agent; do
  if kube get secret "$secret" > /dev/null 2>&1; then ok "secret $secret"; else bad "there is no Secret $secret" 'scripts/secrets.sh'; fi
done

for claim in $(kube get pvc -o 'jsonpath={range .items[*]}{.metadata.name}={.status.phase} {end}'); do
  case $claim in
    *=Bound) ok "volume ${claim%=*}" ;;
    backups=Pending) ok "volume ${claim%=*}: waits for the first backup" ;;
    *) bad "volume ${claim%=*} is ${claim#*=}" "kubectl -n $NAMESPACE describe pvc ${claim%=*}" ;;
  esac
done

for workload in $(kube get deployment,statefulset -o name); do
  wanted=$(kube get "$workload" -o 'jsonpath={.spec.replicas}')
  ready=$(kube get "$workload" -o 'jsonpath={.status.readyReplicas}')
  if [ "${ready:-0}" -ge "${wanted:-0}" ]; then ok "$workload ${ready:-0}/$wanted"; else bad "$workload: ${ready:-0} of $wanted ready"; fi
done

for pod in $(kube get pods -o 'jsonpath={.items[*].metadata.name}'); do
  why=$(kube get pod "$pod" -o 'jsonpath={range .status.containerStatuses[*]}{.state.waiting.reason}{" "}{.lastState.terminated.reason}{":"}{.lastState.terminated.exitCode}{" "}{end}')
  case $why in
    *ErrImage* | *ImagePullBackOff*) bad "$pod: its image is not to be had" 'scripts/build.sh --load or --push, and images in your overlay' ;;
    *CreateContainerConfigError*) bad "$pod: a Secret or a key of one is missing" 'scripts/secrets.sh' ;;
    *OOMKilled*) bad "$pod: was ended for its memory" 'a higher limit of memory in your overlay' ;;
    *:78*) bad "$pod: its configuration is refused" "kubectl -n $NAMESPACE logs $pod --previous" ;;
    *CrashLoopBackOff*) bad "$pod: ends again and again" "kubectl -n $NAMESPACE logs $pod --previous" ;;
  esac
  if [ "$(kube get pod "$pod" -o 'jsonpath={.status.phase}')" = Pending ]; then
    why=$(kube get events --field-selector "involvedObject.name=$pod" -o 'jsonpath={.items[-1:].message}')
    # Kubernetes looks again at a pod that waits for its own kind after five minutes only (kubernetes/kubernetes#141354).
    case $pod in
      brain-*) why="$why; after a drain: kubectl -n $NAMESPACE delete pod $pod, and another one is tried at once" ;;
    esac
    bad "$pod: has no place" "$why"
  fi
done

if health=$(ask_brain GET /system/health 2> /dev/null); then
  printf '%s' "$health" | tr '{' '\n' | sed -n 's/.*"status":"\([a-z]*\)".*/\1/p' | sort | uniq -c | sed 's/^ */parts:  /'
  case $health in
    *'"status":"down"'*) bad 'a part is down' "$health" ;;
    *) ok 'the brain answers' ;;
  esac
else
  bad 'the brain does not answer' "kubectl -n $NAMESPACE logs deployment/brain"
fi
exit "$sick"
