import { type OrgId, type Tenant, UserId } from '@bakerst/contracts';
import type { ChannelView } from '@bakerst/contracts/channels';
import { AppError, type Clock, type Logger } from '@bakerst/kit';
import { OWNER } from '../principals/principal.ts';
import type { AccessRequestStore, IdentityStore, Speaker } from './ports.ts';

/** By what those who are not linked are let in. */
export interface AccessPolicy {
  readonly access: ChannelView['access'];
  /** Chats that are users of their own. */
  readonly allowedChats: ReadonlySet<string>;
}

export interface IdentifyDeps {
  readonly identities: Pick<IdentityStore, 'find' | 'claimOwner' | 'meet'>;
  readonly requests: Pick<AccessRequestStore, 'ask'>;
  readonly policy: AccessPolicy;
  readonly defaultOrg: OrgId;
  readonly noteRefusal: (speaker: Speaker) => void;
}

export interface FindSpeakerDeps extends Pick<IdentifyDeps, 'policy' | 'defaultOrg'> {
  readonly identities: Pick<IdentityStore, 'find'>;
}

/** For whom somebody on a channel speaks; undefined for a stranger. */
export function findSpeaker(
  deps: FindSpeakerDeps,
  { channel, sender, chat }: Speaker,
): Tenant | undefined {
  const linked = deps.identities.find(channel, sender.id);
  if (linked !== undefined || !deps.policy.allowedChats.has(chat.id)) return linked;
  return { org: deps.defaultOrg, user: UserId.parse(`${channel}-${chat.id}`) };
}

/** The same for whoever is certainly known. Throws AppError NOT_FOUND for a stranger. */
export function requireSpeaker(deps: FindSpeakerDeps, speaker: Speaker): Tenant {
  const tenant = findSpeaker(deps, speaker);
  if (tenant !== undefined) return tenant;
  throw new AppError('NOT_FOUND', 'this sender speaks for nobody', { reason: 'SENDER_NOT_KNOWN' });
}

/**
 * For whom somebody speaks who has just said something: that is a chat of the user's from then on. A stranger may be let
 * in by it, or asked to show a card.
 */
export async function identifySender(
  deps: IdentifyDeps,
  speaker: Speaker,
): Promise<Tenant | undefined> {
  const known = findSpeaker(deps, speaker);
  if (known !== undefined) {
    await deps.identities.meet(known, speaker);
    return known;
  }
  const tenant = speaker.chat.kind === 'direct' ? await meetStranger(deps, speaker) : undefined;
  if (tenant === undefined) deps.noteRefusal(speaker);
  return tenant;
}

async function meetStranger(deps: IdentifyDeps, speaker: Speaker): Promise<Tenant | undefined> {
  const { access } = deps.policy;
  switch (access) {
    case 'list':
      return undefined;
    case 'landlord':
      return await deps.identities.claimOwner(
        { org: deps.defaultOrg, user: UserId.parse(OWNER) },
        speaker,
      );
    case 'card':
      await deps.requests.ask(speaker);
      return undefined;
    default:
      return access satisfies never;
  }
}

const NOTE_EVERY_MS = 60 * 60_000;
/** More strangers than this in an hour are noted in the log no more. */
const MOST_NOTED = 1_000;

/** Notes in the log, once an hour for each, who was not let in. */
export function createRefusalLog(clock: Clock, log: Logger): (speaker: Speaker) => void {
  const noted = new Map<string, number>();
  return ({ channel, sender, chat }) => {
    const now = clock.now();
    for (const [key, at] of noted) if (now - at >= NOTE_EVERY_MS) noted.delete(key);
    const key = `${channel}/${sender.id}`;
    if (noted.has(key) || noted.size >= MOST_NOTED) return;
    noted.set(key, now);
    const who = { channel, senderId: sender.id, username: sender.username, chatId: chat.id };
    log.warn({ ...who, chatKind: chat.kind }, 'sender on a channel refused');
  };
}
