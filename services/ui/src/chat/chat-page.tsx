import { ApiError } from '@bakerst/client';
import { ConversationId } from '@bakerst/contracts';
import { useCallback } from 'react';
import { useParams } from 'react-router';
import { CommandNotes } from '../commands/command-notes.tsx';
import { useCommands } from '../commands/use-commands.ts';
import { Empty, Failure, Loading } from '../components/states.tsx';
import { texts } from '../texts/index.ts';
import { ChatHeader } from './chat-header.tsx';
import { Composer } from './composer.tsx';
import { DropZone } from './drop-zone.tsx';
import { useOutgoing } from './sender-provider.tsx';
import { ThreadActionsProvider, useStableActions } from './thread-actions.tsx';
import { ThreadView } from './thread-view.tsx';
import { useBusyRun } from './use-busy-run.ts';
import { useChoices } from './use-choices.ts';
import { useConversation } from './use-conversation.ts';
import { useSay } from './use-say.ts';
import { useShown } from './use-shown.ts';
import { useThread } from './use-thread.ts';
import { useWriting } from './use-writing.ts';
import { Welcome } from './welcome.tsx';

/** `/chat/:id?`: a conversation, or the beginning of one. */
export function ChatPage() {
  const { id } = useParams();
  const known = ConversationId.safeParse(id);
  if (id !== undefined && !known.success) return <Empty>{texts.chat.gone}</Empty>;
  return <Chat id={known.data} />;
}

function Chat({ id }: { readonly id: ConversationId | undefined }) {
  const thread = useThread(id);
  const conversation = useConversation(id);
  const choices = useChoices(conversation.data);
  const outgoing = useShown(id, { outgoing: useOutgoing(), runIds: thread.runIds });
  const { say, actions } = useSay(id, { choices, outgoing });
  const { isBusy, stop } = useBusyRun();
  const commands = useCommands(id, choices);
  const { field, giveBack } = useWriting(id, { say, commands, isBusy });
  const threadActions = useStableActions({ ...actions, giveBack });
  return (
    <ThreadActionsProvider value={threadActions}>
      <DropZone onFiles={field.uploads.add}>
        <ChatHeader id={id} conversation={conversation.data} choices={choices} />
        <Body
          id={id}
          thread={thread}
          outgoing={outgoing}
          onTry={(message) => void say({ text: message })}
        />
        <p role="status" className="sr-only">
          {isBusy && texts.chat.writing}
          {!isBusy && thread.entries.length > 0 && texts.chat.answered}
        </p>
        <CommandNotes notes={commands.notes} dismiss={commands.dismiss} />
        <Composer {...field} context={commands.context} onStop={stop} />
      </DropZone>
    </ThreadActionsProvider>
  );
}

interface BodyProps {
  readonly id: ConversationId | undefined;
  readonly thread: ReturnType<typeof useThread>;
  readonly outgoing: ReturnType<typeof useOutgoing>;
  readonly onTry: (message: string) => void;
}

function Body({ id, thread, outgoing, onTry }: BodyProps) {
  const { entries, hasNextPage, isFetchingNextPage, fetchNextPage } = thread;
  const loadOlder = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  if (outgoing.length === 0 && entries.length === 0)
    return (
      <div className="min-h-0 grow overflow-y-auto">
        {id === undefined ? <Welcome onTry={onTry} /> : <Nothing thread={thread} />}
      </div>
    );
  return (
    <ThreadView
      id={id ?? 'new'}
      entries={entries}
      outgoing={outgoing}
      onOlder={hasNextPage && !isFetchingNextPage ? loadOlder : undefined}
    />
  );
}

/** Why there is nothing to be seen of a conversation. */
function Nothing({ thread }: Pick<BodyProps, 'thread'>) {
  if (thread.isPending) return <Loading />;
  if (!thread.isError) return <Empty>{texts.chat.empty}</Empty>;
  if (thread.error instanceof ApiError && thread.error.status === 404)
    return <Empty>{texts.chat.gone}</Empty>;
  return <Failure error={thread.error} onRetry={() => void thread.refetch()} />;
}
