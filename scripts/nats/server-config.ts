import type { NatsPermissions, NatsUser } from './permissions.ts';

export interface ServerAddress {
  readonly port: number;
  /** Where /healthz answers; on loopback like everything else. */
  readonly monitorPort: number;
}

interface ServerConfig extends ServerAddress {
  /** Holds the store and the pid file. */
  readonly dir: string;
  readonly passwords: Readonly<Record<NatsUser, string>>;
  readonly permissions: Readonly<Record<NatsUser, NatsPermissions>>;
}

/** The text of nats.conf for a server of one machine. What was acknowledged is on the disk (sync_interval: always). */
export function buildServerConfig(config: ServerConfig): string {
  const users = [
    buildUser('brain', config.passwords.brain, config.permissions.brain),
    buildUser('worker', config.passwords.worker, config.permissions.worker),
  ];
  return `# Written by npm start at every start.
server_name: bakerst
host: 127.0.0.1
port: ${config.port}
http: "127.0.0.1:${config.monitorPort}"
pid_file: ${quote(`${config.dir}/nats.pid`)}
max_payload: 2MB
jetstream {
  store_dir: ${quote(`${config.dir}/store`)}
  sync_interval: always
  max_memory_store: 256MB
  max_file_store: 8GB
}
authorization {
  users: [
${users.join('\n')}
  ]
}
`;
}

function buildUser(user: NatsUser, password: string, permissions: NatsPermissions): string {
  return `    {
      user: ${user}
      password: ${quote(password)}
      permissions: {
        publish: { allow: [${permissions.publish.map(quote).join(', ')}] }
        subscribe: { allow: [${permissions.subscribe.map(quote).join(', ')}] }${permissions.allowResponses ? '\n        allow_responses: true' : ''}
      }
    }`;
}

/** NOTE: unquoted, a subject or path that begins with $ would be read as a variable. */
function quote(text: string): string {
  return JSON.stringify(text);
}
