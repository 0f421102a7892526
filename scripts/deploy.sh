#!/bin/sh
# Brings bakerst into a cluster, and ends with a link to sign in by.
#
#   scripts/deploy.sh [local|homelab|<directory of an overlay>] [--env-file <file>] [--port <port>] [--no-link]
#
# Looks whether it can work, makes the Secrets (scripts/secrets.sh), applies the overlay (homelab) and waits until all of
# it is ready. TAG=<tag> takes the images that scripts/build.sh made with it. The link goes through kubectl port-forward to 127.0.0.1:<port> (8080), until Ctrl-C. May be run again.
set -eu
# shellcheck source=cluster/common.sh source-path=SCRIPTDIR
. "$(dirname -- "$0")/cluster/common.sh"

usage() {
  sed -n '2,/^set/s/^# \{0,1\}//p' "$0" | sed '/^set/d'
}

overlay=homelab port=8080 link=yes env_file=''
while [ $# -gt 0 ]; do
  case $1 in
    --env-file) env_file=${2:?--env-file needs a file}; shift ;;
    --port) port=${2:?--port needs a number}; shift ;;
    --no-link) link='' ;;
    --help | -h) usage; exit 0 ;;
    -*) usage >&2; exit 64 ;;
    *) overlay=$1 ;;
  esac
  shift
done

dir=$(overlay_dir "$overlay")
need_kubectl
minor=$("$KUBECTL" version -o yaml | awk '/^serverVersion/ { here = 1 } here && /gitVersion/ { sub(/.*v1\./, ""); sub(/\..*/, ""); print; exit }')
[ "${minor:-0}" -ge 30 ] || fail "the cluster is Kubernetes 1.${minor:-?}; 1.30 or later is needed (preStop sleep, matchLabelKeys)"
for verb in namespaces priorityclasses.scheduling.k8s.io; do
  "$KUBECTL" auth can-i create "$verb" > /dev/null 2>&1 || fail "this kubectl may not create $verb: an administrator of the cluster has to run this"
done
manifests=$(mktemp "${TMPDIR:-/tmp}/bakerst-manifests-XXXXXX")
trap 'rm -f "$manifests"' EXIT
trap 'exit 130' INT TERM
render "$dir" > "$manifests"
if ! "$KUBECTL" get storageclass -o 'jsonpath={.items[*].metadata.annotations.storageclass\.kubernetes\.io/is-default-class}' | grep -q true &&
  ! grep -q storageClassName "$manifests"; then
  fail 'the cluster has no default storage class: name one in your overlay, of local or block storage'
fi
if grep -q 'kind: ScaledObject' "$manifests" && ! "$KUBECTL" get crd scaledobjects.keda.sh > /dev/null 2>&1; then
  fail 'the component keda needs KEDA in the cluster: https://keda.sh/docs/latest/deploy'
fi
if grep -q 'kind: HTTPRoute' "$manifests" && ! "$KUBECTL" get crd httproutes.gateway.networking.k8s.io > /dev/null 2>&1; then
  fail 'the component gateway-api needs the Gateway API in the cluster'
fi

# Secrets need the namespace, and pods need the Secrets.
"$KUBECTL" apply --server-side --force-conflicts --field-manager=bakerst -f "$ROOT/k8s/base/namespace.yaml" > /dev/null
"$ROOT/scripts/secrets.sh" ${env_file:+--env-file "$env_file"}
say "applying $dir"
apply "$manifests"
say 'waiting until everything is ready'
if ! wait_rolled; then
  say 'what is in its way:'
  kube get pods >&2
  say 'scripts/doctor.sh says more'
  exit 1
fi
keep "$manifests"
say 'ready'
[ -n "$link" ] || exit 0
org=$(kube exec deployment/brain -c brain -- printenv DEFAULT_ORG 2> /dev/null || true)
path=$(ask_brain POST /api/v1/sessions/links "{\"user_id\":\"owner\",\"org\":\"${org:-home}\"}" | field path)
[ -n "$path" ] || fail 'the brain made no link: scripts/doctor.sh says more'
public=$(kube exec deployment/brain -c brain -- printenv PUBLIC_URL 2> /dev/null || true)
if [ -n "$public" ]; then
  printf '%s%s\n' "${public%/}" "$path"
  exit 0
fi
say 'sign in within 15 minutes; Ctrl-C ends the way there, not bakerst:'
printf 'http://127.0.0.1:%s%s\n' "$port" "$path"
kube port-forward service/ui "$port:80" > /dev/null
