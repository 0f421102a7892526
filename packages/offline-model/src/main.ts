import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createOfflineResponder } from './offline/open-offline-model.ts';
import { createScriptResponder } from './script/create-script-responder.ts';
import { openRequestLog } from './script/open-request-log.ts';
import { parseScript } from './script/parse-script.ts';
import type { Responder } from './server/answer-messages.ts';
import { openModelServer } from './server/open-model-server.ts';

// A model as a process of its own, for whole-system tests and benches:
//   main.ts [--host 127.0.0.1] [--port 0] [--script replies.json] [--log requests.jsonl]
// Without a script it answers by the offline rules. Prints one line, {"url": "http://…"}, once it listens.

const { values } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '0' },
    script: { type: 'string' },
    log: { type: 'string' },
  },
});

await using resources = new AsyncDisposableStack();
const log = values.log === undefined ? undefined : resources.use(openRequestLog(values.log));
const model = resources.use(
  await openModelServer(readResponder(values.script), {
    host: values.host,
    port: Number(values.port),
    onReceived: (received) => log?.write(received),
  }),
);
const stopped = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
process.stdout.write(`${JSON.stringify({ url: model.url })}\n`);
await stopped;

function readResponder(path: string | undefined): Responder {
  if (path === undefined) return createOfflineResponder();
  const { script, pace } = parseScript(readFileSync(path, 'utf8'));
  return createScriptResponder(script, pace);
}
