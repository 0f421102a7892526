import { type FormEvent, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { useClient } from '../client.ts';
import { ActionMenu } from '../components/action-menu.tsx';
import type { MenuAction } from '../components/action-menu-popup.tsx';
import { Button } from '../components/button.tsx';
import { downloadText } from '../components/download.ts';
import { Modal } from '../components/modal.tsx';
import { useFailureNotice, useNotice } from '../components/notice.tsx';
import { toWords } from '../components/states.tsx';
import { texts } from '../texts/index.ts';
import { type Conversation, useConversationActions } from './use-conversations.ts';

export function ConversationMenu({ conversation }: { readonly conversation: Conversation }) {
  const [isRenaming, setRenaming] = useState(false);
  const actions = useActions(conversation, () => setRenaming(true));
  const title = conversation.title ?? texts.conversations.untitled;
  return (
    <>
      <ActionMenu label={texts.conversations.actions(title)} actions={actions} />
      {isRenaming && <Rename conversation={conversation} onClose={() => setRenaming(false)} />}
    </>
  );
}

function useActions(conversation: Conversation, onRename: () => void): readonly MenuAction[] {
  const { id, pinned, archived, title, deleted_at: deletedAt } = conversation;
  const { change, remove, restore } = useConversationActions(id);
  const notify = useNotice();
  const client = useClient();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const words = texts.conversations;
  const onError = useFailureNotice();
  const exportIt = async (): Promise<void> => {
    try {
      downloadText(`${title ?? words.untitled}.md`, await client.exportConversation(id));
    } catch (err) {
      onError(err);
    }
  };
  const removeIt = (): void => {
    remove.mutate(undefined, {
      onError,
      onSuccess() {
        const undo = (): void => void restore.mutateAsync().catch(onError);
        notify({ text: words.wasDeleted(title ?? words.untitled), onUndo: undo });
        if (pathname === `/chat/${id}`) void navigate('/chat');
      },
    });
  };
  if (deletedAt !== null)
    return [{ name: words.restore, onSelect: () => restore.mutate(undefined, { onError }) }];
  return [
    { name: words.rename, onSelect: onRename },
    {
      name: pinned ? words.unpin : words.pin,
      onSelect: () => change.mutate({ pinned: !pinned }, { onError }),
    },
    {
      name: archived ? words.unarchive : words.archive,
      onSelect: () => change.mutate({ archived: !archived }, { onError }),
    },
    { name: words.export, onSelect: () => void exportIt() },
    { name: texts.delete, onSelect: removeIt, isBad: true },
  ];
}

interface RenameProps {
  readonly conversation: Conversation;
  readonly onClose: () => void;
}

function Rename({ conversation: { id, title }, onClose }: RenameProps) {
  const [name, setName] = useState(title ?? '');
  const { change } = useConversationActions(id);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    // An empty title is made anew from what is said.
    change.mutate({ title: name.trim() === '' ? null : name }, { onSuccess: onClose });
  };
  return (
    <Modal title={texts.conversations.rename} onClose={onClose}>
      <form onSubmit={submit}>
        <input
          aria-label={texts.conversations.titleOf}
          value={name}
          maxLength={200}
          dir="auto"
          onChange={(event) => setName(event.target.value)}
          className="w-full rounded-lg border border-strong-line bg-ground px-3 py-2"
        />
        {change.isError && (
          <p role="alert" className="mt-2 text-sm text-bad">
            {toWords(change.error)}
          </p>
        )}
        <div className="mt-4 flex justify-end gap-2">
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button look="main" type="submit" disabled={change.isPending}>
            {texts.save}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
