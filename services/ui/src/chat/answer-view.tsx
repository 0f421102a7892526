import type { RunId } from '@bakerst/contracts';
import { useQuery } from '@tanstack/react-query';
import { useClient } from '../client.ts';
import { keys } from '../live/query-keys.ts';
import type { Part } from '../live/run-screen.ts';
import { Markdown } from '../markdown/markdown.tsx';
import { texts } from '../texts/index.ts';
import { toStoredParts } from './stored-parts.ts';
import { ToolCard } from './tool-card.tsx';

interface PartsViewProps {
  readonly parts: readonly Part[];
  readonly isOn: boolean;
}

/** An answer in its order: text, tool calls, what was said in between. */
export function PartsView({ parts, isOn }: PartsViewProps) {
  const last = parts.at(-1)?.key;
  return parts.map((part) => {
    switch (part.kind) {
      case 'text':
        return <Markdown key={part.key} text={part.text} isWriting={isOn && part.key === last} />;
      case 'tool':
        return <ToolCard key={part.key} part={part} isOn={isOn} />;
      case 'steered':
        return (
          <p
            key={part.key}
            dir="auto"
            className="my-3 border-s-2 border-accent ps-3 text-sm whitespace-pre-wrap"
          >
            <span className="block text-xs text-soft">{texts.chat.steered}</span>
            {part.text}
          </p>
        );
      default:
        return part satisfies never;
    }
  });
}

interface StoredAnswerProps {
  readonly runId: RunId;
  readonly answer: string | undefined;
  /** Differs for a run that has gone on after its end. */
  readonly version: string;
  /** It did more than to speak. */
  readonly hasSteps: boolean;
}

/** The answer of a run that ended before the page was there. */
export function StoredAnswer({ runId, answer, version, hasSteps }: StoredAnswerProps) {
  const client = useClient();
  const steps = useQuery({
    queryKey: [...keys.runs, 'steps', runId, version],
    enabled: hasSteps,
    staleTime: 'static',
    async queryFn() {
      const all = [];
      let cursor: string | undefined;
      do {
        const page = await client.listSteps(runId, { limit: 100, ...(cursor && { cursor }) });
        all.push(...page.data);
        cursor = page.next_cursor ?? undefined;
      } while (cursor !== undefined);
      return toStoredParts(all);
    },
  });
  if (steps.data !== undefined && steps.data.length > 0)
    return <PartsView parts={steps.data} isOn={false} />;
  return answer === undefined ? null : <Markdown text={answer} />;
}
