import type { ConversationId, ConversationView } from '@bakerst/contracts';
import { useEffect } from 'react';
import { ConversationMenu } from '../conversations/conversation-menu.tsx';
import { texts } from '../texts/index.ts';
import type { Choices } from './use-say.ts';

interface ChatHeaderProps {
  readonly id: ConversationId | undefined;
  readonly conversation: ConversationView | undefined;
  readonly choices: Choices;
}

export function ChatHeader({ id, conversation }: ChatHeaderProps) {
  const title = conversation?.title ?? texts.conversations.untitled;
  useEffect(() => {
    document.title = id === undefined ? texts.name : `${title} · ${texts.name}`;
  }, [id, title]);
  if (id === undefined || conversation === undefined)
    return <h1 className="sr-only">{texts.nav.newChat}</h1>;
  return (
    <header className="flex min-h-12 items-center gap-2 border-b border-line px-4">
      <h1 dir="auto" className="grow truncate text-sm font-medium">
        {title}
      </h1>
      <ConversationMenu conversation={conversation} />
    </header>
  );
}
