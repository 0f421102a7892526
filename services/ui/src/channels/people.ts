import { UserId } from '@bakerst/contracts';
import type { AccessRequestView, ChannelView, IdentityView } from '@bakerst/contracts/channels';

export type Person = Pick<IdentityView | AccessRequestView, 'id' | 'name' | 'username'>;

/** What somebody on a channel is called; their name may be empty. */
export function toName({ id, name, username }: Person): string {
  if (name.trim() !== '') return name;
  return username === null ? id : `@${username}`;
}

/** Some gateway serves the channel, or has done so. */
export function isSetUp({ bot, is_connected: isConnected }: ChannelView): boolean {
  return isConnected || bot !== null;
}

/** Whoever is let in is a user of their own, unless an administrator knows better. */
export function toOwnUser({ channel, id }: Pick<AccessRequestView, 'channel' | 'id'>): string {
  return `${channel}-${id}`;
}

/** The user that was written, or what is wrong with it. */
export function readUser(text: string) {
  const { data, error } = UserId.safeParse(text.trim());
  return { user: data, problem: error?.issues[0]?.message };
}
