import { runService, silentLogger } from '@bakerst/kit';
import { openScriptedModel } from '@bakerst/offline-model';
import { readPort } from '../read-port.ts';
import { replyTo } from './reply-to.ts';

// The model of the bench: main.ts --port 4000
await runService(silentLogger, async (open) => {
  open.use(await openScriptedModel({ port: readPort(), replies: replyTo }));
});
