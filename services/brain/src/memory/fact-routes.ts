import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  Api,
  FactCorrection,
  FactHistoryView,
  FactPage,
  FactsImported,
  FactView,
  Named,
  NewFactBody,
  StoredFactView,
} from '@bakerst/contracts';
import type { Response } from 'express';
import { z } from 'zod';
import { readIdempotencyKey } from '../http/idempotency-key.ts';
import { readCursor, toPage } from '../http/list-query.ts';
import { parseBody, parsePath, parseQuery, readNamed } from '../http/parse-input.ts';
import { readUpload } from '../http/read-upload.ts';
import { type Route, type RouteCall, sendJson } from '../http/route.ts';
import type { StreamLimit } from '../http/stream-limit.ts';
import { findTwin, toKeyedRequest } from '../idempotency/find-twin.ts';
import type { KeyStore } from '../idempotency/ports.ts';
import { type Scope, scopeOf } from '../principals/principal.ts';
import { type ResolveDeps, resolveScope, resolveTenant } from '../principals/resolve-tenant.ts';
import { hasReason } from '../runs/active-run.ts';
import { correctFact } from './correct-fact.ts';
import { exportFacts } from './export-facts.ts';
import { toChangeView, toFactView, toSource, toStoredView, unknownFact } from './fact-view.ts';
import { findFacts } from './find-facts.ts';
import { importFacts } from './import-facts.ts';
import type { MemoryDeps } from './memory-tools.ts';
import type { Fact } from './ports.ts';
import { readFactLines } from './read-fact-lines.ts';
import { storeFact } from './store-fact.ts';

export interface FactRoutesDeps extends MemoryDeps {
  readonly keys: KeyStore;
  readonly resolve: ResolveDeps;
  /** Files of one user at a time. */
  readonly uploads: StreamLimit;
}

const Path = z.object({ id: z.string() });

export function createFactRoutes(deps: FactRoutesDeps): readonly Route[] {
  return [
    { endpoint: Api.storeFact, handle: (call) => answerStore(deps, call) },
    { endpoint: Api.listFacts, handle: (call) => answerList(deps, call) },
    { endpoint: Api.exportFacts, handle: (call) => answerExport(deps, call) },
    { endpoint: Api.importFacts, handle: (call) => answerImport(deps, call) },
    {
      endpoint: Api.getFact,
      async handle(call) {
        const { scope, id } = readTarget(deps, call);
        const fact = known(deps.facts.find(scope, id));
        const history = deps.facts.listChanges(fact).map(toChangeView);
        sendJson(call.response, FactHistoryView, { ...toFactView(fact), history });
      },
    },
    { endpoint: Api.correctFact, handle: (call) => answerCorrect(deps, call) },
    {
      endpoint: Api.restoreFact,
      async handle(call) {
        const { scope, id } = readTarget(deps, call, readNamed(call));
        const source = toSource(call.principal);
        sendFact(call.response, await deps.facts.restore(scope, id, { source }));
      },
    },
    {
      endpoint: Api.deleteFact,
      async handle(call) {
        const { scope, id } = readTarget(deps, call);
        if (!(await deps.facts.remove(scope, id))) throw unknownFact();
        call.response.status(204).end();
      },
    },
    { endpoint: Api.compatMemories, handle: (call) => answerMemories(deps, call) },
  ];
}

async function answerStore(deps: FactRoutesDeps, call: RouteCall): Promise<void> {
  const { text, category, ...named } = parseBody(NewFactBody, call.body);
  const tenant = resolveTenant(deps.resolve, call.principal, named);
  const key = readIdempotencyKey(call.request);
  const idempotency = key === undefined ? undefined : toKeyedRequest(key, ['fact', text, category]);
  const findKnown = (): Fact | undefined => {
    const id = findTwin(deps.keys, tenant, idempotency);
    return id === undefined ? undefined : known(deps.facts.find(scopeOf(tenant), id));
  };
  const twin = findKnown();
  const source = toSource(call.principal);
  const stored =
    twin === undefined
      ? await storeFact(deps, tenant, { text, category, source, idempotency }).catch((err) => {
          const other = hasReason(err, 'KEY_IN_USE') ? findKnown() : undefined;
          if (other === undefined) throw err;
          return { fact: other, similar: [] };
        })
      : { fact: twin, similar: [] };
  call.response.status(201);
  sendJson(call.response, StoredFactView, toStoredView(stored));
}

async function answerList(deps: FactRoutesDeps, call: RouteCall): Promise<void> {
  const query = parseQuery(Api.listFacts.query, call.request.query);
  const { limit, cursor, q, category, ...named } = query;
  const beforeSeq = readCursor('facts', cursor);
  if (q !== undefined && q.trim() !== '') {
    const tenant = resolveTenant(deps.resolve, call.principal, named);
    const found = await findFacts(deps, tenant, { query: q, category, limit });
    sendJson(call.response, FactPage, { data: found.map(toFactView), next_cursor: null });
    return;
  }
  const scope = resolveScope(deps.resolve, call.principal, named);
  const found = deps.facts.list(scope, { category }, { beforeSeq, limit });
  const page = toPage(found, limit, { list: 'facts', show: toFactView, place: ({ seq }) => seq });
  sendJson(call.response, FactPage, page);
}

async function answerExport(deps: FactRoutesDeps, call: RouteCall): Promise<void> {
  const named = parseQuery(Named, call.request.query);
  const tenant = resolveTenant(deps.resolve, call.principal, named);
  const { response } = call;
  response.type('application/jsonl');
  response.attachment('facts.jsonl');
  const pieces = exportFacts(deps.facts, tenant);
  await pipeline(Readable.from(pieces), response).catch((err: NodeJS.ErrnoException) => {
    // Whoever goes away in the middle wants no answer either.
    if (err.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw err;
  });
}

async function answerImport(deps: FactRoutesDeps, call: RouteCall): Promise<void> {
  const named = parseQuery(Named, call.request.query);
  const tenant = resolveTenant(deps.resolve, call.principal, named);
  using _place = deps.uploads.enter(tenant);
  const lines = await readUpload(call.request, ({ bytes }) => readFactLines(bytes));
  const importer = { tenant, source: toSource(call.principal) };
  sendJson(call.response, FactsImported, await importFacts(deps, importer, lines));
}

async function answerCorrect(deps: FactRoutesDeps, call: RouteCall): Promise<void> {
  const { text, category, ...body } = parseBody(FactCorrection, call.body);
  const target = readTarget(deps, call, readNamed(call, body));
  const source = toSource(call.principal);
  sendFact(call.response, await correctFact(deps, target, { text, category, source }));
}

/** BK-11. */
async function answerMemories(deps: FactRoutesDeps, call: RouteCall): Promise<void> {
  const query = parseQuery(Api.compatMemories.query, call.request.query);
  const { q = '', category, limit, ...named } = query;
  const tenant = resolveTenant(deps.resolve, call.principal, named);
  const found =
    q.trim() === ''
      ? deps.facts.list(tenant, { category }, { beforeSeq: undefined, limit })
      : await findFacts(deps, tenant, { query: q, category, limit });
  const shown = found.map(toFactView).map(({ id, text, category: kind, created_at }) => {
    return { id, content: text, category: kind, created_at, updated_at: created_at };
  });
  sendJson(call.response, Api.compatMemories.answers[200], shown);
}

function readTarget(
  deps: FactRoutesDeps,
  { request, principal }: RouteCall,
  named = parseQuery(Named, request.query),
): { readonly scope: Scope; readonly id: string } {
  const { id } = parsePath(Path, request.params);
  return { id, scope: resolveScope(deps.resolve, principal, named) };
}

function known(fact: Fact | undefined): Fact {
  if (fact === undefined) throw unknownFact();
  return fact;
}

function sendFact(response: Response, fact: Fact | undefined): void {
  sendJson(response, FactView, toFactView(known(fact)));
}
