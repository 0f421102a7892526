import { type ChildProcess, execFile } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeDir } from '../../scripts/testing/make-dir.ts';
import { ROOT } from './checks/read-render.ts';

const run = promisify(execFile);

/** Where the programs are that the scripts use. */
export const PATH = '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin';

/** Keeps Secrets as files, as a cluster would, in the little of kubectl that the scripts use; a test answers first. */
const KUBECTL = `#!/bin/sh
set -eu
cd "$CLUSTER"
[ "$1" != --namespace ] || shift 2
echo "$*" >> "$HOOKS/calls"
what="$1 \${2:-}"
. "$HOOKS/answers"
for last; do :; done
case "$what" in
  "version "*) ;;
  "get namespace") echo namespace/bakerst ;;
  "get secret")
    shift 2
    while [ "$1" != --ignore-not-found ]; do
      if [ -d "$1" ]; then
        echo "$1 / $(cat "$1.version")"
        for key in $(ls "$1"); do echo "$1 $key $(base64 < "$1/$key" | tr -d '\\n')"; done
      fi
      shift
    done ;;
  "create secret") echo "$4 \${5#--from-file=}" ;;
  "apply --server-side")
    if [ "$4" = --field-manager=bakerst ]; then
      for file; do :; done
      [ "$file" != - ] || { cat > "$HOOKS/kept"; exit 0; }
      cp "$file" "$HOOKS/manifests"
      echo 2 > "$HOOKS/revision"
      exit 0
    fi
    read -r name dir < "$6"
    new=$(for key in $(ls "$dir"); do echo "$key $(cat "$dir/$key")"; done | cksum)
    echo "$new"
    [ "$(cat "$name.version" 2> /dev/null || true)" = "$new" ] && exit 0
    rm -rf "$name"; cp -R "$dir" "$name"; echo "$new" > "$name.version" ;;
  "get deployment")
    case "$3" in
      -o) echo "deployment/brain $(cat "$HOOKS/revision" 2> /dev/null || echo 1)" ;;
      *) [ "$3" = brain ] ;;
    esac ;;
  "get statefulset") [ "$3" = -o ] && echo "statefulset/nats nats-$(cat "$HOOKS/revision" 2> /dev/null || echo 1)" ;;
  "create configmap") cat "\${4#--from-file=manifests=}" ;;
  "get configmap") cat "$HOOKS/kept" 2> /dev/null || true ;;
  "get cronjob") echo "cronjob/restore bakerst:$(cat "$HOOKS/revision" 2> /dev/null || echo 1)" ;;
  "get statefulset,deployment") printf '%s\\n' statefulset.apps/nats deployment.apps/brain ;;
  "get controllerrevision") echo 7 ;;
  "kustomize "*) printf 'image: %s\\n' bakerst:0.1.0 home/bakerst-ui:0.1.0 nats:2.14.7 ;;
  "create job") echo '{"args": ["scripts/restore.ts", "latest"]}' ;;
  "apply -f") cat >> "$HOOKS/applied" ;;
  "get pod") echo Running ;;
  "get job") echo 1/ ;;
  "exec -i")
    case "$3" in
      job/*) cat > "$HOOKS/copied.tar" ;;
      *) echo '{"id":"2026-01-01T00-00-00-000Z"}' ;;
    esac ;;
  "get pods" | "scale "* | "wait "* | "logs "* | "delete "* | "rollout status" | "rollout undo" | "set image") ;;
  "rollout restart") echo "$3" >> "$HOOKS/restarted" ;;
  *) exit 1 ;;
esac
`;

/** Half a minute goes by whenever somebody looks. */
const DATE = `#!/bin/sh
[ "$*" = +%s ] || { echo 20260101-000000; exit 0; }
now=$(($(cat "$HOOKS/now" 2> /dev/null || echo 0) + 30))
echo "$now" > "$HOOKS/now"
echo "$now"
`;

const SLEEP = '#!/bin/sh\n';

interface Running {
  readonly env?: Readonly<Record<string, string>>;
  readonly started?: (child: ChildProcess) => void;
}

/** A stand-in for kubectl and its cluster; `answers` is shell that may answer a call ($what: its first two words) and exit. */
export function openCluster(answers = '') {
  const dir = makeDir();
  const hooks = makeDir();
  const bin = makeDir();
  for (const [name, text] of Object.entries({ kubectl: KUBECTL, date: DATE, sleep: SLEEP })) {
    writeFileSync(join(bin, name), text);
    chmodSync(join(bin, name), 0o755);
  }
  writeFileSync(join(hooks, 'answers'), answers);
  const envFile = join(hooks, 'env-secrets');
  writeFileSync(envFile, '');
  const readHook = (name: string) =>
    existsSync(join(hooks, name)) ? readFileSync(join(hooks, name), 'utf8') : '';
  const runScript = async (name: string, args: readonly string[], more: Running = {}) => {
    const env = { PATH: `${bin}:${PATH}`, CLUSTER: dir, HOOKS: hooks, ...more.env };
    const running = run(join(ROOT, 'scripts', name), args, { env });
    more.started?.(running.child);
    const { stdout, stderr } = await running;
    return stdout + stderr;
  };
  return {
    dir,
    hooks,
    envFile,
    runScript,
    read: (secret: string, key: string) => readFileSync(join(dir, secret, key), 'utf8'),
    /** From now on. */
    answer: (text: string) => writeFileSync(join(hooks, 'answers'), text),
    async makeSecrets(text: string) {
      writeFileSync(envFile, text);
      return await runScript('secrets.sh', ['--env-file', envFile]);
    },
    readHook,
    restarted: () => readHook('restarted'),
    calls: () => readHook('calls').split('\n').slice(0, -1),
  };
}
