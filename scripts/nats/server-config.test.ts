import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { makeDir } from '../testing/make-dir.ts';
import { natsPermissions } from './permissions.ts';
import { buildServerConfig } from './server-config.ts';

const CONFIG = {
  port: 24222,
  monitorPort: 24223,
  passwords: { brain: 'brain-password', worker: 'worker-password' },
  permissions: natsPermissions(),
};

test('the configuration is on loopback, durable, and gives each service its own subjects', () => {
  expect(buildServerConfig({ ...CONFIG, dir: '/data/nats' })).toMatchInlineSnapshot(`
    "# Written by npm start at every start.
    server_name: bakerst
    host: 127.0.0.1
    port: 24222
    http: "127.0.0.1:24223"
    pid_file: "/data/nats/nats.pid"
    max_payload: 2MB
    jetstream {
      store_dir: "/data/nats/store"
      sync_interval: always
      max_memory_store: 256MB
      max_file_store: 8GB
    }
    authorization {
      users: [
        {
          user: brain
          password: "brain-password"
          permissions: {
            publish: { allow: ["bakerst.>", "$JS.API.>", "$JS.ACK.>", "$JS.FC.>", "$KV.bakerst_locks.>", "$KV.bakerst_halts.>"] }
            subscribe: { allow: ["_INBOX_brain.>", "bakerst.>"] }
            allow_responses: true
          }
        }
        {
          user: worker
          password: "worker-password"
          permissions: {
            publish: { allow: ["bakerst.jobs.result", "bakerst.results", "bakerst.jobs.status.*", "bakerst.heartbeat.worker.*", "bakerst.jobs.start", "bakerst.config.model", "bakerst.jobs.call", "bakerst.jobs.called", "bakerst.mcp.call", "bakerst.mcp.call.*", "bakerst.config.mcp", "bakerst.mcp.discover.*", "bakerst.mcp.changed", "$JS.API.STREAM.INFO.BAKERST_JOBS", "$JS.ACK.BAKERST_JOBS.workers_code.>", "$JS.API.CONSUMER.INFO.BAKERST_JOBS.workers_code", "$JS.API.CONSUMER.MSG.NEXT.BAKERST_JOBS.workers_code", "$JS.ACK.BAKERST_JOBS.workers_mcp.>", "$JS.API.CONSUMER.INFO.BAKERST_JOBS.workers_mcp", "$JS.API.CONSUMER.MSG.NEXT.BAKERST_JOBS.workers_mcp", "$JS.ACK.BAKERST_JOBS.workers_agent.>", "$JS.API.CONSUMER.INFO.BAKERST_JOBS.workers_agent", "$JS.API.CONSUMER.MSG.NEXT.BAKERST_JOBS.workers_agent", "$JS.ACK.BAKERST_JOBS.workers_command.>", "$JS.API.CONSUMER.INFO.BAKERST_JOBS.workers_command", "$JS.API.CONSUMER.MSG.NEXT.BAKERST_JOBS.workers_command", "$JS.ACK.BAKERST_JOBS.workers_http.>", "$JS.API.CONSUMER.INFO.BAKERST_JOBS.workers_http", "$JS.API.CONSUMER.MSG.NEXT.BAKERST_JOBS.workers_http", "$JS.API.STREAM.INFO.KV_bakerst_halts", "$JS.API.CONSUMER.CREATE.KV_bakerst_halts.>", "$JS.API.CONSUMER.INFO.KV_bakerst_halts.>", "$JS.API.CONSUMER.DELETE.KV_bakerst_halts.>", "$JS.API.CONSUMER.MSG.NEXT.KV_bakerst_halts.>", "$JS.API.DIRECT.GET.KV_bakerst_halts.>", "$JS.FC.KV_bakerst_halts.>", "$KV.bakerst_mcp.>", "$JS.API.DIRECT.GET.KV_bakerst_mcp.>"] }
            subscribe: { allow: ["_INBOX_worker.>", "bakerst.mcp.call", "bakerst.mcp.call.*", "bakerst.mcp.discover", "bakerst.mcp.discover.*", "bakerst.mcp.changed"] }
            allow_responses: true
          }
        }
      ]
    }
    "
  `);
});

test('nats-server accepts it, in a directory whose name needs quotes as well', () => {
  const dir = join(makeDir(), 'gary\'s "data" $HOME');
  const file = join(makeDir(), 'nats.conf');
  writeFileSync(file, buildServerConfig({ ...CONFIG, dir }));
  expect(() =>
    execFileSync(inject('natsServer'), ['-c', file, '-t'], { stdio: 'pipe' }),
  ).not.toThrow();
});
