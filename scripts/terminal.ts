import { createSecrets, type Secrets } from '@bakerst/kit/secrets';

/** Where the commands tell people what they do. */
export interface Terminal {
  /** One line of progress, marked as ours. */
  say(line: string): void;
  /** Text as it stands. */
  print(text: string): void;
  /** Why something did not work; on standard error. */
  complain(line: string): void;
}

/**
 * Shows no secret that `secrets` knows. A reader that went away (`npm start | head`, a closed window) must not stop the
 * system.
 */
export function openTerminal({ redact }: Pick<Secrets, 'redact'> = createSecrets()): Terminal {
  process.stdout.on('error', ignoreLostReader);
  process.stderr.on('error', ignoreLostReader);
  return {
    say: (line) => void process.stdout.write(`bakerst: ${redact(line)}\n`),
    print: (text) => void process.stdout.write(`${redact(text)}\n`),
    complain: (line) => void process.stderr.write(`bakerst: ${redact(line)}\n`),
  };
}

function ignoreLostReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
}
