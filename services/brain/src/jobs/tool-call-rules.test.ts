import { OrgId, UserId } from '@bakerst/contracts';
import { expect, test } from 'vitest';
import type { ToolVerdict } from '../mcp/ports.ts';
import { checkCall } from './tool-call-rules.ts';

const TENANT = { org: OrgId.parse('home'), user: UserId.parse('gary') };
const NAMED = { server: 'files', tool: 'read' };
const ALLOWED: ToolVerdict = { ok: true, ...NAMED, revision: 1, replay: 'safe' };
const TOOLS = { checkTool: () => ALLOWED };
const CODE = { type: 'code', code: 'return 1', timeoutMs: 1_000 } as const;

test('code calls what its org may call', () => {
  expect(checkCall(TOOLS, { tenant: TENANT, spec: CODE }, NAMED)).toEqual(ALLOWED);
});

test('code of somebody who may call no tools calls none, whatever the org may', () => {
  const spec = { ...CODE, tools: 'none' } as const;
  expect(checkCall(TOOLS, { tenant: TENANT, spec }, NAMED)).toMatchObject({
    ok: false,
    error: { code: 'TOOL_DENIED' },
  });
});
