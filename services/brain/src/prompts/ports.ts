/** The parts of the system prompt that come from files. */
export interface Prompts {
  /** Who the assistant is and how it works; the same for every run until the files change. */
  readSystemPrompt(): string;
  /** The same for an agent that works on one job, out of sight. */
  readWorkerPrompt(): string;
}
