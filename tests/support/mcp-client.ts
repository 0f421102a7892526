import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

export interface DirectClient extends AsyncDisposable {
  readonly client: Client;
  /** Calls a tool about tea. */
  call(tool: string): Promise<unknown>;
}

/** The client of the protocol's own SDK, connected to a server over Streamable HTTP. */
export async function callDirectly(url: string, token?: string): Promise<DirectClient> {
  const client = new Client({ name: 'direct', version: '1.0.0' });
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  await client.connect(
    new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }),
  );
  return {
    client,
    call: (name) => client.callTool({ name, arguments: { item: 'tea' } }),
    [Symbol.asyncDispose]: () => client.close(),
  };
}
