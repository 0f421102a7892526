import type { ConversationView } from '@bakerst/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useClient } from '../client.ts';
import { useConversationActions } from '../conversations/use-conversations.ts';
import { keys } from '../live/query-keys.ts';

/** Who answers: undefined is whoever answers by default. */
export interface Choices {
  readonly model: string | undefined;
  readonly persona: string | undefined;
  /** Resolve once it is stored. */
  readonly chooseModel: (model: string | undefined) => Promise<void>;
  readonly choosePersona: (persona: string | undefined) => Promise<void>;
}

/** What is chosen for a conversation; for one that has not begun it is kept until its first message. */
export function useChoices(conversation: ConversationView | undefined): Choices {
  const [model, setModel] = useState<string>();
  const [persona, setPersona] = useState<string>();
  const { change } = useConversationActions(conversation?.id);
  if (conversation === undefined)
    return {
      model,
      persona,
      chooseModel: async (chosen) => setModel(chosen),
      choosePersona: async (chosen) => setPersona(chosen),
    };
  return {
    model: conversation.model ?? undefined,
    persona: conversation.persona ?? undefined,
    async chooseModel(chosen) {
      await change.mutateAsync({ model: chosen ?? null });
    },
    async choosePersona(chosen) {
      await change.mutateAsync({ persona: chosen ?? null });
    },
  };
}

export function usePersonas() {
  const client = useClient();
  return useQuery({ queryKey: [...keys.model, 'personas'], queryFn: () => client.listPersonas() });
}

export function useModels() {
  const client = useClient();
  return useQuery({ queryKey: [...keys.model, 'models'], queryFn: () => client.listModels() });
}
