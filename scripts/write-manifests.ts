import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StartError } from '@bakerst/kit/start-error';
import { buildNatsConfig } from './cluster/build-nats-config.ts';
import { findKubectl } from './cluster/find-kubectl.ts';
import { KEPT_RENDERS, renderKept, stampOf } from './cluster/render.ts';
import { toKeptRender } from './cluster/to-kept-render.ts';
import { runCommand } from './run-command.ts';
import { openTerminal } from './terminal.ts';

// npm run k8s:write: what in k8s/ and tests/k8s/renders is made from something else.

const terminal = openTerminal();
await runCommand(terminal, async () => {
  const root = dirname(import.meta.dirname);
  await writeFile(join(root, 'k8s/base/nats/nats.conf'), buildNatsConfig());
  const kubectl = await findKubectl(process.env);
  if (kubectl === undefined)
    throw new StartError('there is no kubectl of version 1.27 or later: set KUBECTL=/where/it/is');
  const stamp = await stampOf(root);
  for (const name of Object.keys(KEPT_RENDERS)) {
    const file = join(root, 'tests/k8s/renders', `${name}.yaml`);
    await writeFile(file, toKeptRender(await renderKept({ root, kubectl }, name), stamp));
    terminal.print(file);
  }
  return 0;
});
