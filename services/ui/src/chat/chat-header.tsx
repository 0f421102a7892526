import type { ConversationId, ConversationView } from '@bakerst/contracts';
import { useEffect } from 'react';
import { Button } from '../components/button.tsx';
import { Choice } from '../components/choice.tsx';
import { useFailureNotice } from '../components/notice.tsx';
import { toWords } from '../components/states.tsx';
import { ConversationMenu } from '../conversations/conversation-menu.tsx';
import { texts } from '../texts/index.ts';
import { type Choices, useModels, usePersonas } from './use-choices.ts';

interface ChatHeaderProps {
  readonly id: ConversationId | undefined;
  readonly conversation: ConversationView | undefined;
  readonly choices: Choices;
}

export function ChatHeader({ id, conversation, choices }: ChatHeaderProps) {
  const title =
    id === undefined ? texts.nav.newChat : (conversation?.title ?? texts.conversations.untitled);
  useEffect(() => {
    document.title = id === undefined ? texts.name : `${title} · ${texts.name}`;
  }, [id, title]);
  return (
    <header className="flex min-h-12 items-center gap-x-3 border-b border-line px-4 py-1">
      <h1
        dir="auto"
        className={
          id === undefined
            ? 'min-w-0 grow truncate text-sm text-soft'
            : 'min-w-0 grow truncate text-sm font-medium'
        }
      >
        {title}
      </h1>
      <Choosers choices={choices} />
      {conversation !== undefined && <ConversationMenu conversation={conversation} />}
    </header>
  );
}

function Choosers({ choices }: { readonly choices: Choices }) {
  const personas = usePersonas();
  const models = useModels();
  const onError = useFailureNotice();
  const lost = [personas, models].filter(({ isError, data }) => isError && data === undefined);
  const [error] = lost.map((query) => query.error);
  return (
    <>
      {error !== undefined && (
        <Lost error={error} onRetry={() => void Promise.all(lost.map((one) => one.refetch()))} />
      )}
      {personas.data !== undefined && personas.data.data.length > 0 && (
        <Choice
          label={texts.chat.persona}
          value={choices.persona}
          any={texts.chat.standard}
          options={personas.data.data.map(({ name }) => [name, name])}
          onChange={(name) => void choices.choosePersona(name).catch(onError)}
        />
      )}
      {models.data !== undefined && !models.data.offline && (
        <Choice
          label={texts.chat.model}
          value={choices.model}
          any={models.data.data.find((model) => model.is_default)?.name ?? texts.chat.standard}
          options={models.data.data
            .filter((model) => !model.is_default)
            .map(({ id, name }) => [id, name])}
          onChange={(model) => void choices.chooseModel(model).catch(onError)}
        />
      )}
    </>
  );
}

interface LostProps {
  readonly error: unknown;
  readonly onRetry: () => void;
}

/** Stands where one could choose. */
function Lost({ error, onRetry }: LostProps) {
  return (
    <p role="alert" className="flex min-w-0 items-center gap-1 text-sm text-bad">
      <span className="truncate" title={toWords(error)}>
        {texts.chat.noChoices(toWords(error))}
      </span>
      <Button look="quiet" onClick={onRetry}>
        {texts.retry}
      </Button>
    </p>
  );
}
