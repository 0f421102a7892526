import {
  Api,
  type MemoryCleared,
  type MemoryView,
  type NotebookSectionView,
  type NotebookView,
  type SectionWrite,
} from '@bakerst/contracts';
import type { z } from 'zod';
import type { Call } from './create-call.ts';
import type { NamedUser } from './named.ts';

/** The document of a user that the model reads and writes too. */
export interface NotebookMethods {
  getNotebook(named?: NamedUser): Promise<NotebookView>;
  /** With `expected_updated_at` it fails (409) when somebody else has changed the section meanwhile. */
  writeSection(name: string, write: z.input<typeof SectionWrite>): Promise<NotebookSectionView>;
  deleteSection(
    name: string,
    query?: NamedUser & { readonly expected_updated_at?: string },
  ): Promise<void>;
  getUserMemory(org: string, user: string): Promise<MemoryView>;
  clearUserMemory(org: string, user: string): Promise<MemoryCleared>;
}

export function createNotebookMethods(call: Call): NotebookMethods {
  return {
    getNotebook: (query) => call.json(Api.getNotebook, { query: { ...query } }),
    writeSection: (name, body) => call.json(Api.writeSection, { params: { name }, body }),
    deleteSection: (name, query) =>
      call.nothing(Api.deleteSection, { params: { name }, query: { ...query } }),
    getUserMemory: (org, userId) => call.json(Api.getUserMemory, { params: { org, userId } }),
    clearUserMemory: (org, userId) => call.json(Api.clearUserMemory, { params: { org, userId } }),
  };
}
