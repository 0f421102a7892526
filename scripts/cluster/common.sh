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
    // Not fetch, which gives up after five minutes: the backup of a large database takes longer.
    require("node:http").request(url, { method, headers }, (answer) => {
      answer.pipe(process.stdout);
      answer.on("end", () => process.stdout.write("\n"));
      process.exitCode = answer.statusCode < 300 ? 0 : 1;
    }).on("error", (err) => {
      process.stderr.write(`${err.message}\n`);
      process.exitCode = 1;
    }).end(body);' -- "$@"
}

# field <name>: the value of a field of text in the JSON on the standard input.
field() {
  sed -n "s/.*\"$1\":\"\\([^\"]*\\)\".*/\\1/p" | head -n 1
}

# More than the ten minutes that the brain may take for a migration (its startupProbe).
ROLLED_SECONDS=660

# wait_rolled: until everything that was applied is in place. False when the cluster does not say what that is, too.
wait_rolled() {
  workloads=$(kube get statefulset,deployment -o name) || return 1
  [ -n "$workloads" ] || { say "there is nothing in the namespace $NAMESPACE"; return 1; }
  for workload in $workloads; do
    kube rollout status "$workload" --timeout "${ROLLED_SECONDS}s" > /dev/null || {
      say "not ready after $ROLLED_SECONDS s: $workload"
      return 1
    }
  done
}

# render <directory of an overlay>: its manifests, with the tag TAG for the images of this repository when that is set.
render() {
  if [ -z "${TAG:-}" ]; then
    "$KUBECTL" kustomize "$1"
    return
  fi
  printf '%s' "$TAG" | grep -Eq '^[0-9A-Za-z_][0-9A-Za-z_.-]{0,127}$' || fail "TAG is no tag of an image: $TAG"
  rendered=$("$KUBECTL" kustomize "$1") || return 1
  printf '%s\n' "$rendered" | sed -E "s#^([ -]*image: ([^ ]*/)?bakerst(-ui)?):[^ :/@]+\$#\1:$TAG#"
}

# apply <file, or - for the standard input>: what it holds, as the owner of all of its fields.
apply() {
  "$KUBECTL" apply --server-side --force-conflicts --field-manager=bakerst --validate=strict -f "$1" > /dev/null
}

# keep <file>: manifests that are in place and ready, so that an upgrade that fails can go back to them.
keep() {
  kube create configmap bakerst-applied --from-file=manifests="$1" --dry-run=client -o yaml | apply -
}

# kept: the manifests that were ready last; nothing without any.
kept() {
  kube get configmap bakerst-applied --ignore-not-found -o 'go-template={{index .data "manifests"}}'
}
