import type { CommandContext } from '@bakerst/commands';
import { type KeyboardEvent, useEffect, useId, useState } from 'react';
import { texts } from '../texts/index.ts';
import { type Suggestion, useSuggestions } from './use-suggestions.ts';

export interface Completion {
  readonly id: string;
  readonly suggestions: readonly Suggestion[];
  readonly chosen: number;
  choose(place: number): void;
  take(suggestion: Suggestion): void;
  /** True when the key was meant for the list. */
  onKeyDown(event: KeyboardEvent): boolean;
  /** What tells a screen reader about the list. */
  readonly field: Readonly<Record<string, string | boolean | undefined>>;
}

interface Completed {
  readonly context: CommandContext;
  readonly onText: (text: string) => void;
}

/** Completes slash commands while they are written. */
export function useCompletion(text: string, { context, onText }: Completed): Completion {
  const id = useId();
  const [chosen, choose] = useState(0);
  const [closedFor, setClosedFor] = useState<string>();
  const found = useSuggestions(text, context);
  const suggestions = closedFor === text ? [] : found;
  useEffect(() => choose(0), [text]);
  const take = (suggestion: Suggestion): void => onText(suggestion.text);
  const isOpen = suggestions.length > 0;
  const act = toKeyAction({ suggestions, chosen, text });
  const onKeyDown = (event: KeyboardEvent): boolean => {
    const action = event.shiftKey ? undefined : act(event.key);
    if (action === undefined) return false;
    event.preventDefault();
    if (action === 'close') setClosedFor(text);
    else if (typeof action === 'number') choose(action);
    else take(action);
    return true;
  };
  return {
    id,
    suggestions,
    chosen,
    choose,
    take,
    onKeyDown,
    field: {
      role: isOpen ? 'combobox' : undefined,
      'aria-expanded': isOpen || undefined,
      'aria-controls': isOpen ? id : undefined,
      'aria-activedescendant': isOpen ? `${id}-${chosen}` : undefined,
      'aria-autocomplete': isOpen ? 'list' : undefined,
    },
  };
}

interface ListState {
  readonly suggestions: readonly Suggestion[];
  readonly chosen: number;
  readonly text: string;
}

/** What a key does: choose a place, take a suggestion, close the list, or nothing here. */
function toKeyAction({ suggestions, chosen, text }: ListState) {
  const suggestion = suggestions[chosen];
  const { length } = suggestions;
  return (key: string): number | Suggestion | 'close' | undefined => {
    if (suggestion === undefined) return undefined;
    if (key === 'ArrowDown') return (chosen + 1) % length;
    if (key === 'ArrowUp') return (chosen + length - 1) % length;
    if (key === 'Escape') return 'close';
    const isWhole = suggestion.text.trim() === text.trim();
    return key === 'Tab' || (key === 'Enter' && !isWhole) ? suggestion : undefined;
  };
}

export function CommandCompletion({ completion }: { readonly completion: Completion }) {
  const { id, suggestions, chosen, choose, take } = completion;
  if (suggestions.length === 0) return null;
  return (
    <div
      id={id}
      role="listbox"
      aria-label={texts.palette.commands}
      className="absolute inset-x-3 bottom-full z-20 mb-1 max-h-72 overflow-y-auto rounded-xl border border-line bg-raised p-1 text-sm shadow-lg"
    >
      {suggestions.map((suggestion, place) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the focus, and its keys choose here
        // biome-ignore lint/a11y/useFocusableInteractive: the same
        <div
          key={suggestion.text}
          id={`${id}-${place}`}
          role="option"
          aria-selected={place === chosen}
          onMouseEnter={() => choose(place)}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => take(suggestion)}
          className={`flex cursor-pointer items-baseline gap-3 rounded-lg px-3 py-1.5 ${place === chosen ? 'bg-sunken' : ''}`}
        >
          <span className="shrink-0 font-mono">{suggestion.name}</span>
          <span className="truncate text-soft">{suggestion.hint}</span>
        </div>
      ))}
    </div>
  );
}
