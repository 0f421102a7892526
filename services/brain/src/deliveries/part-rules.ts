import type { DeliveryPart, DeliveryReport } from '@bakerst/contracts/channels';

/** What is known of one message of the channel. */
export interface KnownPart {
  readonly state: DeliveryPart['state'];
  /** In whose time somebody was last about to send it: another number is another gateway, or the same one later. */
  readonly tenure: number;
  /** An earlier intent has no known outcome: this message may be there twice. */
  readonly mayBeRepeat: boolean;
  readonly messageId: string | null;
}

export type PartReport = Extract<DeliveryReport, { readonly part: number }>;

/**
 * What is known of a message after a report, of which each may come again; undefined: that it was not sent. Whoever asks
 * again before it sends has not sent; of somebody else, or once the outcome was unknown, that is not certain. What was
 * sent stays so.
 */
export function decidePart(
  known: KnownPart | undefined,
  report: PartReport,
  tenure: number,
): KnownPart | undefined {
  switch (report.event) {
    case 'sending': {
      const isAskedAgain = known?.state === 'sending' && known.tenure === tenure;
      if (isAskedAgain || known?.state === 'sent') return known;
      return { state: 'sending', tenure, mayBeRepeat: known !== undefined, messageId: null };
    }
    case 'sent':
      return {
        state: 'sent',
        tenure,
        mayBeRepeat: known?.mayBeRepeat ?? false,
        messageId: report.message_id,
      };
    case 'not_sent':
      if (known?.state !== 'sending') return known;
      return known.mayBeRepeat ? { ...known, state: 'unknown' } : undefined;
    case 'unknown':
      return known?.state === 'sending' ? { ...known, state: 'unknown' } : known;
    default:
      return report satisfies never;
  }
}
