import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runStandIn } from './run-stand-in.ts';

const http = process.getBuiltinModule('node:http');

const dataDir = process.env['BAKERST_DATA_DIR'] ?? '';
const health = { model: { kind: 'offline', name: 'stand-in', access: 'ok' } };

if (existsSync(join(dataDir, 'refuse'))) {
  process.send?.({ type: 'refused', message: 'the stand-in was told to refuse' });
  process.exitCode = 78;
} else {
  const server = http.createServer((request, response) => {
    response.end(request.url === '/health' ? JSON.stringify(health) : '');
  });
  server.listen(Number(process.env['PORT']), process.env['BIND_ADDRESS'], () =>
    runStandIn({ close: () => server.close() }),
  );
}
