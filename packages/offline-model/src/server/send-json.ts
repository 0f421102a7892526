import type { ServerResponse } from 'node:http';
import { ApiError, toStatus } from '../api/api-error.ts';
import type { Pace, StreamFault } from '../reply/reply.ts';
import { cutOff } from './received-request.ts';

export function sendJson(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** Sends a refusal; its own headers, such as retry-after-ms, go with it. */
export function sendError(response: ServerResponse, error: ApiError, body?: string): void {
  for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value);
  const requestId = String(response.getHeader('request-id'));
  sendJson(response, error.status, body ?? error.toBody(requestId));
}

interface Delivery {
  readonly pace: Pace;
  readonly fault?: StreamFault | undefined;
  readonly deltas: number;
}

/** Sends a whole reply when its last delta would have left; faults hit it as far as they can. */
export function sendWhole(response: ServerResponse, text: string, delivery: Delivery): void {
  const { pace, fault, deltas } = delivery;
  const waitMs = pace.firstByteMs + pace.deltaMs * Math.max(0, deltas - 1);
  const deliver = (): void => deliverWhole(response, text, fault);
  if (waitMs > 0) {
    const timer = setTimeout(deliver, waitMs);
    response.once('close', () => clearTimeout(timer));
  } else deliver();
}

function deliverWhole(response: ServerResponse, text: string, fault?: StreamFault): void {
  const half = text.slice(0, text.length / 2);
  switch (fault?.kind) {
    case undefined:
      sendJson(response, 200, text);
      break;
    case 'hang':
      break;
    case 'malformed':
      sendJson(response, 200, half);
      break;
    case 'error':
      sendError(response, new ApiError(toStatus(fault.type), fault.message, fault));
      break;
    case 'cut':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write(half, () => cutOff(response));
      break;
    default:
      fault satisfies never;
  }
}
