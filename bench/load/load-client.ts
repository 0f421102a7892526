import type { Answer } from './answer-reader.ts';
import { type Connection, openConnection } from './connection.ts';

export interface LoadTarget {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends JSON by POST, over as many connections as requests are open at a time. */
export interface LoadClient extends Disposable {
  send(body: object): Promise<Answer>;
}

export function createLoadClient({ url, headers = {} }: LoadTarget): LoadClient {
  const { hostname, port, host, pathname } = new URL(url);
  const head = [
    `POST ${pathname} HTTP/1.1`,
    `Host: ${host}`,
    'Content-Type: application/json',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ].join('\r\n');
  const idle: Connection[] = [];
  const all = new Set<Connection>();

  const take = async (): Promise<Connection> => {
    for (let known = idle.pop(); known !== undefined; known = idle.pop())
      if (known.isOpen) return known;
    const connection = await openConnection(hostname, Number(port));
    all.add(connection);
    return connection;
  };

  return {
    async send(body) {
      const text = JSON.stringify(body);
      const connection = await take();
      const answer = await connection.exchange(
        `${head}\r\nContent-Length: ${text.length}\r\n\r\n${text}`,
      );
      if (connection.isOpen) idle.push(connection);
      else all.delete(connection);
      return answer;
    },
    [Symbol.dispose]() {
      for (const connection of all) connection.close();
    },
  };
}
