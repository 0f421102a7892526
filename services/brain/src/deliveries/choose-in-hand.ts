import type { DueDelivery } from './delivery.ts';

/** Deliveries that a gateway has in hand at a time; those whose runs still wait are counted for themselves. */
const MOST_IN_HAND = 200;
/** Of one chat: it keeps nobody else waiting. */
const MOST_OF_CHAT = 5;
/** Whoever has said something sees soon that it waits. */
const MOST_WAITING_OF_CHAT = 20;

/**
 * Which deliveries a gateway has in hand: those that it has already, and of the others, the oldest first, as many as there
 * is room for.
 */
export function chooseInHand(
  due: readonly DueDelivery[],
  isInHand: (id: string) => boolean,
): readonly DueDelivery[] {
  const places = { begun: createPlaces(MOST_OF_CHAT), waiting: createPlaces(MOST_WAITING_OF_CHAT) };
  const placesOf = ({ place }: DueDelivery) =>
    place === undefined ? places.begun : places.waiting;
  for (const delivery of due) if (isInHand(delivery.id)) placesOf(delivery).take(delivery);
  return due.filter((delivery) => isInHand(delivery.id) || placesOf(delivery).takeFree(delivery));
}

function createPlaces(mostOfChat: number) {
  const ofChat = new Map<string, number>();
  let all = 0;
  const take = ({ chatId }: DueDelivery): void => {
    ofChat.set(chatId, (ofChat.get(chatId) ?? 0) + 1);
    all++;
  };
  return {
    take,
    /** False when there is no place. */
    takeFree(delivery: DueDelivery): boolean {
      if (all >= MOST_IN_HAND || (ofChat.get(delivery.chatId) ?? 0) >= mostOfChat) return false;
      take(delivery);
      return true;
    },
  };
}
