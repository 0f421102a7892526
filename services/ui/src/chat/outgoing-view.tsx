import { Button } from '../components/button.tsx';
import { toWords } from '../components/states.tsx';
import { isRateLimit } from '../live/until-it-passes.ts';
import { texts } from '../texts/index.ts';
import type { Outgoing } from './sender.ts';
import { useSender } from './sender-provider.tsx';
import { useThreadActions } from './thread-actions.tsx';

/** A message that the conversation itself does not show yet. */
export function OutgoingView({
  outgoing: { unsent, state, error },
}: {
  readonly outgoing: Outgoing;
}) {
  const sender = useSender();
  const { giveBack } = useThreadActions();
  const takeBack = (): void => {
    sender.drop(unsent.key);
    giveBack(unsent.message, unsent.attachments);
  };
  return (
    <article className="flex flex-col items-end gap-1 py-3">
      <p
        dir="auto"
        className={`max-w-[85%] rounded-2xl rounded-ee-md bg-accent-soft px-4 py-2.5 whitespace-pre-wrap wrap-anywhere ${state === 'sending' ? '' : 'opacity-80'}`}
      >
        {unsent.message}
      </p>
      {state === 'waiting' && (
        <p role="status" className="text-sm text-warn">
          {isRateLimit(error) ? texts.chat.tooMuch : texts.chat.waitingToSend}
        </p>
      )}
      {state === 'refused' && (
        <p role="alert" className="flex flex-wrap items-center justify-end gap-2 text-sm text-bad">
          {texts.chat.notSent} {error === undefined ? texts.chat.notInTime : toWords(error)}
          <Button onClick={() => sender.again(unsent.key)}>{texts.retry}</Button>
          <Button look="quiet" onClick={takeBack}>
            {texts.chat.takeBack}
          </Button>
        </p>
      )}
    </article>
  );
}
