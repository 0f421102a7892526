#!/bin/sh
# Copies whole backups from /data/backups to /backups, each in one step, and keeps the newest KEEP of them.
set -eu
KEEP=${KEEP:-30}
for part in /backups/.part-*; do
  [ -e "$part" ] && rm -rf "$part"
done
for dir in /data/backups/*/; do
  [ -f "${dir}manifest.json" ] || continue
  name=$(basename "$dir")
  [ -e "/backups/$name" ] && continue
  cp -R "$dir" "/backups/.part-$name"
  sync
  mv "/backups/.part-$name" "/backups/$name"
  echo "copied $name"
done
# Names begin with the time, so they sort by it.
for old in $(find /backups -mindepth 1 -maxdepth 1 -type d ! -name '.*' ! -name lost+found | sort -r | tail -n "+$((KEEP + 1))"); do
  rm -rf "$old"
  echo "removed $(basename "$old")"
done
