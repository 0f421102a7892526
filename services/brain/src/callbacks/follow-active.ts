import { isTerminalEvent, parseEventId, type RunId } from '@bakerst/contracts';
import type { ActiveRun } from '../runs/active-run.ts';
import type { FeedListener, PlacedEvent } from '../runs/event-log.ts';
import type { Callback } from './callback.ts';
import { DUE_RULES, toWholeCharacters } from './next-piece.ts';
import { createShownText, type ShownText, toShownText } from './shown-text.ts';
import { isDue, type Telling, type TellProgressDeps, tellProgress } from './tell-progress.ts';

export interface FollowActiveDeps extends TellProgressDeps {
  /** Called once this process has nothing more to send of a run that has ended. */
  readonly tellEnd: (runId: RunId) => void;
  /** Keeps an eye on what must not be cut short. */
  readonly track: (work: Promise<void>) => void;
}

/** Calls back about a run while it is executed here, beside it: the run never waits for this. */
export function followActive(deps: FollowActiveDeps, active: ActiveRun, callback: Callback): void {
  const { run, feed, begun } = active;
  // What earlier takeovers have told is nothing that this feed could tell again.
  const stored = run.takeover === 1 ? undefined : begun.steps.at(-1)?.covers;
  const shown = createShownText(stored ? toShownText(begun.steps) : '', stored);
  const over = new AbortController();
  const { runId, mode, throttleMs } = callback;
  const telling: Telling = {
    runId,
    mode,
    takeover: run.takeover,
    text: '',
    status: undefined,
    over: over.signal,
  };
  const teller = createTeller(deps, telling);
  const { offer, note } = createNotes(telling, shown);
  const stop = (): void => {
    over.abort();
    alarm?.[Symbol.dispose]();
  };
  const alarm = DUE_RULES[mode].isTimed
    ? deps.clock.every(throttleMs, () => {
        offer(toWholeCharacters(shown.read()));
        teller.tell();
      })
    : undefined;
  const listener: FeedListener = {
    event(placed) {
      note(placed);
      if (!isTerminalEvent(placed.event)) return teller.tell();
      stop();
      teller.end();
    },
    end: stop,
  };
  // Of a run that has said more than is kept here, its end is told by whoever looks for those.
  if (feed.attach(listener, stored) === undefined) stop();
}

/** Makes due what the run shows. */
function createNotes(telling: Telling, shown: ShownText) {
  const { isSilent, atText, atTurn } = DUE_RULES[telling.mode];
  let offered = 0;
  /** Text that was due before is not due again by itself. */
  const offer = (text = ''): void => {
    if (text.length <= offered) return;
    offered = text.length;
    telling.text = text;
  };
  return {
    offer,
    note({ event, place }: PlacedEvent): void {
      if (event.type === 'progress') {
        shown.add(place, event.text);
        offer(atText?.(shown.read()));
      }
      if (event.type === 'status' && isSilent === undefined) {
        offer(atTurn?.(shown.read()));
        telling.status = event.message;
      }
      if (event.type === 'rewind') {
        shown.rewind(event.after === null ? undefined : parseEventId(event.after));
        offered = 0;
        telling.text = '';
      }
    },
  };
}

interface Teller {
  /** Sends what is due, unless that is being done. */
  tell(): void;
  /** The run has ended: its end is told behind what is on its way. */
  end(): void;
}

function createTeller(deps: FollowActiveDeps, telling: Telling): Teller {
  const { runId } = telling;
  let isTelling = false;
  let hasEnded = false;
  const work = async (): Promise<void> => {
    isTelling = true;
    while (isDue(telling)) {
      try {
        await tellProgress(deps, telling);
      } catch (err) {
        deps.log.warn({ err, runId }, 'progress not called back');
      }
    }
    isTelling = false;
    if (hasEnded) deps.tellEnd(runId);
  };
  return {
    tell() {
      if (!isTelling && isDue(telling)) deps.track(work());
    },
    end() {
      hasEnded = true;
      if (!isTelling) deps.tellEnd(runId);
    },
  };
}
