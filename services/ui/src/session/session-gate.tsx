import { ApiError, type Client } from '@bakerst/client';
import type { SessionView } from '@bakerst/contracts';
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { useClient } from '../client.ts';
import { Failure, Loading } from '../components/states.tsx';
import { texts } from '../texts/index.ts';
import { SignInPage } from './sign-in-page.tsx';

const SESSION = ['session'] as const;
const SessionContext = createContext<SessionView | undefined>(undefined);

export function useSession(): SessionView {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('nobody is signed in here');
  return session;
}

/** Shows what is inside to those who are signed in, and a way to sign in to everybody else. */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const code = useLinkCode();
  const client = useClient();
  const queries = useQueryClient();
  const session = useQuery({
    queryKey: SESSION,
    staleTime: Number.POSITIVE_INFINITY,
    async queryFn() {
      const entered = await enter(client, code);
      forgetAnswers(queries);
      return entered;
    },
  });
  useEffect(() => watchRefusals(queries), [queries]);
  if (session.data !== undefined)
    return <SessionContext value={session.data}>{children}</SessionContext>;
  if (session.isPending)
    return <Loading label={code === undefined ? texts.loading : texts.session.signingIn} />;
  if (!isSignedOut(session.error))
    return <Failure error={session.error} onRetry={() => void session.refetch()} />;
  return (
    <SignInPage
      problem={code === undefined ? undefined : texts.session.expired}
      onSignedIn={(signedIn) => {
        forgetAnswers(queries);
        queries.setQueryData(SESSION, signedIn);
      }}
    />
  );
}

/** By the link, if there is one; whoever is signed in already needs none. */
async function enter(client: Client, code: string | undefined): Promise<SessionView> {
  if (code === undefined) return await client.getSession();
  try {
    return await client.signIn({ code });
  } catch (err) {
    if (!isSignedOut(err)) throw err;
    return await client.getSession();
  }
}

/** What another user was told is nothing to this one. */
function forgetAnswers(queries: QueryClient): void {
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION[0] });
}

/** Taken out of the address at once: it must not stay in the history. */
let linkCode: string | undefined;

function useLinkCode(): string | undefined {
  const { pathname, hash } = useLocation();
  const navigate = useNavigate();
  if (pathname === '/sign-in' && hash.length > 1) linkCode = hash.slice(1);
  useEffect(() => {
    if (pathname === '/sign-in' && hash.length > 1) void navigate('/chat', { replace: true });
  }, [pathname, hash, navigate]);
  return linkCode;
}

export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}

/** Leads to the way to sign in if a refusal shows that the session has ended; does nothing for other errors. */
export function endSession(queries: QueryClient, error: unknown): void {
  if (!isSignedOut(error)) return;
  linkCode = undefined;
  if (queries.getQueryData(SESSION) !== undefined) void queries.resetQueries({ queryKey: SESSION });
}

/** A session that has ended shows by any refusal. */
function watchRefusals(queries: QueryClient): () => void {
  const stopQueries = queries.getQueryCache().subscribe(({ query, type }) => {
    if (type === 'updated' && query.queryKey[0] !== SESSION[0])
      endSession(queries, query.state.error);
  });
  const stopMutations = queries.getMutationCache().subscribe(({ mutation }) => {
    endSession(queries, mutation?.state.error);
  });
  return () => {
    stopQueries();
    stopMutations();
  };
}
