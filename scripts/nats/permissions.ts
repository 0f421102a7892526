import { Buckets, jobConsumer, Streams, Subjects } from '@bakerst/contracts/subjects';

/** Kinds of jobs; the words of contracts' JobType, which would bring zod along. */
type Kind = Parameters<typeof jobConsumer>[0];

/** The services that have a NATS user of their own. */
export type NatsUser = 'brain' | 'worker';

export interface NatsPermissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
  /** May answer a request on the subject that it names, once. */
  readonly allowResponses: boolean;
}

/** What each service may do in NATS, and nothing else: the nats-server of `npm start` and the cluster's are set up from it. */
export function natsPermissions(): Readonly<Record<NatsUser, NatsPermissions>> {
  return {
    brain: {
      publish: [
        'bakerst.>',
        '$JS.API.>',
        '$JS.ACK.>',
        '$JS.FC.>',
        `$KV.${Buckets.locks}.>`,
        `$KV.${Buckets.halts}.>`,
      ],
      subscribe: ['_INBOX_brain.>', 'bakerst.>'],
      allowResponses: true,
    },
    worker: workerPermissions('worker', ['code', 'mcp', 'agent', 'command', 'http']),
  };
}

/** The users of the cluster, where workers of different trust are different users. */
export type ClusterUser = 'brain' | 'worker-code' | 'worker-mcp' | 'worker-agent';

/** The same for the cluster: a worker that runs code of a model can ask for no key of a model and no secret of a server. */
export function clusterPermissions(): Readonly<Record<ClusterUser, NatsPermissions>> {
  return {
    brain: natsPermissions().brain,
    'worker-code': workerPermissions('worker-code', ['code']),
    'worker-mcp': workerPermissions('worker-mcp', ['mcp', 'http']),
    'worker-agent': workerPermissions('worker-agent', ['agent', 'command']),
  };
}

/** A worker may do what its kinds of jobs need. Answers come to it alone: no other user hears its inbox. */
function workerPermissions(user: string, kinds: readonly Kind[]): NatsPermissions {
  const speaksMcp = kinds.includes('mcp');
  return {
    publish: [
      ...jobSubjects(),
      ...(kinds.includes('agent') ? [Subjects.modelConfig] : []),
      ...(kinds.includes('code') || speaksMcp ? toolSubjects() : []),
      ...(speaksMcp ? mcpSubjects() : []),
      ...pullSubjects(Streams.jobs, kinds.map(jobConsumer)),
      ...watchSubjects(Buckets.halts),
      ...(speaksMcp ? leaseSubjects(Buckets.mcp) : []),
    ],
    subscribe: [`_INBOX_${user}.>`, ...(speaksMcp ? servedSubjects() : [])],
    // To brains and workers that ask for a call of a tool.
    allowResponses: speaksMcp,
  };
}

function jobSubjects(): readonly string[] {
  return [
    Subjects.result,
    Subjects.storedResult,
    Subjects.anyStatus,
    Subjects.heartbeat('worker', '*'),
    Subjects.start,
  ];
}

/** Calls of tools: asking brains about them, and other workers to make them. */
function toolSubjects(): readonly string[] {
  return [Subjects.call, Subjects.called, Subjects.mcpCall, Subjects.anyMcpCallHolder];
}

function mcpSubjects(): readonly string[] {
  return [Subjects.mcpConfig, Subjects.anyMcpDiscoverHolder, Subjects.mcpChanged];
}

/** What workers that speak MCP answer and hear. */
function servedSubjects(): readonly string[] {
  return [
    Subjects.mcpCall,
    Subjects.anyMcpCallHolder,
    Subjects.mcpDiscover,
    Subjects.anyMcpDiscoverHolder,
    Subjects.mcpChanged,
  ];
}

/** Taking, renewing and giving back leases in a bucket by compare-and-set. */
function leaseSubjects(bucket: string): readonly string[] {
  return [`$KV.${bucket}.>`, `$JS.API.DIRECT.GET.KV_${bucket}.>`];
}

/** Taking messages from a stream's existing durable consumers. */
function pullSubjects(stream: string, consumers: readonly string[]): readonly string[] {
  return [
    `$JS.API.STREAM.INFO.${stream}`,
    ...consumers.flatMap((consumer) => [
      `$JS.ACK.${stream}.${consumer}.>`,
      `$JS.API.CONSUMER.INFO.${stream}.${consumer}`,
      `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`,
    ]),
  ];
}

/** Watching a bucket, for which the client makes an ephemeral consumer. */
function watchSubjects(bucket: string): readonly string[] {
  const stream = `KV_${bucket}`;
  return [
    `$JS.API.STREAM.INFO.${stream}`,
    `$JS.API.CONSUMER.CREATE.${stream}.>`,
    `$JS.API.CONSUMER.INFO.${stream}.>`,
    `$JS.API.CONSUMER.DELETE.${stream}.>`,
    `$JS.API.CONSUMER.MSG.NEXT.${stream}.>`,
    `$JS.API.DIRECT.GET.${stream}.>`,
    `$JS.FC.${stream}.>`,
  ];
}
