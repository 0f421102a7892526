import type { FoundMessage } from '@bakerst/contracts';
import { type ReactNode, useState } from 'react';
import { Link, Navigate, useParams } from 'react-router';
import { Button } from '../components/button.tsx';
import { formatShortTime } from '../components/format.ts';
import { PageFrame } from '../components/page-frame.tsx';
import { PagedList } from '../components/paged-list.tsx';
import { useSettled } from '../components/use-settled.ts';
import { texts } from '../texts/index.ts';
import { ConversationMenu } from './conversation-menu.tsx';
import {
  type Conversation,
  type ConversationFilter,
  useConversations,
  useFoundMessages,
} from './use-conversations.ts';

const VIEWS = {
  all: { archived: false },
  pinned: { pinned: true },
  archived: { archived: true },
  deleted: { deleted: true },
} as const satisfies Readonly<Record<string, ConversationFilter>>;
type View = keyof typeof VIEWS;
const VIEW_NAMES = ['all', 'pinned', 'archived', 'deleted'] as const satisfies readonly View[];

/** `/conversations/:id?`: all of them, and a search in what was said; an id leads to its chat. */
export function ConversationsPage() {
  const { id } = useParams();
  const [words, setWords] = useState('');
  const [view, setView] = useState<View>('all');
  const searched = useSettled(words.trim());
  if (id !== undefined) return <Navigate to={`/chat/${id}`} replace />;
  return (
    <PageFrame title={texts.conversations.title} actions={<Views view={view} onView={setView} />}>
      <div className="mx-auto flex h-full max-w-3xl flex-col p-4">
        <input
          type="search"
          aria-label={texts.conversations.search}
          placeholder={texts.conversations.search}
          value={words}
          maxLength={200}
          onChange={(event) => setWords(event.target.value)}
          className="w-full rounded-xl border border-strong-line bg-raised px-4 py-2.5"
        />
        <div className="mt-3 min-h-0 grow overflow-y-auto">
          {searched === '' ? <List view={view} /> : <Found words={searched} />}
        </div>
      </div>
    </PageFrame>
  );
}

interface ViewsProps {
  readonly view: View;
  readonly onView: (view: View) => void;
}

function Views({ view, onView }: ViewsProps) {
  return (
    <fieldset aria-label={texts.conversations.list} className="flex gap-1">
      {VIEW_NAMES.map((name) => (
        <Button
          key={name}
          look={name === view ? 'plain' : 'quiet'}
          aria-pressed={name === view}
          onClick={() => onView(name)}
        >
          {texts.conversations[name]}
        </Button>
      ))}
    </fieldset>
  );
}

function List({ view }: { readonly view: View }) {
  return (
    <PagedList
      list={useConversations(VIEWS[view])}
      none={view === 'all' ? texts.conversations.none : texts.nothingFound}
    >
      {(conversation) => <Row key={conversation.id} conversation={conversation} />}
    </PagedList>
  );
}

function Row({ conversation }: { readonly conversation: Conversation }) {
  const { id, title, message_count: count, updated_at: at, deleted_at: deletedAt } = conversation;
  const words = (
    <>
      <span dir="auto" className="block truncate font-medium">
        {title ?? texts.conversations.untitled}
      </span>
      <span className="text-xs text-soft">
        {texts.conversations.messages(count)} · <time dateTime={at}>{formatShortTime(at)}</time>
      </span>
    </>
  );
  return (
    <li className="flex items-center gap-2">
      {deletedAt === null ? (
        <Link to={`/chat/${id}`} className="min-w-0 grow rounded-lg px-3 py-2.5 hover:bg-sunken">
          {words}
        </Link>
      ) : (
        <div className="min-w-0 grow px-3 py-2.5">{words}</div>
      )}
      <ConversationMenu conversation={conversation} />
    </li>
  );
}

function Found({ words }: { readonly words: string }) {
  return (
    <section aria-label={texts.conversations.found}>
      <PagedList list={useFoundMessages(words)} none={texts.nothingFound}>
        {(message) => (
          <FoundRow key={`${message.conversation_id}-${message.seq}`} message={message} />
        )}
      </PagedList>
    </section>
  );
}

function FoundRow({ message }: { readonly message: FoundMessage }) {
  const { conversation_id: id, title, seq, created_at: at } = message;
  return (
    <li>
      <Link
        to={`/chat/${id}?message=${seq}`}
        className="block rounded-lg px-3 py-2.5 hover:bg-sunken"
      >
        <span className="flex gap-2 text-xs text-soft">
          <span dir="auto" className="grow truncate">
            {title ?? texts.conversations.untitled}
          </span>
          <time dateTime={at}>{formatShortTime(at)}</time>
        </span>
        <span dir="auto" className="mt-0.5 block text-sm wrap-anywhere">
          {toMarked(message)}
        </span>
      </Link>
    </li>
  );
}

function toMarked({ snippet, marks }: FoundMessage): readonly ReactNode[] {
  let end = 0;
  const nodes: ReactNode[] = [];
  for (const [from, to] of marks) {
    nodes.push(snippet.slice(end, from));
    nodes.push(
      <mark key={from} className="rounded bg-accent-soft text-ink">
        {snippet.slice(from, to)}
      </mark>,
    );
    end = to;
  }
  nodes.push(snippet.slice(end));
  return nodes;
}
