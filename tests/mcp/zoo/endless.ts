import { speak, text } from './speak.ts';

// Never ends a call of `go`; `cancelled` tells how many calls were called off.
let cancelled = 0;

speak({
  hear: ({ method }) => {
    if (method === 'notifications/cancelled') cancelled++;
  },
  call: ({ params }) => (params?.name === 'cancelled' ? text(String(cancelled)) : undefined),
});
