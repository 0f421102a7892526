import { Buckets, Streams, Subjects } from '@bakerst/contracts/subjects';

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
    worker: {
      publish: [
        ...jobSubjects(),
        ...toolSubjects(),
        ...pullSubjects(Streams.jobs),
        ...watchSubjects(Buckets.halts),
        ...leaseSubjects(Buckets.mcp),
      ],
      subscribe: ['_INBOX_worker.>', ...servedSubjects()],
      // To brains and workers that ask for a call of a tool.
      allowResponses: true,
    },
  };
}

function jobSubjects(): readonly string[] {
  return [
    Subjects.result,
    Subjects.storedResult,
    Subjects.anyStatus,
    Subjects.heartbeat('worker', '*'),
    Subjects.start,
    // Only workers that run agents need it; under npm start a worker runs all kinds.
    Subjects.modelConfig,
  ];
}

/** Calls of tools: asking brains about them, and other workers to make them. */
function toolSubjects(): readonly string[] {
  return [
    Subjects.call,
    Subjects.called,
    // Only workers that speak MCP need it; under npm start a worker runs all kinds.
    Subjects.mcpConfig,
    Subjects.mcpCall,
    Subjects.anyMcpCallHolder,
    Subjects.anyMcpDiscoverHolder,
    Subjects.mcpChanged,
  ];
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
function pullSubjects(stream: string): readonly string[] {
  return [
    `$JS.ACK.${stream}.>`,
    `$JS.API.STREAM.INFO.${stream}`,
    `$JS.API.CONSUMER.INFO.${stream}.>`,
    `$JS.API.CONSUMER.MSG.NEXT.${stream}.>`,
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
