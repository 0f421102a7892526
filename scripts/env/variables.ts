import type { Env } from '@bakerst/kit';

/** Who gets a variable from the supervisor; one without a service is for the supervisor alone. */
export type Service = 'brain' | 'gateway' | 'worker';

interface Variable {
  readonly name: string;
  readonly meaning: string;
  readonly services: readonly Service[];
}

const brain: readonly Service[] = ['brain'];
const worker: readonly Service[] = ['worker'];
const both: readonly Service[] = ['brain', 'worker'];
const gateway: readonly Service[] = ['gateway'];
const all: readonly Service[] = ['brain', 'gateway', 'worker'];

/** The environment of `npm start`: what `--help` prints and, by service, all that is passed on. */
export const VARIABLES: readonly Variable[] = [
  { name: 'PORT', meaning: 'port of the HTTP API (3000)', services: brain },
  { name: 'BIND_ADDRESS', meaning: 'address it listens on (127.0.0.1)', services: brain },
  { name: 'PUBLIC_URL', meaning: 'address under which people reach it', services: brain },
  { name: 'CORS_ORIGINS', meaning: 'origins of pages that may use the API', services: brain },
  { name: 'BAKERST_DATA_DIR', meaning: 'where everything is kept (./data)', services: brain },
  { name: 'AUTH_TOKEN', meaning: 'super token, 32 bytes or more (generated)', services: brain },
  { name: 'ANTHROPIC_API_KEY', meaning: 'key for Claude', services: brain },
  {
    name: 'ANTHROPIC_AUTH_TOKEN',
    meaning: 'token for Claude, goes before the key',
    services: brain,
  },
  { name: 'ANTHROPIC_OAUTH_TOKEN', meaning: 'the same under another name', services: brain },
  { name: 'ANTHROPIC_BASE_URL', meaning: 'another server of the Messages API', services: brain },
  { name: 'CLAUDE_MODEL', meaning: 'model for the conversation', services: brain },
  { name: 'CLAUDE_MAX_TOKENS', meaning: 'longest reply in tokens', services: brain },
  { name: 'SMALL_MODEL', meaning: 'model for small work, such as titles', services: brain },
  { name: 'VOYAGE_API_KEY', meaning: 'key for embeddings by Voyage', services: brain },
  {
    name: 'VOYAGE_BASE_URL',
    meaning: 'another server that speaks as Voyage does',
    services: brain,
  },
  { name: 'EMBEDDINGS_BASE_URL', meaning: 'embeddings as OpenAI has them', services: brain },
  { name: 'EMBEDDINGS_API_KEY', meaning: 'key for these', services: brain },
  { name: 'EMBEDDINGS_MODEL', meaning: 'model for embeddings', services: brain },
  { name: 'QDRANT_URL', meaning: 'a Qdrant that keeps the vectors of facts', services: brain },
  { name: 'QDRANT_API_KEY', meaning: 'its key', services: brain },
  { name: 'NATS_URL', meaning: 'a NATS of yours; none is started then', services: both },
  { name: 'NATS_SERVER', meaning: 'the nats-server program to start', services: [] },
  { name: 'WORKERS', meaning: 'worker processes (1)', services: [] },
  { name: 'WORKER_KINDS', meaning: 'kinds of jobs they run (all)', services: worker },
  { name: 'WORKER_CONCURRENCY', meaning: 'jobs at once in each (4)', services: worker },
  {
    name: 'SANDBOX_JITLESS',
    meaning: '1: code is interpreted, never compiled (0)',
    services: worker,
  },
  { name: 'TIME_ZONE', meaning: 'zone of schedules that name none (the host’s)', services: brain },
  {
    name: 'SCHEDULE_MIN_MS',
    meaning: 'shortest time between two firings (60000)',
    services: brain,
  },
  { name: 'AGENT_NAME', meaning: 'what the assistant calls itself (Baker)', services: brain },
  { name: 'MAX_RUNS', meaning: 'runs at once, beyond it 503 (1000)', services: brain },
  {
    name: 'USER_REQUESTS_PER_MINUTE',
    meaning: 'requests of one user, beyond it 429 (600)',
    services: brain,
  },
  {
    name: 'SERVICE_REQUESTS_PER_MINUTE',
    meaning: 'the same for a service (6000)',
    services: brain,
  },
  { name: 'USER_STREAMS', meaning: 'open streams of one user (20)', services: brain },
  { name: 'DEFAULT_ORG', meaning: 'org of the first user (home)', services: brain },
  { name: 'RETAIN_DAYS', meaning: 'days that steps and jobs are kept (90)', services: brain },
  {
    name: 'BACKUP_EVERY_MINUTES',
    meaning: 'minutes between backups, 0 for none (1440)',
    services: brain,
  },
  { name: 'BACKUP_KEEP', meaning: 'backups that are kept (14)', services: brain },
  { name: 'DRAIN_LINGER_MS', meaning: 'how long a stopping brain still accepts', services: brain },
  { name: 'LOCK_LEASE_MS', meaning: "lease of a user's lock (5000)", services: brain },
  {
    name: 'JOB_ACK_WAIT_MS',
    meaning: 'silence after which a job goes to another (8000)',
    services: both,
  },
  {
    name: 'OPERATING_SYSTEM_DIR',
    meaning: 'prompts and personas (./operating_system)',
    services: both,
  },
  {
    name: 'HTTP_ALLOW_HOSTS',
    meaning: 'your own hosts for jobs, MCP and callbacks: host:port,…',
    services: both,
  },
  {
    name: 'SECRETS_KEY',
    meaning: 'key to secrets of MCP servers, 32 bytes (made)',
    services: brain,
  },
  {
    name: 'GATEWAY_TOKEN',
    meaning: 'by which a gateway speaks to the brain (generated)',
    services: brain,
  },
  {
    name: 'TELEGRAM_BOT_TOKEN',
    meaning: 'token of your bot: people talk to it on Telegram',
    services: gateway,
  },
  {
    name: 'TELEGRAM_ACCESS',
    meaning: 'who may: list, landlord or card (list)',
    services: brain,
  },
  {
    name: 'TELEGRAM_ALLOWED_CHAT_IDS',
    meaning: 'chats that may talk to it without a link: id,…',
    services: brain,
  },
  {
    name: 'TELEGRAM_API_ROOT',
    meaning: 'a Bot API server of yours (https://api.telegram.org)',
    services: gateway,
  },
  {
    name: 'TELEGRAM_WEBHOOK_URL',
    meaning: 'where Telegram brings updates; without it they are asked for',
    services: gateway,
  },
  { name: 'TELEGRAM_WEBHOOK_SECRET', meaning: 'what it proves itself by', services: gateway },
  {
    name: 'TELEGRAM_WEBHOOK_PORT',
    meaning: 'port that the gateway takes them at (8443)',
    services: gateway,
  },
  {
    name: 'TELEGRAM_TIMEOUT_MS',
    meaning: 'how long a call of the Bot API may take (30000)',
    services: gateway,
  },
  { name: 'LOG_LEVEL', meaning: 'debug, info, warn, error (info)', services: all },
  { name: 'HTTPS_PROXY', meaning: 'proxy for outgoing calls', services: all },
  { name: 'NO_PROXY', meaning: 'hosts that need none', services: all },
  { name: 'NODE_USE_ENV_PROXY', meaning: '1: these two count', services: all },
  { name: 'NODE_EXTRA_CA_CERTS', meaning: 'further certificate authorities', services: all },
  { name: 'TZ', meaning: 'time zone', services: all },
  { name: 'LANG', meaning: 'language', services: all },
];

/** Of the design, without a reader yet: passed on, but promised to nobody. A feature moves its names into the table. */
const COMING: Readonly<Record<Service, readonly string[]>> = {
  brain: ['TRUST_PROXY', 'CORS_ORIGINS', 'SCHEDULE_MIN_MS'],
  worker: ['SANDBOX_JITLESS'],
  gateway: [],
};

/** What of `env` one service may see; variables that are not set stay away. */
export function variablesFor(service: Service, env: Env): Readonly<Record<string, string>> {
  const named = VARIABLES.filter(({ services }) => services.includes(service));
  const seen: Record<string, string> = {};
  for (const name of [...named.map((variable) => variable.name), ...COMING[service]]) {
    const value = env[name];
    if (value !== undefined) seen[name] = value;
  }
  return seen;
}
