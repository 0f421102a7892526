import { type Client, createClient } from '@bakerst/client';
import { createContext, useContext } from 'react';

/** The brain that served the page; a cookie says who asks. */
export function createPageClient(): Client {
  return createClient({ baseUrl: globalThis.location.origin });
}

const ClientContext = createContext<Client | undefined>(undefined);
export const ClientProvider = ClientContext.Provider;

export function useClient(): Client {
  const client = useContext(ClientContext);
  if (client === undefined) throw new Error('there is no ClientProvider above');
  return client;
}
