import type { ReceivedMessage } from '../channel.ts';

/** Messages that belong together as one, with all the files in their order; it goes by the key of the first one. */
export function joinMessages(
  first: ReceivedMessage,
  ...others: readonly ReceivedMessage[]
): ReceivedMessage {
  const pieces = [first, ...others];
  return {
    ...first,
    text: pieces
      .map(({ text }) => text)
      .filter((text) => text !== '')
      .join('\n'),
    repliesTo: pieces.find(({ repliesTo }) => repliesTo !== undefined)?.repliesTo,
    files: pieces.flatMap(({ files }) => files),
    // What is understood is to be said, whatever it comes with.
    strange: pieces.every(({ strange }) => strange !== undefined) ? first.strange : undefined,
    pieces,
  };
}
