export interface Suggestion {
  /** What the field holds once it is taken. */
  readonly text: string;
  readonly name: string;
  readonly hint: string;
}

export function useSuggestions(_text: string): readonly Suggestion[] {
  return [];
}
