import { type FormEvent, useState } from 'react';
import { Button } from '../components/button.tsx';
import { Failure } from '../components/states.tsx';
import { TextField } from '../components/text-field.tsx';
import { texts } from '../texts/index.ts';
import { readUser, toOwnUser } from './people.ts';
import { type AccessRequest, useDecision } from './use-channels.ts';

const words = texts.channels;
const USER_MAX_CHARS = 128;

/** What becomes of a stranger who asks to be let in. */
export function DecisionForm({ request }: { readonly request: AccessRequest }) {
  const [text, setText] = useState(toOwnUser(request));
  const [problem, setProblem] = useState<string>();
  const { decide, isPending, error } = useDecision(request);
  const letIn = (event: FormEvent): void => {
    event.preventDefault();
    const { user, problem: wrong } = readUser(text);
    setProblem(wrong);
    if (user !== undefined) decide({ decision: 'allow', user_id: user });
  };
  return (
    <form noValidate onSubmit={letIn} className="mt-2 flex flex-wrap items-end gap-2">
      <div className="min-w-48 grow basis-full md:basis-0">
        <TextField
          label={words.user}
          value={text}
          onChange={(typed) => {
            setText(typed);
            setProblem(undefined);
          }}
          maxLength={USER_MAX_CHARS}
          problem={problem}
        />
      </div>
      <Button look="main" type="submit" disabled={isPending}>
        {words.letIn}
      </Button>
      <Button disabled={isPending} onClick={() => decide({ decision: 'block' })}>
        {words.block}
      </Button>
      <Button look="quiet" disabled={isPending} onClick={() => decide({ decision: 'dismiss' })}>
        {words.forget}
      </Button>
      {error !== null && <Failure error={error} />}
    </form>
  );
}
