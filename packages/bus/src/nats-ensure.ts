import { isDeepStrictEqual } from 'node:util';
import type { Logger } from '@bakerst/kit';
import {
  type ConsumerInfo,
  JetStreamApiCodes,
  JetStreamApiError,
  type StreamInfo,
} from '@nats-io/jetstream';
import type { NatsLink } from './nats-link.ts';
import {
  type NamedConsumer,
  type NamedStream,
  UNSET_CONSUMER,
  UNSET_STREAM,
} from './nats-stream-configs.ts';

/** What the server changes of nothing that is there. */
const FIXED: ReadonlySet<string> = new Set([
  'storage',
  'retention',
  'max_consumers',
  'deny_delete',
  'deny_purge',
  'ack_policy',
  'deliver_policy',
  'replay_policy',
  'max_waiting',
]);
/** Texts, numbers, claims and objects that say nothing are left out of the server's answers, or are there as this. */
const NOTHING: readonly unknown[] = [undefined, null, '', 0, false];

/** What the server answers when it has no room on its disk, in its memory or in its limits. */
const FULL: ReadonlySet<number> = new Set([10_023, 10_028, 10_047]);
const TEMPORARILY_UNAVAILABLE = 503;

interface EnsureDeps {
  readonly link: Pick<NatsLink, 'jsm'>;
  readonly log: Logger;
}

/** A sentence for whoever runs the system, when a part cannot be as it should. */
export type Problem = string;

export interface Ensured<Info> {
  /** Undefined when it could not be made. */
  readonly info: Info | undefined;
  readonly problem: Problem | undefined;
}

/** A stream, a consumer. */
interface Part<Info> {
  readonly name: string;
  readonly wanted: object;
  readonly remedy: string;
  readonly read: () => Promise<Info>;
  readonly add: () => Promise<Info>;
  readonly update: (changes: object) => Promise<Info>;
}

/** Makes the stream if it is missing and puts its settings right. Throws when the server does not answer. */
export async function ensureStream(
  { link, log }: EnsureDeps,
  config: NamedStream,
): Promise<Ensured<StreamInfo>> {
  const { name } = config;
  const { streams } = link.jsm;
  return await ensurePart(log, {
    name: `stream ${name}`,
    wanted: { ...UNSET_STREAM, ...config },
    remedy: `'nats stream rm ${name}' removes it, and it is made anew`,
    read: () => streams.info(name),
    add: () => streams.add(config),
    update: (changes) => streams.update(name, changes),
  });
}

/** The same for a consumer. */
export async function ensureConsumer(
  { link, log }: EnsureDeps,
  stream: string,
  config: NamedConsumer,
): Promise<Ensured<ConsumerInfo>> {
  const name = config.durable_name;
  const { consumers } = link.jsm;
  return await ensurePart(log, {
    name: `consumer ${name} of stream ${stream}`,
    wanted: { ...UNSET_CONSUMER, ...config },
    remedy: `'nats consumer rm ${stream} ${name}' removes it, and it is made anew`,
    read: () => consumers.info(stream, name),
    add: () => consumers.add(stream, config),
    update: (changes) => consumers.update(stream, name, changes),
  });
}

async function ensurePart<Info extends { readonly config: object }>(
  log: Logger,
  part: Part<Info>,
): Promise<Ensured<Info>> {
  let info: Info | undefined;
  let problem: Problem | undefined;
  try {
    info = await readIfThere(part.read);
    if (info === undefined) return { info: await part.add(), problem };
    const other = listOther(part.wanted, info.config);
    problem = describeFixed(part, other);
    const changes = other.filter(([field]) => !FIXED.has(field));
    if (changes.length === 0) return { info, problem };
    info = await part.update(Object.fromEntries(changes));
    log.warn({ part: part.name, fields: changes.map(([field]) => field) }, 'settings put right');
    return { info, problem };
  } catch (err) {
    // Anything else is a server that does not answer: nothing can be said of any part.
    if (!(err instanceof JetStreamApiError)) throw err;
    // What cannot be changed is most likely the cause.
    return { info, problem: problem ?? describeRefusal(part, err, info !== undefined) };
  }
}

/** To remove a part helps when it is there and does not take our settings, and at no other time. */
function describeRefusal(
  { name, remedy }: Pick<Part<unknown>, 'name' | 'remedy'>,
  { code, status, message }: JetStreamApiError,
  isThere: boolean,
): Problem {
  const refused = `${name} cannot be put right (${message})`;
  if (FULL.has(code)) return `${refused}: free some space`;
  return isThere && status !== TEMPORARILY_UNAVAILABLE ? `${refused}: ${remedy}` : refused;
}

async function readIfThere<Info>(read: () => Promise<Info>): Promise<Info | undefined> {
  try {
    return await read();
  } catch (err) {
    if (err instanceof JetStreamApiError && isMissing(err)) return undefined;
    throw err;
  }
}

function isMissing({ code }: JetStreamApiError): boolean {
  return code === JetStreamApiCodes.StreamNotFound || code === JetStreamApiCodes.ConsumerNotFound;
}

/** The settings that are not as wanted. */
function listOther(wanted: object, found: object): readonly (readonly [string, unknown])[] {
  const has = new Map<string, unknown>(Object.entries(found));
  return Object.entries(wanted).filter(([field, value]) => !isSame(value, has.get(field)));
}

function isSame(wanted: unknown, found: unknown): boolean {
  if (isNothing(wanted)) return isNothing(found);
  return isDeepStrictEqual(wanted, found);
}

function isNothing(value: unknown): boolean {
  return NOTHING.includes(value) || isDeepStrictEqual(value, {});
}

function describeFixed(
  { name, remedy }: Pick<Part<unknown>, 'name' | 'remedy'>,
  other: readonly (readonly [string, unknown])[],
): Problem | undefined {
  const fixed = other.filter(([field]) => FIXED.has(field));
  if (fixed.length === 0) return undefined;
  const list = fixed.map(([field, value]) => `${field} must be ${String(value)}`).join(', ');
  return `${name}: ${list}, which cannot be changed; ${remedy}`;
}
