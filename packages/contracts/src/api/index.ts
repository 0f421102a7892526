import { adminApi } from './admin-api.ts';
import { assistantApi } from './assistant-api.ts';
import { attachmentsApi } from './attachments-api.ts';
import { backupsApi } from './backups-api.ts';
import { channelsApi } from './channels-api.ts';
import { chatApi } from './chat-api.ts';
import { compatApi } from './compat-api.ts';
import { conversationsApi } from './conversations-api.ts';
import { factsApi } from './facts-api.ts';
import { jobsApi } from './jobs-api.ts';
import { mcpApi } from './mcp-api.ts';
import { notebookApi } from './notebook-api.ts';
import { orgsApi } from './orgs-api.ts';
import { promptsApi } from './prompts-api.ts';
import { runsApi } from './runs-api.ts';
import { schedulesApi } from './schedules-api.ts';
import { sessionsApi } from './sessions-api.ts';
import { settingsApi } from './settings-api.ts';
import { systemApi } from './system-api.ts';
import { triggersApi } from './triggers-api.ts';
import { usersApi } from './users-api.ts';

/** Every endpoint of the brain by the name of its operation. */
export const Api = {
  ...chatApi,
  ...runsApi,
  ...conversationsApi,
  ...attachmentsApi,
  ...factsApi,
  ...jobsApi,
  ...schedulesApi,
  ...triggersApi,
  ...usersApi,
  ...sessionsApi,
  ...settingsApi,
  ...adminApi,
  ...orgsApi,
  ...mcpApi,
  ...promptsApi,
  ...notebookApi,
  ...systemApi,
  ...backupsApi,
  ...compatApi,
  ...assistantApi,
  ...channelsApi,
} as const;
