import { Api, BackupsView, BackupView } from '@bakerst/contracts';
import { type ListedBackup, sizeOf } from '@bakerst/kit/backups';
import type { z } from 'zod';
import { parseBody, parseQuery } from '../http/parse-input.ts';
import { type Route, sendJson } from '../http/route.ts';
import { requireSuper } from '../principals/require-kind.ts';
import type { BackupShelf } from './ports.ts';

/** For whoever runs the system. */
export function createBackupRoutes(shelf: BackupShelf): readonly Route[] {
  return [
    {
      endpoint: Api.createBackup,
      async handle({ response, principal, body }) {
        requireSuper(principal);
        parseBody(Api.createBackup.body, body ?? {});
        const made = await shelf.make('manual');
        response.status(201);
        sendJson(response, BackupView, toView({ ...made, isWhole: true }));
      },
    },
    {
      endpoint: Api.listBackups,
      async handle({ request, response, principal }) {
        requireSuper(principal);
        parseQuery(Api.listBackups.query, request.query);
        sendJson(response, BackupsView, { data: (await shelf.list()).map(toView) });
      },
    },
  ];
}

function toView({ name, manifest, isWhole }: ListedBackup): z.input<typeof BackupView> {
  return {
    id: name,
    reason: manifest.reason,
    created_at: manifest.created_at,
    version: manifest.version,
    schema_version: manifest.schema_version,
    files: manifest.files.length,
    size_bytes: sizeOf(manifest),
    verified: isWhole,
  };
}
