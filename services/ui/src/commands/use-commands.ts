import {
  COMMANDS,
  type CommandContext,
  type CommandOutcome,
  type Place,
  runCommand,
} from '@bakerst/commands';
import type { ConversationId } from '@bakerst/contracts';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useNavigate } from 'react-router';
import type { Choices } from '../chat/use-choices.ts';
import { useClient } from '../client.ts';
import { downloadText } from '../components/download.ts';
import { newKey } from '../components/new-key.ts';
import { wait } from '../live/wait.ts';

/** What a command has said; it is no part of the conversation. */
interface Note {
  readonly key: string;
  readonly text: string;
}

export interface Commands {
  readonly context: CommandContext;
  readonly notes: readonly Note[];
  run(line: string): Promise<CommandOutcome>;
  dismiss(key: string): void;
}

/** Slash commands as they are given on the page of a conversation. */
export function useCommands(id: ConversationId | undefined, choices: Choices): Commands {
  const client = useClient();
  const navigate = useNavigate();
  const [notes, setNotes] = useState<readonly Note[]>([]);
  const { chooseModel, choosePersona } = choices;
  // What was said about one conversation says nothing about the next.
  useEffect(() => setNotes([]), [id]);
  const context = useMemo<CommandContext>(
    () => ({
      client,
      conversationId: id,
      say: (text) => setNotes((all) => [...all, { key: newKey(), text }]),
      open: (place) => void navigate(toPath(place)),
      async choose(choice) {
        if (choice.kind === 'model') await chooseModel(choice.id ?? undefined);
        else await choosePersona(choice.name ?? undefined);
      },
      save: ({ name, text }) => downloadText(name, text),
      wait,
    }),
    [client, id, navigate, chooseModel, choosePersona],
  );
  const dismiss = useCallback(
    (key: string) => setNotes((all) => all.filter((note) => note.key !== key)),
    [],
  );
  return { context, notes, run: (line) => runCommand(context, line, COMMANDS), dismiss };
}

function toPath(place: Place): string {
  return place.kind === 'conversation' ? `/chat/${place.id}` : '/chat';
}
