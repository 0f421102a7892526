import type { PlacedResult } from '@bakerst/contracts';

/** Far below what a message of the bus may hold (2 MB): questions travel with answers. */
const MESSAGE_BYTES = 1_000_000;

interface Untold {
  readonly placed: PlacedResult;
  readonly bytes: number;
}

type Note = (results: readonly PlacedResult[], signal: AbortSignal) => Promise<unknown>;

/**
 * Answers of tool calls on their way to a brain: one message after the other, in their order, none larger than the bus
 * takes. What could not be told stays.
 */
export class AnswerJournal {
  readonly #note: Note;
  #untold: Untold[] = [];
  #telling: Promise<void> = Promise.resolve();

  /** `note`: has these stored, and resolves once they are. */
  constructor(note: Note) {
    this.#note = note;
  }

  add(placed: PlacedResult): void {
    this.#untold.push({ placed, bytes: Buffer.byteLength(JSON.stringify(placed)) });
  }

  /** Tells as much as a question cannot carry, and gives the rest. Rejects with the signal's reason. */
  async prepareQuestion(signal: AbortSignal): Promise<readonly PlacedResult[]> {
    await this.#telling;
    let along = this.#nextMessage();
    while (along.length < this.#untold.length) {
      await this.#tellOnce(signal);
      along = this.#nextMessage();
    }
    return along;
  }

  /** These have been stored. By themselves, not by their number: the end of an execution may tell what a question carries. */
  forget(told: readonly PlacedResult[]): void {
    const gone = new Set(told);
    this.#untold = this.#untold.filter(({ placed }) => !gone.has(placed));
  }

  /** Tells everything. Rejects with the signal's reason. */
  tell(signal: AbortSignal): Promise<void> {
    const told = this.#telling.then(async () => {
      while (this.#untold.length > 0) await this.#tellOnce(signal);
    });
    this.#telling = told.catch(() => undefined);
    return told;
  }

  async #tellOnce(signal: AbortSignal): Promise<void> {
    const message = this.#nextMessage();
    await this.#note(message, signal);
    this.forget(message);
  }

  #nextMessage(): readonly PlacedResult[] {
    let bytes = 0;
    const end = this.#untold.findIndex((each, at) => {
      bytes += each.bytes;
      return at > 0 && bytes > MESSAGE_BYTES;
    });
    const fitting = end < 0 ? this.#untold : this.#untold.slice(0, end);
    return fitting.map(({ placed }) => placed);
  }
}
