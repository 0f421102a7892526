import { Check, ChevronRight, LoaderCircle, TriangleAlert, Wrench } from 'lucide-react';
import { useId, useState } from 'react';
import { formatDuration } from '../components/format.ts';
import type { ToolPart } from '../live/run-screen.ts';
import { CodeBlock } from '../markdown/code-block.tsx';
import { texts } from '../texts/index.ts';

interface ToolCardProps {
  readonly part: ToolPart;
  /** The run goes on: what has no answer yet will have one. */
  readonly isOn: boolean;
}

/** One call of a tool: what it was given, how it is, what came back. */
export function ToolCard({ part, isOn }: ToolCardProps) {
  const [isOpen, setOpen] = useState(false);
  const bodyId = useId();
  const name = texts.tools.nameOf(part.tool);
  return (
    <section
      aria-label={texts.tools.label(name)}
      data-tool={part.key}
      className="my-2 overflow-hidden rounded-xl border border-line bg-raised text-sm"
    >
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={bodyId}
        onClick={() => setOpen(!isOpen)}
        className="flex min-h-10 w-full items-center gap-2 px-3 py-1.5 text-start hover:bg-sunken"
      >
        <Wrench size={14} aria-hidden className="shrink-0 text-soft" />
        <span className="shrink-0 font-medium">{name}</span>
        <span className="grow truncate font-mono text-xs text-soft">{summarise(part)}</span>
        <State part={part} isOn={isOn} />
        <ChevronRight
          size={15}
          aria-hidden
          className={`shrink-0 text-soft transition-transform ${isOpen ? 'rotate-90' : 'rtl:rotate-180'}`}
        />
      </button>
      <div id={bodyId} hidden={!isOpen} className="border-t border-line px-3 pb-2">
        {isOpen && <Details part={part} />}
      </div>
    </section>
  );
}

function State({ part: { answer, durationMs }, isOn }: ToolCardProps) {
  if (answer === undefined && isOn)
    return (
      <span role="status" className="flex shrink-0 items-center gap-1 text-xs text-soft">
        <LoaderCircle size={13} aria-hidden className="animate-spin" /> {texts.tools.running}
      </span>
    );
  if (answer === undefined)
    return <span className="shrink-0 text-xs text-warn">{texts.tools.notFinished}</span>;
  const Icon = answer.isError ? TriangleAlert : Check;
  return (
    <span
      className={`flex shrink-0 items-center gap-1 text-xs ${answer.isError ? 'text-bad' : 'text-good'}`}
    >
      <Icon size={13} aria-hidden />
      <span>{answer.isError ? texts.tools.failed : texts.tools.done}</span>
      {durationMs !== undefined && <span className="text-soft">{formatDuration(durationMs)}</span>}
    </span>
  );
}

function Details({ part: { input, answer } }: { readonly part: ToolPart }) {
  const code = readCode(input);
  return (
    <>
      <h3 className="mt-2 text-xs font-medium text-soft">{texts.tools.input}</h3>
      {code === undefined ? (
        <CodeBlock text={JSON.stringify(input, null, 2)} language="json" />
      ) : (
        <CodeBlock text={code} language="javascript" />
      )}
      {answer !== undefined && (
        <>
          <h3 className="mt-2 text-xs font-medium text-soft">{texts.tools.result}</h3>
          <CodeBlock
            text={answer.text === '' ? texts.tools.noResult : indent(answer.text)}
            language={isJson(answer.text) ? 'json' : undefined}
          />
        </>
      )}
    </>
  );
}

function readCode(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null || !('code' in input)) return undefined;
  return typeof input.code === 'string' ? input.code : undefined;
}

/** The line that tells one call from another while it is closed. */
function summarise({ input }: ToolPart): string {
  const text = readCode(input) ?? firstText(input);
  return text.trim().replaceAll(/\s+/g, ' ').slice(0, 120);
}

function firstText(input: unknown): string {
  if (typeof input !== 'object' || input === null) return '';
  return Object.values(input).find((value) => typeof value === 'string') ?? JSON.stringify(input);
}

function isJson(text: string): boolean {
  return indent(text) !== text || /^[[{]/.test(text);
}

function indent(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
