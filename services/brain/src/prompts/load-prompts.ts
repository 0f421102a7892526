import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '@bakerst/kit';
import type { Prompts } from './ports.ts';

const FILES = ['SOUL.md', 'BRAIN.md'] as const;
const SEPARATOR = '\n\n---\n\n';

interface PromptOptions {
  /** Directory of SOUL.md and BRAIN.md. */
  readonly dir: string;
  /** Takes the place of `{{AGENT_NAME}}`. */
  readonly agentName: string;
  readonly log: Logger;
}

/** Reads the prompt files; one that is missing is warned of and left out. */
export function loadPrompts({ dir, agentName, log }: PromptOptions): Prompts {
  const parts = FILES.map((file) => readIfThere(join(dir, file), log)).filter(
    (part) => part !== undefined,
  );
  const prompt = parts
    .map((part) => part.trim().replaceAll('{{AGENT_NAME}}', agentName))
    .join(SEPARATOR);
  return { readSystemPrompt: () => (prompt === '' ? `You are ${agentName}.` : prompt) };
}

function readIfThere(path: string, log: Logger): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (err) {
    log.warn({ err, path }, 'prompt file missing');
    return undefined;
  }
}
