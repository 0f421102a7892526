import { randomBytes } from 'node:crypto';
import { ownIdentity } from '@bakerst/kit';
import type { RunStore } from '../runs/ports.ts';
import type { Surroundings } from '../surroundings.ts';
import { type CallBack, createCallBack } from './call-back.ts';
import type { CallbackSecrets } from './ports.ts';
import { createReceiverResolver } from './resolve-receiver.ts';
import { createSendCallback, POST_TIMEOUT_MS } from './send-callback.ts';
import { createSqliteCallbackSecrets } from './sqlite-callback-secrets.ts';
import { createSqliteCallbackStore } from './sqlite-callback-store.ts';

/** What is left of a claim when sending has taken as long as it may: for the writes around it. */
const CLAIM_RESERVE_MS = 2_000;
const SECRET_BYTES = 32;

export interface Callbacks {
  readonly callBack: CallBack;
  readonly secrets: CallbackSecrets;
}

/** Builds the feature on its adapters. */
export function createCallbacks(
  around: Surroundings,
  runs: Pick<RunStore, 'find' | 'listSteps'>,
): Callbacks {
  const { config, clock, log, faults } = around;
  const sender = { id: around.self, ...ownIdentity() };
  const ending = new AbortController();
  const newSecret = (): string => randomBytes(SECRET_BYTES).toString('hex');
  const secrets = createSqliteCallbackSecrets({ ...around, newSecret });
  const claimMs = POST_TIMEOUT_MS + CLAIM_RESERVE_MS;
  const callBack = createCallBack({
    store: createSqliteCallbackStore({ ...around, sender, claimMs }),
    runs,
    send: createSendCallback({
      secrets,
      allowedHosts: config.allowedHosts,
      resolveAll: createReceiverResolver((name) =>
        [...config.allowedHosts].some((host) => host.startsWith(`${name}:`)),
      ),
      clock,
      ending: ending.signal,
    }),
    clock,
    random: Math.random,
    log,
    isGone: faults.isGone,
    ending,
  });
  return { callBack, secrets };
}
