import { type ClusterUser, clusterPermissions } from '../nats/permissions.ts';
import { buildAuthorization } from '../nats/server-config.ts';

/** The text of k8s/base/nats/nats.conf: the users of npm start's server, with passwords from the environment. */
export function buildNatsConfig(): string {
  return `# Written by npm run k8s:write from scripts/nats/permissions.ts; not by hand.
server_name: bakerst
port: 4222
# For probes, and for KEDA where its component opens it.
http_port: 8222
max_payload: 2MB
jetstream {
  store_dir: /data
  # What was acknowledged is on the disk.
  sync_interval: always
  max_memory_store: 128MB
  # Less than the volume: a limit that is reached refuses, a disk that is full stops everything.
  max_file_store: 4GB
}
${buildAuthorization(clusterPermissions(), (user) => `$${passwordVariable(user)}`)}`;
}

/** Where a user's password is. NOTE: it must begin with a letter, or nats-server reads a number. */
export function passwordVariable(user: ClusterUser): string {
  return `NATS_PASSWORD_${user.toUpperCase().replaceAll('-', '_')}`;
}
