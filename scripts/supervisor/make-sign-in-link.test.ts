import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeDir } from '../testing/make-dir.ts';
import { makeSignInLink } from './make-sign-in-link.ts';

const open = new DisposableStack();
afterAll(() => open.dispose());

interface Seen {
  readonly authorization: string | undefined;
  readonly body: string;
}

/** A brain that gives every request this answer. */
async function startBrain(status: number, answer: unknown) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      seen.push({ authorization: request.headers.authorization, body });
      response.writeHead(status).end(JSON.stringify(answer));
    });
  });
  open.defer(() => server.close());
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, seen };
}

const NONE = { publicUrl: undefined, authToken: undefined };

test('the link stands behind the address that people use', async () => {
  const { url, seen } = await startBrain(201, { path: '/sign-in#a.b' });
  const dataDir = makeDir();
  writeFileSync(join(dataDir, 'auth-token'), 'the-token\n');
  const publicUrl = 'https://assistant.example.org/';
  const link = await makeSignInLink({ ...NONE, url, publicUrl }, dataDir, { user: 'gary' });
  expect(link).toBe('https://assistant.example.org/sign-in#a.b');
  expect(seen).toEqual([{ authorization: 'Bearer the-token', body: '{"user_id":"gary"}' }]);
});

test('why there is none is said', async () => {
  const { url } = await startBrain(404, { message: 'there is no such org' });
  const settings = { ...NONE, url, authToken: 'the-token' };
  const who = { user: 'gary', org: 'mill' };
  await expect(makeSignInLink(settings, makeDir(), who)).rejects.toThrow('there is no such org');
  await expect(makeSignInLink({ ...NONE, url }, makeDir(), who)).rejects.toThrow('npm start');
});
