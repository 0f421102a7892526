import { runStandIn } from './run-stand-in.ts';

const timer = setInterval(() => undefined, 60_000);
runStandIn({ close: () => clearInterval(timer) });
