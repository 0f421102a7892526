import { join } from 'node:path';
import { UserId } from '@bakerst/contracts';
import { openEntryFile } from '../actions/disk-entry-file.ts';
import { createFileFollower, type FileFollower } from '../actions/follow-file.ts';
import { parseBytes } from '../http/border.ts';
import type { RateLimits } from '../http/rate-limits.ts';
import type { Route } from '../http/route.ts';
import { createSqliteKeyStore } from '../idempotency/sqlite-key-store.ts';
import { createSecretBox } from '../mcp/secret-box.ts';
import { createKeyReader } from '../mcp/secrets-key.ts';
import { OWNER } from '../principals/principal.ts';
import type { ResolveDeps } from '../principals/resolve-tenant.ts';
import type { Schedules } from '../schedules/app.ts';
import type { Surroundings } from '../surroundings.ts';
import { createDeliveryRoutes } from './delivery-routes.ts';
import { checkTemplate, createRenderer } from './mustache-template.ts';
import { createSqliteDeliveryStore } from './sqlite-delivery-store.ts';
import { createSqliteTriggerStore } from './sqlite-trigger-store.ts';
import { createTriggerRoutes } from './trigger-routes.ts';
import { createTriggersFile } from './triggers-file.ts';

/** The feature, built on its adapters. */
export interface Triggers {
  readonly file: FileFollower;
  createRoutes(resolve: ResolveDeps, limits: RateLimits): readonly Route[];
  /** Follows the file. */
  watch(): Disposable;
}

type Shared = Pick<Schedules, 'rules' | 'choices' | 'firings' | 'waiting' | 'tellFired'>;

/** Triggers fire by the same rows as schedules do. */
export function createTriggers(around: Surroundings, shared: Shared): Triggers {
  const { db, clock, log, config, dataDir } = around;
  const box = createSecretBox(createKeyReader(dataDir, config.secretsKey));
  const keys = createSqliteKeyStore(db, clock);
  const deps = {
    ...around,
    ...shared,
    keys,
    templates: { createRenderer, checkTemplate },
    triggers: {
      ...createSqliteTriggerStore({ ...around, box }),
      ...createSqliteDeliveryStore({ ...around, ...shared, keys }),
    },
    parseBytes,
  };
  const owner = { org: config.defaultOrg, user: UserId.parse(OWNER) };
  const file = createFileFollower({
    file: openEntryFile(join(config.operatingSystemDir, 'TRIGGERS.json')),
    kind: createTriggersFile(deps, owner),
    clock,
    log,
  });
  return {
    file,
    createRoutes: (resolve, limits) => [
      ...createTriggerRoutes({ ...deps, resolve, limits }),
      ...createDeliveryRoutes({ ...deps, resolve, limits }),
    ],
    watch() {
      void file.look();
      return file.watch();
    },
  };
}
