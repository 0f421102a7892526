import { backupsApi } from './backups-api.ts';
import { chatApi } from './chat-api.ts';
import { compatApi } from './compat-api.ts';
import { jobsApi } from './jobs-api.ts';
import { runsApi } from './runs-api.ts';
import { systemApi } from './system-api.ts';
import { usersApi } from './users-api.ts';

/** Every endpoint of the brain by the name of its operation. */
export const Api = {
  ...chatApi,
  ...runsApi,
  ...jobsApi,
  ...usersApi,
  ...systemApi,
  ...backupsApi,
  ...compatApi,
} as const;
