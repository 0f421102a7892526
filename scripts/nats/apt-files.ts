const DEBIAN_SUITES =
  /^(buster|bullseye|bookworm|trixie|forky|duke|sid|oldoldstable|oldstable|stable|testing|unstable)$/;

/**
 * The addresses of the Debian mirrors in the output of `apt-get update --print-uris`.
 * That works without root and, unlike `apt-get indextargets`, in a fresh image whose package lists were removed.
 */
export function debianMirrors(uris: string): readonly string[] {
  const releases = uris.matchAll(/^'(\S+)\/dists\/([^/]+)\/InRelease'/gm);
  const mirrors = [...releases].flatMap(([, address = '', suite = '']) =>
    DEBIAN_SUITES.test(suite) ? [address] : [],
  );
  return [...new Set(mirrors)];
}

interface AptSource {
  readonly mirror: string;
  readonly suite: string;
  readonly keyring: string;
}

/** Only the list of packages is wanted, whatever else this machine's apt likes to have. */
export function aptSource({ mirror, suite, keyring }: AptSource): string {
  return `deb [signed-by=${keyring} target=Packages] ${mirror} ${suite} main\n`;
}

/**
 * Settings under which apt works inside `dir` alone. Read after the machine's own (`apt-get -c`), so that its proxies and
 * its mirror's password go on to count; what those would run after an update, for the whole system, is cleared.
 */
export function aptConfig(dir: string): string {
  const settings = {
    'Dir::State': dir,
    'Dir::State::lists': `${dir}/lists`,
    'Dir::State::status': `${dir}/status`,
    'Dir::Cache': dir,
    'Dir::Cache::archives': `${dir}/archives`,
    'Dir::Cache::pkgcache': '',
    'Dir::Cache::srcpkgcache': '',
    'Dir::Etc::sourcelist': `${dir}/sources.list`,
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::Etc::preferences': '/dev/null',
    'Dir::Etc::preferencesparts': '/dev/null',
    // As root, apt would work as a user of its own that may not be able to enter this directory.
    'APT::Sandbox::User': 'root',
    'APT::Get::AllowUnauthenticated': 'false',
    'Acquire::AllowInsecureRepositories': 'false',
    // Otherwise an update that reached nothing counts as a success.
    'APT::Update::Error-Mode': 'any',
    'Acquire::PDiffs': 'false',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '0',
    'Acquire::http::Timeout': '4',
    'Acquire::https::Timeout': '4',
  };
  const cleared = ['Pre-Invoke', 'Post-Invoke', 'Post-Invoke-Success'];
  return [
    ...cleared.map((hook) => `#clear APT::Update::${hook};`),
    ...Object.entries(settings).map(([name, value]) => `${name} "${value}";`),
    '',
  ].join('\n');
}
