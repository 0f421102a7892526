import { COMMANDS, type CommandContext, type Completion, completeCommand } from '@bakerst/commands';
import { useEffect, useState } from 'react';

/** A way to go on with what is being written. */
export type Suggestion = Completion;

interface Found {
  readonly line: string;
  readonly suggestions: readonly Suggestion[];
}

/** What may be meant by a line that begins as a command. */
export function useSuggestions(line: string, context: CommandContext): readonly Suggestion[] {
  const [found, setFound] = useState<Found>();
  const isCommand = line.startsWith('/') && !line.includes('\n');
  useEffect(() => {
    if (!isCommand) return;
    let isCurrent = true;
    void completeCommand(context, line, COMMANDS).then((suggestions) => {
      if (isCurrent) setFound({ line, suggestions });
    });
    return () => {
      isCurrent = false;
    };
  }, [line, isCommand, context]);
  return isCommand && found?.line === line ? found.suggestions : [];
}
