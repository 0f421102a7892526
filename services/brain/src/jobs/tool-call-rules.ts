import {
  isTerminalJob,
  type ReplayClass,
  type ToolCallAsked,
  type ToolCallsAsk,
} from '@bakerst/contracts';
import type { NamedTool, ToolChecker, ToolVerdict } from '../mcp/ports.ts';
import type { Job } from './job.ts';
import type { JobState } from './job-state.ts';

/** A tool call of code, as far as it decides about the next one. */
export interface StoredCall {
  readonly server: string;
  readonly tool: string;
  readonly hash: string;
  readonly preview: string;
  readonly replay: ReplayClass;
  /** Who was last told to make it; undefined for one that was refused. */
  readonly intent: { readonly attempt: number; readonly workerId: string } | undefined;
  readonly hasResult: boolean;
}

type Asker = Pick<ToolCallsAsk, 'attempt' | 'baseAttempt' | 'workerId'>;

/** What is wrong with an execution that asks, if anything: the job has its outcome, or another attempt has taken over. */
export function whyStopped(job: JobState, { attempt, baseAttempt }: Asker): string | undefined {
  if (isTerminalJob(job.status)) return job.status.toUpperCase();
  return attempt < job.attempt || baseAttempt !== job.baseAttempt ? 'STALE' : undefined;
}

/**
 * What becomes of a call that was asked for before, by this attempt or an earlier one. `again`: it is made, once more
 * where an earlier attempt may have made it. `unknown`: an earlier attempt was told to make it, it must not be made
 * twice, and nobody has said what came of it.
 */
export function decideKnownCall(
  known: StoredCall,
  asked: ToolCallAsked,
  { attempt, workerId }: Asker,
): 'diverged' | 'recorded' | 'again' | 'unknown' {
  const isSame =
    known.server === asked.server && known.tool === asked.tool && known.hash === asked.hash;
  if (!isSame) return 'diverged';
  if (known.hasResult) return 'recorded';
  if (known.intent === undefined || known.replay !== 'never') return 'again';
  return isMadeBy(known, { attempt, workerId }) ? 'again' : 'unknown';
}

/** Whoever was last told to make the call speaks of it. */
export function isMadeBy(
  { intent }: StoredCall,
  { attempt, workerId }: Pick<Asker, 'attempt' | 'workerId'>,
): boolean {
  return intent?.attempt === attempt && intent.workerId === workerId;
}

/** Whether code may call a tool: some code may call none, whatever its org may. */
export function checkCall(
  tools: ToolChecker,
  { spec, tenant }: Pick<Job, 'spec' | 'tenant'>,
  named: NamedTool,
): ToolVerdict {
  if (spec.type !== 'code' || spec.tools !== 'none') return tools.checkTool(tenant.org, named);
  const message = `${named.server}.${named.tool} may not be called by whoever answers here`;
  return { ok: false, error: { code: 'TOOL_DENIED', message } };
}
