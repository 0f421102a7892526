import type { ChannelName, DeliveryEvent } from '@bakerst/contracts/channels';
import type { Clock } from '@bakerst/kit';
import { chooseInHand } from './choose-in-hand.ts';
import type { Delivery, DueDelivery } from './delivery.ts';
import { type FindJob, toDeliveryView } from './delivery-view.ts';
import type { OutboxStore } from './ports.ts';

/** Told in one look: a reader that is slow is not to be cut off for what is told at once. */
const LOOK_BYTES = 256 * 1024;
/** A gateway that comes again is told what was withdrawn while it was away. */
const AWAY_MS = 60 * 60_000;
const MOST_WITHDRAWN = 1_000;

export interface TellerDeps {
  readonly outbox: Pick<OutboxStore, 'findOpen' | 'listDue' | 'listWithdrawn'>;
  readonly findJob: FindJob;
  readonly clock: Clock;
}

type Tell = (event: DeliveryEvent) => void;

/** Makes what tells one gateway, with each call, what is new to it; `more`: there is more to tell, soon. */
export function createTeller(
  deps: TellerDeps,
  channel: ChannelName,
  tell: Tell,
): () => 'all' | 'more' {
  let told: Told | undefined;
  return () => {
    tellWithdrawn(deps, told, { channel, tell });
    const looked = tellDue(deps, told ?? new Map(), { channel, tell });
    told = looked.told;
    return looked.bytes < LOOK_BYTES ? 'all' : 'more';
  };
}

/** What a gateway has in hand, by id. */
type Told = ReadonlyMap<string, DueDelivery>;

interface Listener {
  readonly channel: ChannelName;
  readonly tell: Tell;
}

function tellWithdrawn(
  { outbox, clock }: TellerDeps,
  told: Told | undefined,
  { channel, tell }: Listener,
): void {
  // What it had in hand before it came is known to itself.
  for (const id of outbox.listWithdrawn(channel, clock.now() - AWAY_MS, MOST_WITHDRAWN))
    if (told === undefined || told.has(id)) tell({ type: 'withdrawn', id });
}

function tellDue(
  { outbox, findJob }: TellerDeps,
  before: Told,
  { channel, tell }: Listener,
): { readonly told: Told; readonly bytes: number } {
  const told = new Map<string, DueDelivery>();
  let bytes = 0;
  for (const due of chooseInHand(outbox.listDue(channel), (id) => before.has(id))) {
    const known = before.get(due.id);
    const isTold = known?.revision === due.revision;
    if (isTold && known.place !== due.place) tell({ type: 'moved', id: due.id });
    const delivery = isTold || bytes >= LOOK_BYTES ? undefined : outbox.findOpen(due.id);
    if (delivery !== undefined) {
      tell({ type: 'delivery', delivery: toDeliveryView(delivery, findJob) });
      bytes += sizeOf(delivery);
    }
    if (isTold || delivery !== undefined) told.set(due.id, due);
  }
  return { told, bytes };
}

/** Roughly. */
function sizeOf({ subject }: Delivery): number {
  return 4_096 + (subject.kind === 'text' ? subject.text.length * 3 : 0);
}
