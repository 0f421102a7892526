import { Pin } from 'lucide-react';
import { NavLink } from 'react-router';
import { MoreButton } from '../components/paged-list.tsx';
import { Failure, Loading } from '../components/states.tsx';
import { texts } from '../texts/index.ts';
import { ConversationMenu } from './conversation-menu.tsx';
import { type Conversation, useConversations } from './use-conversations.ts';

/** The conversations beside every page. */
export function ConversationList() {
  const pinned = useConversations({ pinned: true, archived: false });
  const recent = useConversations({ pinned: false, archived: false });
  if (recent.isPending) return <Loading />;
  if (recent.isError) return <Failure error={recent.error} onRetry={() => void recent.refetch()} />;
  return (
    <>
      <Group name={texts.conversations.pinned} conversations={pinned.all} />
      <Group name={texts.conversations.recent} conversations={recent.all} />
      {recent.all.length === 0 && pinned.all.length === 0 && (
        <p className="px-2.5 py-2 text-sm text-soft">{texts.conversations.none}</p>
      )}
      <MoreButton list={recent} />
    </>
  );
}

interface GroupProps {
  readonly name: string;
  readonly conversations: readonly Conversation[];
}

function Group({ name, conversations }: GroupProps) {
  if (conversations.length === 0) return null;
  return (
    <section aria-label={name} className="mb-3">
      <h2 className="px-2.5 py-1 text-xs font-medium text-soft">{name}</h2>
      <ul className="flex flex-col gap-px">
        {conversations.map((conversation) => (
          <Row key={conversation.id} conversation={conversation} />
        ))}
      </ul>
    </section>
  );
}

function Row({ conversation }: { readonly conversation: Conversation }) {
  const { id, title, pinned } = conversation;
  return (
    <li className="group relative">
      <NavLink
        to={`/chat/${id}`}
        className={({ isActive }) =>
          `flex min-h-9 items-center gap-2 rounded-lg ps-2.5 pe-9 text-sm transition-colors hover:bg-line/60 ${isActive ? 'bg-line/80 font-medium' : ''}`
        }
      >
        {pinned && <Pin size={12} aria-hidden className="shrink-0 text-soft" />}
        <span dir="auto" className="truncate">
          {title ?? texts.conversations.untitled}
        </span>
      </NavLink>
      <div className="absolute inset-y-0 end-0.5 flex items-center opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 has-data-popup-open:opacity-100 pointer-coarse:opacity-100">
        <ConversationMenu conversation={conversation} />
      </div>
    </li>
  );
}
