import { z } from 'zod';
import {
  MemoryCleared,
  MemoryView,
  NotebookSectionView,
  NotebookView,
  SectionWrite,
} from '../notebook.ts';
import { endpoint } from './endpoint.ts';
import { Named } from './query.ts';

const SECTION = '/api/v1/notebook/sections/{name}';
const MEMORY = '/api/v1/admin/orgs/{org}/users/{userId}/memory';

export const notebookApi = {
  getNotebook: endpoint({
    method: 'get',
    path: '/api/v1/notebook',
    tag: 'notebook',
    summary: 'The notebook of a user, section by section',
    query: Named,
    answers: { 200: NotebookView },
  }),
  writeSection: endpoint({
    method: 'put',
    path: SECTION,
    tag: 'notebook',
    summary: 'Writes or pins a section; 409 when somebody else has changed it since it was seen',
    query: Named,
    body: SectionWrite,
    answers: { 200: NotebookSectionView },
    errors: ['NOT_FOUND', 'CONFLICT', 'PAYLOAD_TOO_LARGE'],
  }),
  deleteSection: endpoint({
    method: 'delete',
    path: SECTION,
    tag: 'notebook',
    summary: 'Takes a section away; 409 when somebody else has changed it since it was seen',
    query: Named.extend({ expected_updated_at: z.iso.datetime().optional() }),
    answers: { 204: { media: 'none' } },
    errors: ['NOT_FOUND', 'CONFLICT'],
  }),
  getUserMemory: endpoint({
    method: 'get',
    path: MEMORY,
    tag: 'notebook',
    summary: 'The notebook of a user as one document; for administrators and that user',
    answers: { 200: MemoryView },
    errors: ['NOT_FOUND'],
  }),
  clearUserMemory: endpoint({
    method: 'delete',
    path: MEMORY,
    tag: 'notebook',
    summary: 'Empties the notebook of a user; for administrators and that user',
    answers: { 200: MemoryCleared },
    errors: ['NOT_FOUND'],
  }),
} as const;
