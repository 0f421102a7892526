import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startProgram } from './testing/start-program.ts';

test('what is to be hidden is shown neither in progress, nor as text, nor in a complaint', async () => {
  const script = `
    import { createSecrets } from '@bakerst/kit/secrets';
    import { openTerminal } from ${JSON.stringify(join(import.meta.dirname, 'terminal.ts'))};
    const secrets = createSecrets();
    const { say, print, complain } = openTerminal(secrets);
    secrets.add('password-of-gary');
    for (const tell of [say, print, complain]) tell('nats://brain:password-of-gary@127.0.0.1');`;
  await using program = startProgram(process.execPath, {
    args: ['--conditions=bakerst-source', '--input-type=module', '-e', script],
    cwd: import.meta.dirname,
  });
  expect(await program.exited).toBe(0);
  await program.untilPrinted(/(\[redacted\][\s\S]*){3}/);
  expect(program.output()).not.toContain('password-of-gary');
});
