# shellcheck shell=sh
# For the scripts of the cluster: sourced, never run.

ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
NAMESPACE=bakerst
KUBECTL=${KUBECTL:-kubectl}

say() {
  printf '%s\n' "$*" >&2
}

fail() {
  say "$0: $*"
  exit 1
}

# kube <arguments>: kubectl in the namespace of bakerst.
kube() {
  "$KUBECTL" --namespace "$NAMESPACE" "$@"
}

# overlay_dir <name or directory>: where the manifests of an overlay are.
overlay_dir() {
  if [ -f "$ROOT/k8s/overlays/$1/kustomization.yaml" ]; then
    printf '%s\n' "$ROOT/k8s/overlays/$1"
  elif [ -f "$1/kustomization.yaml" ]; then
    printf '%s\n' "$1"
  else
    fail "there is no overlay $1: it is local, homelab, or a directory with a kustomization.yaml"
  fi
}

need_kubectl() {
  command -v "$KUBECTL" > /dev/null 2>&1 || fail "there is no kubectl: install it, or set KUBECTL=/where/it/is"
  "$KUBECTL" version > /dev/null 2>&1 || fail "no cluster answers: $KUBECTL config current-context says which one is asked"
}

# ask_brain <method> <path> [json]: asks the brain as the super credential, from inside its own pod; prints the body.
# The token is read there and never leaves the cluster.
ask_brain() {
  # shellcheck disable=SC2016
  kube exec -i deployment/brain -c brain -- node -e '
    const [method, path, body] = process.argv.slice(1);
    const headers = { authorization: `Bearer ${process.env.AUTH_TOKEN}`, "content-type": "application/json" };
    const url = `http://127.0.0.1:${process.env.PORT ?? 3000}${path}`;
    fetch(url, { method, headers, ...(body && { body }) }).then(async (answer) => {
      process.stdout.write(`${await answer.text()}\n`);
      process.exitCode = answer.ok ? 0 : 1;
    }, (err) => {
      process.stderr.write(`${err.cause?.message ?? err.message}\n`);
      process.exitCode = 1;
    });' -- "$@"
}

# field <name>: the value of a field of text in the JSON on the standard input.
field() {
  sed -n "s/.*\"$1\":\"\\([^\"]*\\)\".*/\\1/p" | head -n 1
}

# wait_rolled <seconds>: until everything that was applied is in place.
wait_rolled() {
  kube get statefulset,deployment -o name | while read -r workload; do
    kube rollout status "$workload" --timeout "${1}s" > /dev/null || {
      say "not ready after $1 s: $workload"
      exit 1
    }
  done
}
