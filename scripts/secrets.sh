#!/bin/sh
# Makes the Secrets of bakerst in the cluster, one for each service with what it needs, and prints no value.
#
#   scripts/secrets.sh [--env-file <file>] [--no-restart]
#
# Keys of models and the like are taken from .env-secrets (or the environment, which wins); what neither names stays as
# it is in the cluster, and a line KEY= takes it away. Passwords and tokens that are not there yet are generated. Pods
# whose Secret has changed are replaced.
set -eu
# shellcheck source=cluster/common.sh source-path=SCRIPTDIR
. "$(dirname -- "$0")/cluster/common.sh"

usage() {
  sed -n '2,/^set/s/^# \{0,1\}//p' "$0" | sed '/^set/d'
}

env_file="$ROOT/.env-secrets" restart=yes
while [ $# -gt 0 ]; do
  case $1 in
    --env-file)
      env_file=${2:?--env-file needs a file}
      [ -f "$env_file" ] || fail "there is no file $env_file"
      shift ;;
    --no-restart) restart='' ;;
    --help | -h) usage; exit 0 ;;
    *) usage >&2; exit 64 ;;
  esac
  shift
done
need_kubectl
umask 077
work=$(mktemp -d "${TMPDIR:-/tmp}/bakerst-secrets-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# The variables of .env-secrets, a file each.
named=$work/.named
mkdir "$named"
if [ -f "$env_file" ]; then
  strange=$(OUT="$named" LC_ALL=C awk -f "$ROOT/scripts/cluster/split-env-secrets.awk" "$env_file" | tr '\n' ' ')
  [ -z "$strange" ] || say "$env_file: passed over what is not KEY=VALUE (line ${strange% })"
fi
list=$ROOT/scripts/cluster/secret-keys.txt
for file in "$named"/*; do
  [ -f "$file" ] || continue
  awk -v key="${file##*/}" '$1 !~ /^#/ && $2 == key { found = 1 } END { exit !found }' "$list" ||
    say "$env_file: ${file##*/} goes to no Secret; in the cluster it is an env entry of a patch in your overlay"
done

# given <name>: the value in the environment, or in .env-secrets; nothing without one.
given() {
  eval "value=\${$1:-}"
  if [ -z "$value" ] && [ -f "$named/$1" ]; then value=$(cat "$named/$1"); fi
  printf '%s' "$value"
}

# What the cluster has of them: a file for each key in .has-<secret>, and .version-<secret>. A cluster that does not say
# ends it all: what is taken for missing would be made anew.
grep -v '^#' "$list" > "$work/.list"
secrets=$(awk '{ print $1 }' "$work/.list" | sort -u)
unchanged='does not say what Secrets it holds: nothing was changed'
# shellcheck disable=SC2016
template='{{range .items}}{{$secret := .metadata.name}}{{$secret}} / {{.metadata.resourceVersion}}{{"\n"}}'
# shellcheck disable=SC2016
template=$template'{{range $key, $value := .data}}{{$secret}} {{$key}} {{$value}}{{"\n"}}{{end}}{{end}}'
# Names of Secrets hold no blanks.
# shellcheck disable=SC2086
kube get secret $secrets --ignore-not-found -o "go-template=$template" > "$work/.values" || fail "the cluster $unchanged"
while read -r secret key value; do
  if [ "$key" = / ]; then
    printf '%s' "$value" > "$work/.version-$secret"
    mkdir "$work/.has-$secret"
  else
    printf '%s' "$value" | base64 --decode > "$work/.has-$secret/$key" || fail "the cluster $unchanged"
  fi
done < "$work/.values"

# present <secret> <key>: the value in the cluster, or made a moment ago; nothing without one.
present() {
  for file in "$work/$1/$2" "$work/.has-$1/$2"; do
    [ ! -s "$file" ] || { cat "$file"; return; }
  done
}

# 32 random bytes; a letter first, or nats-server reads a number in some of them.
generate() {
  random=$(head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n')
  [ ${#random} -eq 64 ] || fail 'this machine gives no random bytes: nothing was changed'
  printf 'b%s' "$random"
}

# made <secret> <key>: from .env-secrets, from the cluster, from another Secret that holds it too, or a new one.
made() {
  value=$(given "$2")
  [ -n "$value" ] || value=$(present "$1" "$2")
  if [ -z "$value" ]; then
    # shellcheck disable=SC2013
    for other in $(awk -v key="$2" '$2 == key { print $1 }' "$work/.list"); do
      [ -n "$value" ] || value=$(present "$other" "$2")
    done
  fi
  [ -n "$value" ] || value=$(generate)
  printf '%s' "$value"
}

# nats_url <user>
nats_url() {
  variable=NATS_PASSWORD_$(printf '%s' "$1" | tr 'a-z-' 'A-Z_')
  password=$(made nats "$variable")
  printf 'nats://%s:%s@nats:4222' "$1" "$password"
}

# kept <secret> <key>: given, or what the cluster has unless .env-secrets names it without a value.
kept() {
  value=$(given "$2")
  if [ -z "$value" ] && [ ! -f "$named/$2" ]; then value=$(present "$1" "$2"); fi
  printf '%s' "$value"
}

for secret in $secrets; do mkdir "$work/$secret"; done
while read -r secret key source; do
  case $source in
    made) value=$(made "$secret" "$key") ;;
    nats) value=$(nats_url "$secret") ;;
    *) value=$(kept "$secret" "$key") ;;
  esac
  [ -z "$value" ] || printf '%s' "$value" > "$work/$secret/$key"
done < "$work/.list"

token=$work/brain/AUTH_TOKEN
[ "$(wc -c < "$token")" -ge 32 ] || fail 'AUTH_TOKEN in .env-secrets must have 32 bytes or more (openssl rand -hex 32)'

[ -n "$(kube get namespace "$NAMESPACE" --ignore-not-found -o name)" ] || "$KUBECTL" create namespace "$NAMESPACE" > /dev/null

changed=''
for secret in $secrets; do
  # Values go by files, and never as arguments that other users of this machine could read.
  kube create secret generic "$secret" --from-file="$work/$secret" --dry-run=client -o yaml > "$work/$secret.yaml"
  version=$(kube apply --server-side --force-conflicts --field-manager=bakerst-secrets -f "$work/$secret.yaml" \
    -o 'jsonpath={.metadata.resourceVersion}')
  [ "$version" = "$(cat "$work/.version-$secret" 2> /dev/null)" ] || changed="$changed $secret"
done
say "secrets: $(printf '%s' "$secrets" | tr '\n' ' ')"
[ -n "$changed" ] || exit 0
say "changed:$changed"
[ -n "$restart" ] || exit 0
# Each workload has the name of its Secret.
for secret in $changed; do
  for kind in deployment statefulset; do
    if kube get "$kind" "$secret" > /dev/null 2>&1; then
      kube rollout restart "$kind/$secret" > /dev/null
      say "replacing the pods of $kind/$secret"
    fi
  done
done
