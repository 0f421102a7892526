/** What npm and pnpm print, and what a person can do about it; the first that matches counts. */
const CAUSES = [
  [/ENOSPC|no space left|EDQUOT/i, 'the disk is full: make room (about 700 MB) and start again'],
  [
    /EINTEGRITY|TARBALL_INTEGRITY/,
    'a package is not the one that bakerst was made with (its checksum differs): check the registry in your npm settings',
  ],
  [
    /\bE40[137]\b|FETCH_40[137]|\b40[137] (Unauthorized|Forbidden|Proxy)/i,
    'the package registry refuses you: check the registry and token in your npm settings (npm config list)',
  ],
  [
    /\bE404\b|ETARGET|FETCH_404|NO_MATCHING_VERSION/,
    'the package registry lacks a package that bakerst needs: check the registry in your npm settings (npm config get registry)',
  ],
  [
    /CERT_|SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY)/,
    'the certificate of the package registry is signed by nobody that Node knows: set NODE_EXTRA_CA_CERTS to the file with the certificate of your network, then start again',
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|SOCKET_TIMEOUT|FETCH_ERROR|FETCH_FAIL/,
    'the package registry cannot be reached: check the network, HTTPS_PROXY and `npm config get registry`, then start again',
  ],
  [
    /\bEACCES\b|\bEPERM\b|\bEROFS\b/,
    'a directory cannot be written: start as the user that owns this checkout, and see that it lies on a writable disk',
  ],
];

const SHOWN_LINES = 15;

/** One sentence for the known causes, else the last lines of the output without the names of hosts. */
export function explainFailure(output) {
  const cause = CAUSES.find(([pattern]) => pattern.test(output));
  return cause?.[1] ?? `it said:\n${lastLines(withoutHosts(output))}`;
}

/** A registry's address can be a company's secret, and carry a password. */
function withoutHosts(output) {
  return output
    .replace(/\b[a-z+]+:\/\/[^\s'"]+/gi, '<address>')
    .replace(/(?<=(getaddrinfo|connect|host|registry) (\w+ )?)[\w.-]+\.\w+(:\d+)?/gi, '<address>');
}

function lastLines(text) {
  return text.trim().split('\n').slice(-SHOWN_LINES).join('\n');
}
