import { at, listAt, type Manifest, textAt } from './manifest.ts';
import { toWorkloads, type Workload } from './workload.ts';

/** A volume belongs to one node at a time: whoever has it must be where the others are, or it never starts. */
export function lintClaims(manifests: readonly Manifest[]): readonly string[] {
  const users = toWorkloads(manifests).filter(isWithOthers).flatMap(toUsers);
  const claims = [...new Set(users.map(({ claim }) => claim))];
  return claims.flatMap((claim) => {
    const places = new Set(users.filter((user) => user.claim === claim).map(({ place }) => place));
    return places.size < 2
      ? []
      : [`PersistentVolumeClaim/${claim}: its pods are not bound to the same node`];
  });
}

/** What is suspended is run by hand, while the others are stopped. */
function isWithOthers({ manifest }: Workload): boolean {
  return at(manifest.value, 'spec', 'suspend') !== true;
}

function toUsers({ pod }: Workload) {
  const near = listAt(
    pod,
    'affinity',
    'podAffinity',
    'requiredDuringSchedulingIgnoredDuringExecution',
  );
  return listAt(pod, 'volumes')
    .map((volume) => textAt(volume, 'persistentVolumeClaim', 'claimName'))
    .filter((claim) => claim !== '')
    .map((claim) => ({ claim, place: JSON.stringify(near) }));
}
