import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelConfig } from '@bakerst/contracts';
import type { PromptFiles } from '../prompts/ports.ts';
import type { ChosenModel } from './choose-model.ts';

/** Model calls that a sub-agent may make. */
const MAX_TURNS = 10;

interface ConfiguredAgents {
  readonly chosen: ChosenModel;
  readonly files: Pick<PromptFiles, 'readWorkerPrompt'>;
}

/** What a worker needs to run sub-agents as this brain would run them. */
export function toModelConfig(
  operatingSystemDir: string,
  { chosen, files }: ConfiguredAgents,
): ModelConfig {
  const { apiKey, authToken, baseUrl } = chosen.connection;
  return {
    connection: {
      ...(apiKey !== undefined && { apiKey }),
      ...(authToken !== undefined && { authToken }),
      ...(baseUrl !== undefined && { baseUrl }),
    },
    model: chosen.choice.name,
    maxTokens: chosen.choice.maxTokens,
    maxTurns: MAX_TURNS,
    catalogue: readFileSync(join(operatingSystemDir, 'MODELS.json'), 'utf8'),
    systemPrompt: files.readWorkerPrompt(),
  };
}
