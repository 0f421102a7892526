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
${buildAuthorization(config.permissions, (user) => quote(config.passwords[user]))}`;
}

/** The block of users, each with its subjects and nothing else. `passwordOf` gives the text as it stands in the file. */
export function buildAuthorization<User extends string>(
  permissions: Readonly<Record<User, NatsPermissions>>,
  passwordOf: (user: User) => string,
): string {
  const users: string[] = [];
  for (const user in permissions) users.push(buildUser(user, passwordOf(user), permissions[user]));
  return `authorization {
  users: [
${users.join('\n')}
  ]
}
`;
}

function buildUser(user: string, password: string, permissions: NatsPermissions): string {
  return `    {
      user: ${user}
      password: ${password}
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
