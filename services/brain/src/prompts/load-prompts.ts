import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '@bakerst/kit';
import type { Prompts } from './ports.ts';

const SEPARATOR = '\n\n---\n\n';

interface PromptOptions {
  /** Directory of SOUL.md, BRAIN.md and WORKER.md. */
  readonly dir: string;
  /** Takes the place of `{{AGENT_NAME}}`. */
  readonly agentName: string;
  readonly log: Logger;
}

/** Reads the prompt files; one that is missing is warned of and left out. */
export function loadPrompts(options: PromptOptions): Prompts {
  const system = loadPrompt(options, ['SOUL.md', 'BRAIN.md']);
  const worker = loadPrompt(options, ['SOUL.md', 'WORKER.md']);
  return { readSystemPrompt: () => system, readWorkerPrompt: () => worker };
}

function loadPrompt({ dir, agentName, log }: PromptOptions, files: readonly string[]): string {
  const prompt = files
    .map((file) => readIfThere(join(dir, file), log))
    .filter((part) => part !== undefined)
    .map((part) => part.trim().replaceAll('{{AGENT_NAME}}', agentName))
    .join(SEPARATOR);
  return prompt === '' ? `You are ${agentName}.` : prompt;
}

function readIfThere(path: string, log: Logger): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (err) {
    log.warn({ err, path }, 'prompt file missing');
    return undefined;
  }
}
