import type { AttachmentId, ConversationId } from '@bakerst/contracts';
import { useNavigate } from 'react-router';
import { useClient } from '../client.ts';
import { newKey } from '../components/new-key.ts';
import type { Sent } from '../live/run-streams.ts';
import { toBeginKey, type Unsent } from './outbox.ts';
import type { Outgoing } from './sender.ts';
import { useSender } from './sender-provider.tsx';
import type { ThreadActions } from './thread-actions.tsx';
import type { Choices } from './use-choices.ts';

interface Said {
  readonly text: string;
  readonly attachments?: readonly AttachmentId[];
  readonly onBusy?: Unsent['onBusy'];
  /** Another conversation than the one that is open. */
  readonly to?: ConversationId;
}

/** Resolves once it is stored, or refused: the message itself shows why. */
export type Say = (said: Said) => Promise<Sent | undefined>;

interface SayDeps {
  readonly choices: Pick<Choices, 'model' | 'persona'>;
  /** What is on its way from this page. */
  readonly outgoing: readonly Outgoing[];
}

/** Ways to say something in a conversation. */
export function useSay(
  id: ConversationId | undefined,
  { choices: { model, persona }, outgoing }: SayDeps,
) {
  const client = useClient();
  const sender = useSender();
  const navigate = useNavigate();
  const say: Say = ({ text, attachments = [], onBusy = 'queue', to }) => {
    const conversationId = to ?? id ?? null;
    const beginKey = conversationId === null ? toBeginKey(outgoing) : undefined;
    return sender
      .send({
        key: newKey(),
        conversationId,
        message: text,
        attachments: [...attachments],
        onBusy,
        at: Date.now(),
        // A conversation knows what was chosen for it.
        ...(conversationId === null && { model, persona }),
        ...(beginKey !== undefined && { beginKey }),
      })
      .catch(() => undefined);
  };
  const actions: Omit<ThreadActions, 'giveBack'> = {
    async retry({ question }) {
      if (question === undefined) return;
      await say({ text: question.text, attachments: question.attachments.map((one) => one.id) });
    },
    async fork({ seq, attachments }, text) {
      if (id === undefined || seq === undefined) return;
      const { id: to } = await client.forkConversation(id, { before_seq: seq });
      void navigate(`/chat/${to}`);
      void say({ text, attachments: attachments.map((one) => one.id), to });
    },
  };
  return { say, actions };
}
