import { z } from 'zod';
import { BackupsView, BackupView } from '../backup.ts';
import { endpoint } from './endpoint.ts';

const PATH = '/api/v1/admin/backups';

/** For the super credential alone. */
export const backupsApi = {
  createBackup: endpoint({
    method: 'post',
    path: PATH,
    tag: 'admin',
    summary: 'Makes a backup of the data directory; answers once it is whole and checked',
    body: z.strictObject({}),
    isBodyOptional: true,
    answers: { 201: BackupView },
    errors: ['CONFLICT', 'STORAGE_FULL'],
  }),
  listBackups: endpoint({
    method: 'get',
    path: PATH,
    tag: 'admin',
    summary: 'The backups that are there, newest first',
    query: z.strictObject({}),
    answers: { 200: BackupsView },
  }),
} as const;
