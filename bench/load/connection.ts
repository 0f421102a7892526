import { connect, type Socket } from 'node:net';
import { machineMs } from '../machine-time.ts';
import { type Answer, createAnswerReader } from './answer-reader.ts';

/** No answer of the bench takes longer; a connection that is silent for so long is given up. */
const SILENCE_MS = 60_000;

/** A kept-alive connection: one request at a time. Node's own client would cost several times as much per delta. */
export interface Connection {
  readonly isOpen: boolean;
  /** Never rejects: an answer that was cut off is not complete. */
  exchange(request: string): Promise<Answer>;
  close(): void;
}

interface Pending {
  readonly take: (text: string) => void;
  readonly cut: () => void;
}

export async function openConnection(host: string, port: number): Promise<Connection> {
  const socket = await connectSocket(host, port);
  let pending: Pending | undefined;
  let isOpen = true;
  socket.setEncoding('latin1');
  socket.on('data', (text: string) => pending?.take(text));
  socket.setTimeout(SILENCE_MS, () => pending !== undefined && socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    isOpen = false;
    pending?.cut();
  });
  return {
    get isOpen() {
      return isOpen;
    },
    async exchange(request) {
      const { promise, resolve } = Promise.withResolvers<Answer>();
      const reader = createAnswerReader(machineMs());
      pending = {
        take(text) {
          const atMs = machineMs();
          if (reader.take(text, atMs)) resolve(reader.toAnswer(atMs));
        },
        cut: () => resolve({ ...reader.toAnswer(machineMs()), isComplete: false, status: 0 }),
      };
      if (isOpen) socket.write(request);
      else pending.cut();
      const answer = await promise;
      pending = undefined;
      return answer;
    },
    close: () => void socket.destroy(),
  };
}

async function connectSocket(host: string, port: number): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connect({ host, port, noDelay: true }, () => resolve(socket));
  socket.once('error', reject);
  const connected = await promise;
  socket.off('error', reject);
  return connected;
}
