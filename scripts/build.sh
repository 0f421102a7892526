#!/bin/sh
# Builds the images of bakerst with docker, podman or buildah, whichever there is.
#
#   scripts/build.sh [--push <registry>] [--load k3s|kind|minikube] [brain] [ui]
#
#   --push   tags them for a registry and pushes them: registry.example.org/home
#   --load   puts them into a cluster on this machine
#   TAG      the tag; the one in k8s/base/kustomization.yaml otherwise
#   BUILDER  docker, podman or buildah, when there are several
#   NODE_IMAGE, NGINX_IMAGE, NPM_CONFIG_REGISTRY, BUILD_FLAGS   passed on
set -eu
# shellcheck source=cluster/common.sh source-path=SCRIPTDIR
. "$(dirname -- "$0")/cluster/common.sh"

usage() {
  sed -n '2,/^set/s/^# \{0,1\}//p' "$0" | sed '/^set/d'
}

push='' load='' wanted=''
while [ $# -gt 0 ]; do
  case $1 in
    --push) push=${2:?--push needs a registry}; shift ;;
    --load) load=${2:?--load needs k3s, kind or minikube}; shift ;;
    --help | -h) usage; exit 0 ;;
    brain | ui) wanted="$wanted $1" ;;
    *) usage >&2; exit 64 ;;
  esac
  shift
done
wanted=${wanted:-brain ui}
TAG=${TAG:-$(sed -n 's/^ *newTag: *//p' "$ROOT/k8s/base/kustomization.yaml" | head -n 1)}

if [ -z "${BUILDER:-}" ]; then
  for each in docker podman buildah; do
    # docker is often there without anything behind it.
    if [ "$each" = docker ] && ! docker version > /dev/null 2>&1; then continue; fi
    if command -v "$each" > /dev/null 2>&1; then BUILDER=$each; break; fi
  done
fi
[ -n "${BUILDER:-}" ] || fail 'there is neither docker nor podman nor buildah'

# build <name> <Dockerfile>
build() {
  say "building $1:$TAG with $BUILDER"
  set -- "$1" "$2" --file "$ROOT/k8s/images/$2" --tag "$1:$TAG"
  name=$1 file=$2
  shift 2
  for variable in NODE_IMAGE NGINX_IMAGE NPM_CONFIG_REGISTRY; do
    eval "value=\${$variable:-}"
    # shellcheck disable=SC2154
    if [ -n "$value" ] && grep -q "^ARG $variable" "$ROOT/k8s/images/$file"; then
      set -- "$@" --build-arg "$variable=$value"
    fi
  done
  # shellcheck disable=SC2086
  case $BUILDER in
    # The form that every builder and every cluster reads.
    podman | buildah) "$BUILDER" build --format docker ${BUILD_FLAGS:-} "$@" "$ROOT" ;;
    docker) docker build ${BUILD_FLAGS:-} "$@" "$ROOT" ;;
    *) fail "BUILDER must be docker, podman or buildah, not $BUILDER" ;;
  esac
  if [ -n "$push" ]; then
    "$BUILDER" tag "$name:$TAG" "$push/$name:$TAG"
    "$BUILDER" push "$push/$name:$TAG"
  fi
  case $load in
    '') ;;
    k3s) save "$name:$TAG" - | k3s ctr images import - ;;
    kind) archive "$name:$TAG" kind load image-archive ;;
    minikube) archive "$name:$TAG" minikube image load ;;
    *) fail "--load knows k3s, kind and minikube, not $load" ;;
  esac
}

# save <image> <file>: as an archive; `-` is the standard output.
save() {
  case $BUILDER in
    docker) if [ "$2" = - ]; then docker save "$1"; else docker save --output "$2" "$1"; fi ;;
    # They name what they build localhost/…, and a cluster looks for docker.io/library/….
    podman | buildah)
      "$BUILDER" tag "$1" "docker.io/library/$1"
      if [ "$2" = - ]; then set -- "$1" /dev/stdout; fi
      "$BUILDER" push -q "docker.io/library/$1" "docker-archive:$2:docker.io/library/$1" ;;
  esac
}

# archive <image> <command>…: hands it over in a file.
archive() {
  image=$1
  shift
  file=$(mktemp -u "${TMPDIR:-/tmp}/bakerst-image-XXXXXX").tar
  save "$image" "$file"
  "$@" "$file"
  rm -f "$file"
}

for each in $wanted; do
  case $each in
    brain) build bakerst app.Dockerfile ;;
    ui) build bakerst-ui ui.Dockerfile ;;
  esac
done
say "built:$(for each in $wanted; do case $each in brain) printf ' bakerst:%s' "$TAG" ;; ui) printf ' bakerst-ui:%s' "$TAG" ;; esac; done)"
