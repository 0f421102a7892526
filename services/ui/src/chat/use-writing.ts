import { COMMANDS, parseCommand } from '@bakerst/commands';
import type { ConversationId } from '@bakerst/contracts';
import { useState } from 'react';
import type { Commands } from '../commands/use-commands.ts';
import type { OnBusyChoice } from './busy-choice.tsx';
import { useAttachments } from './use-attachments.ts';
import { useDraft } from './use-draft.ts';
import type { Say } from './use-say.ts';

interface WritingDeps {
  readonly say: Say;
  readonly commands: Pick<Commands, 'run'>;
  /** A run of the user is on. */
  readonly isBusy: boolean;
}

/** What is being written in a conversation, and where it goes: to the brain, or to a command. */
export function useWriting(id: ConversationId | undefined, { say, commands, isBusy }: WritingDeps) {
  const [text, onText] = useDraft(id ?? 'new');
  const uploads = useAttachments();
  const [onBusy, onOnBusy] = useState<OnBusyChoice>('queue');
  const sayIt = (): void => {
    const attachments = uploads.uploads.flatMap((upload) => upload.id ?? []);
    void say({ text, attachments, onBusy: isBusy ? onBusy : 'queue' });
    uploads.clear();
  };
  const onSend = (): void => {
    if (text.trim() === '' || uploads.isUploading) return;
    if (parseCommand(text, COMMANDS) === undefined) sayIt();
    else void commands.run(text);
    onText('');
  };
  const giveBack = (given: string): void =>
    onText(text.trim() === '' ? given : `${text}\n\n${given}`);
  return { giveBack, field: { text, onText, uploads, onBusy, onOnBusy, onSend, isBusy } };
}
