#!/bin/sh
# Takes out of a pnpm store what nothing that runs ever reads: prune-packages.sh <node_modules/.pnpm>
set -eu
cd "$1"
architecture=$(node -p process.arch)
# A peer of a package's types alone.
rm -rf typescript@* @typescript+*
# It has put the services together.
rm -rf rolldown@* @rolldown+* @oxc-project+*
# Sources of what is there as a prebuilt file.
rm -rf better-sqlite3@*/node_modules/better-sqlite3/deps better-sqlite3@*/node_modules/better-sqlite3/src
for part in src vendor native-example '*.tgz'; do
  find . -path "./isolated-vm@*/node_modules/isolated-vm/$part" -prune -exec rm -rf {} +
done
find . -path '*/prebuilds/*' -prune ! -name "linux-$architecture*" -exec rm -rf {} +
find . -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete
