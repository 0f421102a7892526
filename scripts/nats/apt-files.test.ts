import { expect, test } from 'vitest';
import { aptConfig, debianMirrors } from './apt-files.ts';

const URIS = [
  "'https://repo.example/node_20.x/dists/nodistro/InRelease' nodistro_InRelease 0 ",
  "'http://mirror.example/debian/dists/bookworm/InRelease' debian_bookworm_InRelease 0 ",
  "'http://mirror.example/debian/dists/bookworm-updates/InRelease' debian_updates_InRelease 0 ",
  "'http://mirror.example/debian-security/dists/bookworm-security/InRelease' security_InRelease 0 ",
  "'http://mirror.example/debian/dists/bookworm/main/binary-amd64/Packages.xz' Packages 0 ",
  "'mirror+file:/etc/apt/mirrors/debian.list/dists/trixie/InRelease' trixie_InRelease 0 ",
].join('\n');

test('of what apt is set up with, only the mirrors of Debian itself count, each once', () => {
  expect(debianMirrors(URIS)).toEqual([
    'http://mirror.example/debian',
    'mirror+file:/etc/apt/mirrors/debian.list',
  ]);
});

test('a machine of another distribution has none', () => {
  const ubuntu = "'http://mirror.example/ubuntu/dists/noble/InRelease' noble_InRelease 0 ";
  expect(debianMirrors(ubuntu)).toEqual([]);
});

test('apt keeps to its own directory and to signed lists', () => {
  const config = aptConfig('/cache/apt');
  expect(config).toContain('Dir::State::lists "/cache/apt/lists";');
  expect(config).toContain('APT::Get::AllowUnauthenticated "false";');
  expect(config).toContain('#clear APT::Update::Post-Invoke;');
});
