/** A model with what it allows. */
export interface ModelChoice {
  readonly name: string;
  readonly maxTokens: number;
  readonly contextTokens: number;
  /** Tokens of history that a request may carry. */
  readonly historyTokens: number;
}

/** The key of the model that a person has given. */
export interface ModelKeyStore {
  /** Another number after each change, of whichever brain; 0 before the first one. */
  readRevision(): number;
  /** Undefined when there is none. Throws when what is stored cannot be opened. */
  read(): string | undefined;
  set(key: string): Promise<void>;
  clear(): Promise<void>;
}
