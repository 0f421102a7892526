import { Heartbeat, Subjects, UserChange } from '@bakerst/contracts';
import type { NatsLink } from './nats-link.ts';
import { readJson } from './read-json.ts';
import type { SignListeners, Signs } from './signs.ts';

export function createNatsSigns(link: NatsLink): Signs {
  const publish = (subject: string, body?: object): void => {
    if (link.isConnected())
      link.nc.publish(subject, body === undefined ? undefined : JSON.stringify(body));
  };
  return {
    beat: (heartbeat) => publish(Subjects.heartbeat(heartbeat.service, heartbeat.id), heartbeat),
    tellChange: (change) => publish(Subjects.changes, change),
    tellReleased: () => publish(Subjects.released),
  };
}

/** Listens to the signs of all processes, this one's included. */
export function watchSigns(link: NatsLink, listeners: SignListeners): Disposable {
  const { nc } = link;
  const subscriptions = [
    nc.subscribe(Subjects.anyHeartbeat, {
      callback: (err, message) => {
        const heartbeat = err === null ? Heartbeat.safeParse(readJson(message)).data : undefined;
        if (heartbeat !== undefined) listeners.heartbeat(heartbeat);
      },
    }),
    nc.subscribe(Subjects.changes, {
      callback: (err, message) => {
        const change = err === null ? UserChange.safeParse(readJson(message)).data : undefined;
        if (change !== undefined) listeners.change(change);
      },
    }),
    nc.subscribe(Subjects.released, {
      callback: (err) => {
        if (err === null) listeners.released();
      },
    }),
  ];
  return {
    [Symbol.dispose]() {
      for (const subscription of subscriptions) subscription.unsubscribe();
    },
  };
}
