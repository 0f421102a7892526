import { type Brain, insistOnMessage } from '../brain.ts';
import type { ReceivedMessage } from '../channel.ts';
import { type TellDeps, whileThereIsRoom } from './tell.ts';

interface KnownDeps extends TellDeps {
  readonly brain: Pick<Brain, 'createDelivery' | 'identifySender'>;
}

/** Whether whoever said something speaks for a user. Throws NoRoom. */
export async function isKnown(
  deps: KnownDeps,
  { sender, chat }: ReceivedMessage,
): Promise<boolean> {
  const { brain, channel, stopping } = deps;
  const ask = () => brain.identifySender(channel.name, { sender, chat });
  const { status } = await insistOnMessage(deps, whileThereIsRoom(ask), stopping);
  return status === 'known';
}
