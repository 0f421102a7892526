import { comparePlaces, type EventId, parseEventId, type StreamEvent } from '@bakerst/contracts';

interface Piece {
  readonly id: EventId | undefined;
  /** Undefined for a call, which parts the text before it from the text behind it. */
  readonly text: string | undefined;
}

/** The text that a run has written so far. */
export interface RunText {
  take(received: { readonly id: EventId | undefined; readonly event: StreamEvent }): void;
  read(): string;
  /** Name of the tool that is at work. */
  readTool(): string | undefined;
  /** The last event that was taken. */
  lastId(): EventId | undefined;
}

/** Built from the events of its stream; events that are known, or of a brain that has lost the run, change nothing. */
export function createRunText(): RunText {
  let pieces: Piece[] = [];
  let tools: { readonly id: string; readonly tool: string }[] = [];
  let last: EventId | undefined;

  function add(event: StreamEvent, id: EventId | undefined): void {
    if (event.type === 'progress') pieces.push({ id, text: event.text });
    if (event.type === 'tool_use') {
      pieces.push({ id, text: undefined });
      tools.push({ id: event.id, tool: event.tool });
    }
    if (event.type === 'tool_result') tools = tools.filter((tool) => tool.id !== event.id);
  }

  return {
    take({ id, event }) {
      if (event.type === 'snapshot') {
        pieces = [];
        tools = [];
        for (const part of event.parts) add(part, id);
        last = id ?? last;
        return;
      }
      if (isKnown(id, last)) return;
      last = id ?? last;
      if (event.type === 'rewind') {
        const { after } = event;
        pieces = pieces.filter((piece) => piece.text === undefined || isKnown(piece.id, after));
      } else add(event, id);
    },
    read: () => join(pieces),
    readTool: () => tools.at(-1)?.tool,
    lastId: () => last,
  };
}

function isKnown(id: EventId | undefined, last: EventId | null | undefined): boolean {
  const [place, known] = [parseEventId(id ?? ''), parseEventId(last ?? '')];
  return place !== undefined && known !== undefined && comparePlaces(place, known) <= 0;
}

function join(pieces: readonly Piece[]): string {
  let text = '';
  for (const piece of pieces) {
    if (piece.text !== undefined) text += piece.text;
    else if (text !== '' && !text.endsWith('\n')) text += '\n';
  }
  return text;
}
