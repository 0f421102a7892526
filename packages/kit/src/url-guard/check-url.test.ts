import { expect, test } from 'vitest';
import { AppError } from '../app-error.ts';
import { StartError } from '../start-error.ts';
import { isPublicAddress } from './address-rules.ts';
import { type AllowedHosts, checkUrl, parseAllowedHosts } from './check-url.ts';

const NONE: AllowedHosts = new Set();

function reasonOf(url: string, allowed = NONE): string | undefined {
  try {
    checkUrl(url, allowed);
    return undefined;
  } catch (err) {
    return err instanceof AppError ? `${err.status} ${err.reason}` : String(err);
  }
}

/** Table (c) K of the specification, and more of the same kind. */
const FORBIDDEN = [
  'http://127.0.0.1',
  'http://127.1',
  'http://2130706433',
  'http://0x7f000001',
  'http://0177.0.0.1',
  'http://127.0.0.1.',
  'http://0',
  'http://0.0.0.0',
  'http:///127.0.0.1',
  'http://127.0.0.1\\@example.com',
  'http://example.com@127.0.0.1',
  'http://user:secret@example.com',
  'http://10.0.0.1',
  'http://172.16.0.1',
  'http://172.31.255.255',
  'http://192.168.1.1',
  'http://169.254.169.254/latest/meta-data',
  'http://100.64.0.1',
  'http://192.0.0.1',
  'http://198.18.0.1',
  'http://224.0.0.1',
  'http://255.255.255.255',
  'http://[::1]',
  'http://[::]',
  'http://[::ffff:7f00:1]',
  'http://[::ffff:a9fe:a9fe]',
  'http://[::7f00:1]',
  'http://[::ffff:0:7f00:1]',
  'http://[64:ff9b::7f00:1]',
  'http://[2002:7f00:1::]',
  'http://[2001::1]',
  'http://[2001:db8::1]',
  'http://[fd00:ec2::254]',
  'http://[fe80::1]',
  'http://[ff02::1]',
  'http://localhost',
  'http://LOCALHOST.',
  'http://api.localhost:8080',
  'http://metadata.google.internal',
  'http://brain.bakerst.svc',
  'http://brain.bakerst.svc.cluster.local',
  'http://printer.local',
  'http://router',
  'http:\\\\example.com',
  'http://exa mple.com',
  'file:///etc/passwd',
  'ftp://example.com',
  'gopher://example.com',
  'data:text/plain,hello',
  'javascript:alert(1)',
  'example.com',
  '//example.com',
  'http://',
  'http://[',
];

test.each(FORBIDDEN)('%s is not allowed', (url) => {
  expect(reasonOf(url)).toBe('403 URL_NOT_ALLOWED');
});

test.each([
  'http://example.com',
  'https://example.com:8443/path?query#part',
  'https://93.184.215.14/',
  'https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/',
  'https://xn--bcher-kva.example.org/',
  'https://172.32.0.1/',
])('%s is allowed', (url) => {
  expect(reasonOf(url)).toBeUndefined();
});

test('an address of the home is allowed once it is named, with exactly its port', () => {
  const allowed = parseAllowedHosts(['192.168.1.20:8123', 'printer.local:80', '[fd00::5]:443']);
  expect(reasonOf('http://192.168.1.20:8123/api', allowed)).toBeUndefined();
  expect(reasonOf('http://printer.local/', allowed)).toBeUndefined();
  expect(reasonOf('https://[fd00::5]/', allowed)).toBeUndefined();
  expect(reasonOf('http://192.168.1.20/', allowed)).toBe('403 URL_NOT_ALLOWED');
  expect(reasonOf('https://printer.local/', allowed)).toBe('403 URL_NOT_ALLOWED');
});

test('the refusal carries the line to set', () => {
  expect(() => checkUrl('http://192.168.1.20:8123/api', NONE)).toThrow(
    'set HTTP_ALLOW_HOSTS=192.168.1.20:8123 to allow it',
  );
});

test.each(['printer', 'http://printer.local:80', 'printer.local:80/x', '*:80', ''])(
  'HTTP_ALLOW_HOSTS does not take "%s"',
  (entry) => {
    expect(() => parseAllowedHosts([entry])).toThrow(StartError);
  },
);

test('what is no address is not public', () => {
  expect(isPublicAddress('example.com')).toBe(false);
});
