import { createNatsMcpBus, serveMcpConfig, watchMcpChanges } from '@bakerst/bus';
import { openAttachmentFiles } from '../attachments/app.ts';
import { createSqliteAttachmentStore } from '../attachments/sqlite-attachment-store.ts';
import type { Route } from '../http/route.ts';
import type { TenantStore } from '../principals/ports.ts';
import type { Surroundings } from '../surroundings.ts';
import { type DiscoverDeps, watchCatalogue } from './discover-servers.ts';
import { catchUp, type FollowChangesDeps, hearChange, tellChange } from './follow-changes.ts';
import { createKeepMedia, type KeepMedia } from './keep-media.ts';
import { loadMcpFile } from './load-mcp-file.ts';
import { createMcpRoutes } from './mcp-routes.ts';
import type { CallBudget, ToolCatalogue, ToolChecker } from './ports.ts';
import { createSecretBox } from './secret-box.ts';
import { createSecretsInHand } from './secrets-in-hand.ts';
import { createKeyReader } from './secrets-key.ts';
import { createSqliteCallBudget } from './sqlite-call-budget.ts';
import { createSqliteMcpDiscoveries } from './sqlite-mcp-discoveries.ts';
import { createSqliteMcpServers } from './sqlite-mcp-servers.ts';
import { createSqliteMcpTools } from './sqlite-mcp-tools.ts';
import { createSqliteToolCatalogue } from './sqlite-tool-catalogue.ts';
import { createSqliteToolChecker } from './sqlite-tool-checker.ts';
import { type ConnectionDeps, toConnection } from './to-connection.ts';
import { createToolbox, type Toolbox } from './toolbox.ts';

/** The feature, built on its adapters. */
export interface Mcp {
  readonly checker: ToolChecker;
  readonly catalogue: ToolCatalogue;
  readonly budget: CallBudget;
  readonly toolbox: Toolbox;
  readonly keepMedia: KeepMedia;
  createRoutes(tenants: TenantStore): readonly Route[];
  /** Makes the first org's servers what the file says. Throws StartError when stored secrets cannot be read. */
  begin(): Promise<void>;
  /** Answers workers, and hears what changes. */
  serve(): Disposable;
  /** Asks servers for their tools when it is time. */
  watch(): Disposable;
}

export function createMcp(around: Surroundings): Mcp {
  const { config, db, link, secrets, dataDir } = around;
  const { rules, seeds } = loadMcpFile(config.operatingSystemDir, config.allowedHosts);
  const box = createSecretBox(createKeyReader(dataDir, config.secretsKey));
  const servers = createSqliteMcpServers({ ...around, box });
  const bus = createNatsMcpBus(link);
  const discoveries = createSqliteMcpDiscoveries(around);
  const inHand = createSecretsInHand({ secrets, servers });
  const isConnected = (): boolean => link.isConnected();
  const discover: DiscoverDeps = { ...around, discoveries, bus, inHand, isConnected };
  const watch = watchCatalogue(discover);
  const follow: FollowChangesDeps = {
    ...around,
    servers,
    discoveries,
    bus,
    inHand,
    wake: watch.wake,
  };
  const tools = createSqliteMcpTools(around);
  const catalogue = createSqliteToolCatalogue(db);
  return {
    checker: createSqliteToolChecker(db),
    catalogue,
    budget: createSqliteCallBudget(db),
    toolbox: createToolbox(catalogue),
    keepMedia: createMediaKeeper(around),
    createRoutes: (tenants) =>
      createMcpRoutes({
        servers,
        tools,
        tenants,
        rules,
        discover,
        changed: (org, change) => tellChange(follow, org, change),
      }),
    async begin() {
      inHand.rereadAll();
      const change = await servers.followFile(config.defaultOrg, seeds);
      tellChange(follow, config.defaultOrg, change);
    },
    serve: () => serveWorkers(around, { servers, programs: rules.programs }, follow),
    watch: watch.begin,
  };
}

function serveWorkers(
  around: Surroundings,
  connections: ConnectionDeps,
  follow: FollowChangesDeps,
): Disposable {
  const open = new DisposableStack();
  open.use(serveMcpConfig(around, (ask) => toConnection(connections, ask)));
  open.use(watchMcpChanges(around.link, (change) => void hearChange(follow, change)));
  open.use(around.link.onConnected(() => catchUp(follow)));
  return open;
}

function createMediaKeeper(around: Surroundings): KeepMedia {
  const files = {
    ...around,
    store: createSqliteAttachmentStore(around),
    files: openAttachmentFiles(around),
  };
  return createKeepMedia({ files, secrets: around.secrets });
}
