/** Slots that were let go, until nothing of them is left. */
export interface Departures {
  add(key: string, departure: PromiseLike<void>): void;
  /** Of one server. */
  of(key: string): Promise<void>;
  all(): Promise<void>;
}

export function createDepartures(): Departures {
  const underWay = new Map<string, Set<PromiseLike<void>>>();
  const of = async (key: string): Promise<void> => {
    await Promise.all(underWay.get(key) ?? []);
  };
  return {
    of,
    add(key, departure) {
      const ofServer = underWay.get(key) ?? new Set();
      underWay.set(key, ofServer.add(departure));
      void departure.then(() => {
        ofServer.delete(departure);
        if (ofServer.size === 0 && underWay.get(key) === ofServer) underWay.delete(key);
      });
    },
    async all() {
      await Promise.all([...underWay.keys()].map(of));
    },
  };
}
