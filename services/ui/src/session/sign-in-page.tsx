import type { SessionView } from '@bakerst/contracts';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useClient } from '../client.ts';
import { Button } from '../components/button.tsx';
import { Failure } from '../components/states.tsx';
import { texts } from '../texts/index.ts';

interface SignInPageProps {
  readonly problem: string | undefined;
  readonly onSignedIn: (session: SessionView) => void;
}

export function SignInPage({ problem, onSignedIn }: SignInPageProps) {
  const client = useClient();
  const [token, setToken] = useState('');
  const signIn = useMutation({
    mutationFn: () => client.signIn({ token: token.trim() }),
    onSuccess: onSignedIn,
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <main className="flex min-h-full items-center justify-center p-6">
      <form
        onSubmit={submit}
        className="w-full max-w-sm rounded-2xl border border-line bg-raised p-7 shadow-sm"
      >
        <img src="/icon.svg" alt="" className="mb-4 size-11" />
        <h1 className="text-xl font-semibold">{texts.session.title}</h1>
        <p className="mt-1 mb-5 text-sm text-soft">{texts.session.hint}</p>
        {problem !== undefined && (
          <p role="alert" className="mb-4 rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn">
            {problem}
          </p>
        )}
        <label className="block text-sm font-medium">
          {texts.session.token}
          <input
            type="password"
            autoComplete="current-password"
            required
            value={token}
            onChange={(event) => setToken(event.target.value)}
            className="mt-1 w-full rounded-lg border border-strong-line bg-ground px-3 py-2"
          />
        </label>
        {signIn.isError && <Failure error={signIn.error} />}
        <Button look="main" type="submit" disabled={signIn.isPending} className="mt-5 w-full">
          {signIn.isPending ? texts.session.signingIn : texts.session.signIn}
        </Button>
      </form>
    </main>
  );
}
