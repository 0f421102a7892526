import { COMMANDS, parseCommand } from '@bakerst/commands';
import type { ConversationId } from '@bakerst/contracts';
import { useClient } from '../client.ts';
import type { Commands } from '../commands/use-commands.ts';
import { useFailureNotice } from '../components/notice.tsx';
import type { OnBusyChoice } from './busy-choice.tsx';
import { NEW } from './drafts.ts';
import { useDraft, useDrafts } from './drafts-provider.tsx';
import type { ThreadActions } from './thread-actions.tsx';
import { useAttachments } from './use-attachments.ts';
import type { Say } from './use-say.ts';

interface WritingDeps {
  readonly say: Say;
  readonly commands: Pick<Commands, 'run'>;
  /** A run of the user is on. */
  readonly isBusy: boolean;
}

/** What is being written in a conversation, and where it goes: to the brain, or to a command. */
export function useWriting(id: ConversationId | undefined, { say, commands, isBusy }: WritingDeps) {
  const place = id ?? NEW;
  const drafts = useDrafts();
  const { text, onBusy } = useDraft(place);
  const uploads = useAttachments(place);
  const giveBack = useGiveBack(place);
  const onText = (next: string): void => drafts.change(place, { text: next });
  const sayIt = (): void => {
    const attachments = uploads.uploads.flatMap((upload) => upload.id ?? []);
    void say({ text, attachments, onBusy: isBusy ? onBusy : 'queue' });
    drafts.change(place, { text: '', uploads: [] });
  };
  const command = async (line: string): Promise<void> => {
    onText('');
    let isDone = false;
    try {
      isDone = (await commands.run(line)) === 'done';
    } finally {
      if (!isDone) giveBack(line);
    }
  };
  const onSend = (): void => {
    if (text.trim() === '') return;
    if (parseCommand(text, COMMANDS) !== undefined) void command(text);
    else if (!uploads.isUploading && !uploads.hasFailed) sayIt();
  };
  const onOnBusy = (choice: OnBusyChoice): void => drafts.change(place, { onBusy: choice });
  return { giveBack, field: { place, text, onText, uploads, onBusy, onOnBusy, onSend, isBusy } };
}

function useGiveBack(place: string): ThreadActions['giveBack'] {
  const client = useClient();
  const drafts = useDrafts();
  const onError = useFailureNotice();
  return (text, attachments = []) => {
    drafts.add(place, { text });
    for (const id of attachments)
      client
        .getAttachment(id)
        .then(
          ({ id: known, name, size }) =>
            drafts.add(place, { uploads: [{ key: known, id: known, name, size }] }),
          onError,
        );
  };
}
