import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { parseManifests, textAt } from '../k8s/checks/manifest.ts';
import { ROOT, readKept } from '../k8s/checks/read-render.ts';
import { toWorkloads } from '../k8s/checks/workload.ts';

const run = promisify(execFile);
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const DEBIAN = 'localhost/stand-in-debian:1';
const NODE = 'docker.io/library/node:26-slim';
const NGINX = 'docker.io/nginxinc/nginx-unprivileged:1.29.3-alpine';
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
/** What any machine lets root set. */
const LIMITS = ['--ulimit', 'nofile=1024:4096', '--ulimit', 'nproc=4000:4000'];

/** Why images cannot be tried on this machine; undefined when they can. */
export async function whyNoImages(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'only root can do without a registry';
  for (const program of ['podman', 'runc', 'mmdebstrap', 'iptables']) {
    const isThere = await run('which', [program], { env: { PATH } }).catch(() => undefined);
    if (isThere === undefined)
      return `there is no ${program}: apt-get install podman buildah runc netavark aardvark-dns iptables mmdebstrap`;
  }
  return undefined;
}

interface ContainerOptions {
  /** Of the manifests, whose rights and limits it gets. */
  readonly app: string;
  readonly name?: string;
  readonly image: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  /** Published on a port of loopback. */
  readonly publish?: string;
  readonly command?: readonly string[];
}

/** Podman with a storage and a network of its own, which go with it. */
export interface Podman extends AsyncDisposable {
  readonly dir: string;
  podman(...args: readonly string[]): Promise<string>;
  /** Starts a container with the user, the memory and the rights that its manifest gives it. */
  start(options: ContainerOptions): Promise<void>;
}

export async function openPodman(): Promise<Podman> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'bakerst-images-')));
  await writeSettings(dir);
  const env = {
    PATH,
    CONTAINERS_CONF: join(dir, 'containers.conf'),
    CONTAINERS_STORAGE_CONF: join(dir, 'storage.conf'),
  };
  const podman = async (...args: readonly string[]): Promise<string> =>
    (await run('podman', args, { env, maxBuffer: 64 * 1024 * 1024 })).stdout.trim();
  await buildBases(dir, podman);
  const registry = await run('npm', ['config', 'get', 'registry'], { cwd: ROOT, env: { PATH } });
  await run(join(ROOT, 'scripts/build.sh'), [], {
    env: {
      ...env,
      BUILDER: 'podman',
      BUILD_FLAGS: `--pull=never --network host ${LIMITS.join(' ')}`,
      NODE_IMAGE: NODE,
      NGINX_IMAGE: NGINX,
      NPM_CONFIG_REGISTRY: registry.stdout.trim(),
    },
    maxBuffer: 64 * 1024 * 1024,
  });
  await podman('network', 'create', 'bakerst');
  const workloads = toWorkloads(parseManifests(await readKept('homelab')));
  return {
    dir,
    podman,
    async start({ app, name = app, image, env: variables = {}, ...more }) {
      const workload = workloads.find((each) => each.app === app);
      const memory = textAt(workload?.containers[0], 'resources', 'limits', 'memory');
      const user = String(Reflect.get(Object(workload?.pod), 'securityContext').runAsUser);
      await podman(
        ...['run', '--detach', '--pull=never', '--name', name, '--network', 'bakerst'],
        ...['--network-alias', app, '--read-only', '--cap-drop', 'ALL'],
        ...['--security-opt', 'no-new-privileges', '--tmpfs', '/tmp:mode=1777', '--user', user],
        ...['--memory', memory.replace('Mi', 'm').replace('Gi', 'g')],
        ...Object.entries(variables).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
        ...(more.volumes ?? []).flatMap((volume) => ['--volume', volume]),
        ...(more.publish === undefined ? [] : ['--publish', `127.0.0.1:${more.publish}`]),
        image,
        ...(more.command ?? []),
      );
    },
    async [Symbol.asyncDispose]() {
      await podman('rm', '--all', '--force', '--time', '0').catch(() => '');
      await podman('network', 'rm', '--force', 'bakerst').catch(() => '');
      await podman('system', 'reset', '--force').catch(() => '');
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Nothing of it reaches what else podman does on this machine. */
async function writeSettings(dir: string): Promise<void> {
  await writeFile(
    join(dir, 'containers.conf'),
    `[network]
network_backend = "netavark"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[containers]
default_ulimits = ["nofile=1024:4096", "nproc=4000:4000"]
`,
  );
  await writeFile(
    join(dir, 'storage.conf'),
    `[storage]\ndriver = "overlay"\nrunroot = "${dir}/run"\ngraphroot = "${dir}/graph"\n`,
  );
}

/** In the place of the images of a registry: Debian, this repository's own Node, Debian's nginx. */
async function buildBases(dir: string, podman: Podman['podman']): Promise<void> {
  const tar = join(dir, 'debian.tar');
  const packages = 'ca-certificates,libstdc++6,libatomic1,procps,nginx-light';
  await run('mmdebstrap', ['--variant=minbase', `--include=${packages}`, 'bookworm', tar], {
    env: { PATH, TMPDIR: dir },
    maxBuffer: 64 * 1024 * 1024,
  });
  await podman('import', '-q', tar, DEBIAN);
  const context = join(dir, 'node');
  await mkdir(context);
  const npm = await run('npm', ['root', '-g'], { env: { PATH } });
  await cp(process.execPath, join(context, 'node'), { dereference: true });
  await cp(join(npm.stdout.trim(), 'npm'), join(context, 'npm'), { recursive: true });
  await writeFile(join(context, 'ca.crt'), await readFile(CERTIFICATES));
  const build = ['build', '-q', '--pull=never', '--network', 'host', ...LIMITS];
  await writeFile(
    join(context, 'Dockerfile'),
    `FROM ${DEBIAN}
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
COPY ca.crt ${CERTIFICATES}
ENV NODE_EXTRA_CA_CERTS=${CERTIFICATES}
RUN cd /usr/local/bin && ln -s ../lib/node_modules/npm/bin/npm-cli.js npm && ln -s ../lib/node_modules/npm/bin/npx-cli.js npx && useradd -u 1000 -m node
`,
  );
  await podman(...build, '-t', NODE, context);
  await writeFile(
    join(context, 'Dockerfile'),
    `FROM ${DEBIAN}\nRUN rm -rf /etc/nginx/modules-enabled\n`,
  );
  await podman(...build, '-t', NGINX, context);
  await rm(dirname(join(context, 'node')), { recursive: true });
}
