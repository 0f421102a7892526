import {
  Api,
  MemoryCleared,
  MemoryView,
  Named,
  NOTEBOOK_MAX_BYTES,
  NotebookSectionView,
  NotebookView,
  SectionName,
  SectionWrite,
  type Tenant,
} from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';
import { z } from 'zod';
import type { UserChanges } from '../events/ports.ts';
import { parseBody, parsePath, parseQuery, readNamed } from '../http/parse-input.ts';
import { type Route, type RouteCall, sendJson } from '../http/route.ts';
import { toIso } from '../http/to-iso.ts';
import { requireUser } from '../principals/require-admin.ts';
import { type ResolveDeps, resolveTenant } from '../principals/resolve-tenant.ts';
import { sizeOf, sizeOfSection, toContents, toDocument } from './document.ts';
import { removeSection, writeSection } from './notebook-rules.ts';
import type { NotebookStore, Section } from './ports.ts';

export interface NotebookRoutesDeps {
  readonly notebook: NotebookStore;
  readonly changes: UserChanges;
  readonly resolve: ResolveDeps;
  readonly clock: Pick<Clock, 'now'>;
}

const Path = z.object({ name: SectionName });

/** The notebook for people (BT-16, and a page that edits it). */
export function createNotebookRoutes(deps: NotebookRoutesDeps): readonly Route[] {
  const { notebook, changes, resolve } = deps;
  return [
    {
      endpoint: Api.getNotebook,
      async handle({ request, response, principal }) {
        const tenant = resolveTenant(resolve, principal, parseQuery(Named, request.query));
        const sections = notebook.read(tenant);
        sendJson(response, NotebookView, {
          sections: sections.map(toView),
          bytes: sizeOf(sections),
          max_bytes: NOTEBOOK_MAX_BYTES,
        });
      },
    },
    { endpoint: Api.writeSection, handle: (call) => answerWrite(deps, call) },
    { endpoint: Api.deleteSection, handle: (call) => answerDelete(deps, call) },
    {
      endpoint: Api.getUserMemory,
      async handle(call) {
        sendJson(call.response, MemoryView, toMemory(notebook.read(requireUser(resolve, call))));
      },
    },
    {
      endpoint: Api.clearUserMemory,
      async handle(call) {
        const tenant = requireUser(resolve, call);
        await notebook.change(tenant, (present) => ({
          put: [],
          remove: present.map(({ name }) => name),
        }));
        changes.tell(tenant, { type: 'notebook' });
        sendJson(call.response, MemoryCleared, { message: 'User memory cleared' });
      },
    },
  ];
}

async function answerWrite(deps: NotebookRoutesDeps, call: RouteCall): Promise<void> {
  const { org, user_id, ...write } = parseBody(SectionWrite, call.body);
  const tenant = resolveTenant(deps.resolve, call.principal, readNamed(call, { org, user_id }));
  const { name } = parsePath(Path, call.request.params);
  const wanted = {
    name,
    text: write.content,
    pinned: write.pinned,
    expectedAt: toExpected(write.expected_updated_at),
  };
  const sections = await deps.notebook.change(tenant, (present) =>
    writeSection(present, wanted, deps.clock.now()),
  );
  deps.changes.tell(tenant, { type: 'notebook' });
  const written = sections.find((section) => section.name === name);
  if (written !== undefined) sendJson(call.response, NotebookSectionView, toView(written));
}

async function answerDelete(deps: NotebookRoutesDeps, call: RouteCall): Promise<void> {
  const query = parseQuery(Api.deleteSection.query, call.request.query);
  const tenant: Tenant = resolveTenant(deps.resolve, call.principal, query);
  const { name } = parsePath(Path, call.request.params);
  const wanted = { name, expectedAt: toExpected(query.expected_updated_at) };
  await deps.notebook.change(tenant, (present) => removeSection(present, wanted));
  deps.changes.tell(tenant, { type: 'notebook' });
  call.response.status(204).end();
}

function toExpected(time: string | null | undefined): number | null | undefined {
  return typeof time === 'string' ? Date.parse(time) : time;
}

function toView(section: Section): z.input<typeof NotebookSectionView> {
  return {
    name: section.name,
    content: section.content,
    bytes: sizeOfSection(section),
    pinned: section.isPinned,
    created_at: toIso(section.createdAt),
    updated_at: toIso(section.updatedAt),
  };
}

function toMemory(sections: readonly Section[]): z.input<typeof MemoryView> {
  const entries = sections.map(({ name, isPinned, createdAt, updatedAt }) => [
    name,
    { createdAt: toIso(createdAt), updatedAt: toIso(updatedAt), pinned: isPinned },
  ]);
  return {
    content: toDocument(sections),
    toc: toContents(sections),
    entries: Object.fromEntries(entries),
  };
}
