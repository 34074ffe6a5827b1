import {
  absent,
  action,
  builtins,
  defineModule,
  file,
  option,
  present,
  query,
  reading,
  Secret,
  sh,
  stdout,
  tool,
  value,
  withSecrets,
  type OptionRule,
  type OptionRules,
  type Sh,
  type Step,
} from '../../src/steps/index.ts';
import { checkAbsent } from '../absent.ts';
import { createArguments, moreNetworks, rowsOf, volumeParts } from './container-rows.ts';
import { containerFunctions } from './container-shell.ts';

interface Common {
  /** Which engine runs it. @defaultValue docker where that is on the host, else podman */
  readonly engine?: 'docker' | 'podman';
}

interface Present extends Common {
  /** What it is made from: `'nginx:1.27'`. */
  readonly image: string;
  /**
   * When the image is fetched: `always` asks its registry each time and makes the container anew if the name stands for
   * another image now, which a check cannot know. @defaultValue 'missing'
   */
  readonly pull?: 'missing' | 'always' | 'never';
  /** What it runs, word by word. @defaultValue as its image says */
  readonly command?: readonly [string, ...string[]];
  /** All ports that are published: `'8080:80'`, `'127.0.0.1:53:53/udp'`. @defaultValue left as they are */
  readonly ports?: readonly string[];
  /** Folders and volumes inside it: `'/srv/data:/data:ro'`, `'cache:/var/cache'`. Others, of its image, are left. @defaultValue left as they are */
  readonly volumes?: readonly string[];
  /**
   * Environment variables. Secret ones are written into `envFile`, which is then this task's own; whoever may ask the
   * engine on that host can read them there all the same.
   * @defaultValue left as they are
   */
  readonly env?: Readonly<Record<string, string | Secret>>;
  /** A file on the host with lines `KEY=value`. If it has changed, the container is made anew. @defaultValue none */
  readonly envFile?: string;
  /** When the engine starts it again. @defaultValue as the engine has it: never */
  readonly restart?: 'no' | 'always' | 'unless-stopped' | 'on-failure' | `on-failure:${number}`;
  /** All networks that it is in, or `['host']` or `['none']`. They must be there. @defaultValue left as it is */
  readonly networks?: readonly string[];
  /** Who it runs as, by name or number, such as `'1000:1000'`. @defaultValue as its image says */
  readonly user?: string | number;
  /** What the engine keeps with it, for other programs. @defaultValue left as they are */
  readonly labels?: Readonly<Record<string, string>>;
  /** All that it may do beside what every container may: `['NET_ADMIN']`. @defaultValue left as they are */
  readonly capabilities?: readonly string[];
  /** Most memory, in MiB. @defaultValue left as it is */
  readonly memory?: number;
  /** Most processors, such as 0.5. @defaultValue left as it is */
  readonly cpus?: number;
  /** @defaultValue 'running' */
  readonly state?: 'running' | 'stopped';
}

type None<T> = { readonly [K in Exclude<keyof T, keyof Common | 'state'>]?: never };

interface Absent extends Common, None<Present> {
  /** Ends and removes it, and one that it has replaced. Volumes stay. It cannot be taken back. */
  readonly state: 'absent';
}

/** Options of {@link container}. */
export type ContainerOptions = Present | Absent;

const portText = option.line(
  /^(?:(?:[\d.]+|\[[\da-fA-F:.]+\]):)?\d{1,5}:\d{1,5}(?:\/(?:tcp|udp|sctp))?$/,
  "a port such as '8080:80' or '127.0.0.1:53:53/udp'",
);
const volumeText = option.line(
  /^(?:\/[^:]*|[\w][\w.-]*):\/[^:]*(?::[a-zA-Z,]+)?$/,
  "such as '/srv/data:/data:ro' or 'cache:/var/cache'",
);
const variable: OptionRule = (name, given) =>
  given instanceof Secret
    ? []
    : typeof given === 'string' && !/[\0\p{Cs}]/u.test(given)
      ? []
      : [`${name} must be a text or a secret, not ${option.shown(given)}`];
const wordName = option.line(/^[\w][\w.-]*$/, 'a name');

const options: OptionRules<ContainerOptions> = {
  image: option.line(/^[\w][\w./:@-]*$/, 'the name of an image'),
  engine: option.oneOf('docker', 'podman'),
  pull: option.oneOf('missing', 'always', 'never'),
  command: option.listOf(option.word, 1),
  ports: option.listOf(portText),
  volumes: option.listOf(volumeText),
  env: option.mapOf(variable, (key) =>
    /^[A-Za-z_]\w*$/.test(key) ? undefined : `${option.quoted(key)} is not the name of a variable`,
  ),
  envFile: option.path,
  restart: option.line(
    /^(?:no|always|unless-stopped|on-failure(?::[1-9]\d{0,5})?)$/,
    "'no', 'always', 'unless-stopped', 'on-failure' or 'on-failure:3'",
  ),
  networks: option.listOf(wordName, 1),
  user: option.rule(
    "a name or number, or two such as '1000:1000'",
    (given) =>
      (typeof given === 'number' && Number.isSafeInteger(given) && given >= 0) ||
      (typeof given === 'string' && /^[\w][\w.-]*(?::[\w][\w.-]*)?$/.test(given)),
  ),
  labels: option.mapOf(option.word, (key) =>
    /^[\w][\w./-]*$/.test(key) ? undefined : `${option.quoted(key)} is not the name of a label`,
  ),
  capabilities: option.listOf(option.line(/^(?!CAP_)[A-Z_]+$/, "such as 'NET_ADMIN', without CAP_")),
  memory: option.whole(6, 1 << 26),
  cpus: option.rule('a number above 0', (given) => typeof given === 'number' && given > 0 && given < 10_000),
  state: option.oneOf('running', 'stopped', 'absent'),
};

/**
 * A container of docker or podman. One that is there is compared with what is declared and left alone if nothing differs;
 * what can only be said at its making makes it anew. The one that it replaces stays beside it, stopped and named
 * `NAME-replaced`, until the next is replaced: a rollback brings it back, and so does a new one that does not stay up.
 * Options and variables that are left out are not compared.
 *
 * @example
 * container('web', {
 *   image: 'nginx:1.27',
 *   ports: ['8080:80'],
 *   volumes: ['/srv/www:/usr/share/nginx/html:ro'],
 *   restart: 'unless-stopped',
 * })
 * @see https://docs.docker.com/reference/cli/docker/container/create/
 */
export const container = defineModule<ContainerOptions>('container', {
  options,
  claims: (name, o) => [
    {
      resource: `container:${o.engine === undefined ? '' : `${o.engine}/`}${name}`,
      value: o.state === 'absent' ? 'absent' : rowsOf(o).rows.join('; '),
    },
  ],
  check(name, o, problem) {
    if (!/^[\w][\w.-]{0,200}$/.test(name)) {
      problem(`the name must be letters, digits and _ . -, not ${option.quoted(name)}`);
    }
    if (name.endsWith('-replaced'))
      problem('the name must not end in -replaced, as those that were replaced do');
    if (o.state === 'absent') {
      checkAbsent(o, ['engine'], problem);
      return;
    }
    if (o.image === undefined) problem('image is missing');
    const secrets = Object.entries(o.env ?? {}).filter(([, one]) => one instanceof Secret);
    if (secrets.length > 0 && o.envFile === undefined) {
      problem('secrets in env need envFile, a private file that they are written to');
    }
    const [only, ...more] = o.networks ?? [];
    for (const kind of ['host', 'none']) {
      if (!(o.networks ?? []).includes(kind)) continue;
      if (more.length > 0) problem(`a container in the network ${kind} is in no other`);
      if (only === kind && (o.ports ?? []).length > 0)
        problem(`ports are not published in the network ${kind}`);
    }
    duplicates(o.networks ?? []).forEach((one) => problem(`networks has ${one} twice`));
    duplicates(o.capabilities ?? []).forEach((one) => problem(`capabilities has ${one} twice`));
    duplicates((o.volumes ?? []).map((one) => volumeParts(one).target)).forEach((one) =>
      problem(`volumes has two for ${one}`),
    );
    duplicates((o.ports ?? []).map((one) => one.replace(/\/tcp$/, ''))).forEach((one) =>
      problem(`ports has ${one} twice`),
    );
  },
  steps(name, o, call): readonly Step[] {
    const engine = o.engine ?? 'auto';
    const programs = tool(o.engine ?? ['docker', 'podman'], packagesOf(o.engine));
    const list = query(`containers_${engine}`, sh`containers_list ${engine} "$@"`, [name]);
    const uses = [containerFunctions, list];
    const isThere = builtins`containers_rows ${name} ${list.output}`;
    if (o.state === 'absent') {
      return [
        programs,
        absent(`container ${name}`, { uses, test: isThere, remove: removal(engine, name) }),
        leftover(engine, name),
      ];
    }
    const want = rowsOf(o);
    const running = o.state !== 'stopped';
    const make = sh`containers_make ${engine} ${name} ${running ? 'yes' : 'no'} ${o.envFile ?? ''} ${moreNetworks(o).join(' ')} ${createArguments(o)}`;
    const back = sh`containers_back ${engine} ${name}`;
    const text = want.rows.join('\n');
    return [
      programs,
      ...secretFile(o, (text) => call.problem(text)),
      ...(o.pull === 'always' ? [pullStep(engine, o.image)] : []),
      value(`container ${name}`, {
        uses,
        read: reading(builtins`containers_say ${name} ${list.output} ${want.kinds}`),
        want: text,
        write: sh`if [ "$1" = ${text} ]; then ${make}; else ${back}; fi`,
        lifetime: 'disk',
        provides: `container:${name}`,
      }),
      ...(o.pull === 'always' ? [currentStep(engine, name, o.image, uses, list.output, make, back)] : []),
      ...(o.envFile === undefined ? [] : [variablesStep(name, o.envFile, uses, list.output, make, back)]),
      value(`container ${name} is up`, {
        uses,
        read: reading(builtins`containers_say_state ${name} ${list.output}`),
        want: running ? 'running' : 'stopped',
        write: sh`containers_set_state ${engine} ${name} "$1"`,
      }),
    ];
  },
});

const packagesOf = (engine: string | undefined): Readonly<Record<string, string>> =>
  engine === 'podman'
    ? { debian: 'podman', fedora: 'podman', rhel: 'podman', suse: 'podman', alpine: 'podman', arch: 'podman' }
    : {
        debian: 'docker.io',
        fedora: 'moby-engine',
        rhel: 'podman',
        suse: 'docker',
        alpine: 'docker',
        arch: 'docker',
      };

function removal(engine: string, name: string): Sh {
  return sh`containers_engine ${engine} && "$ts_engine" rm -f -- ${name} >/dev/null`;
}

/** The one that was replaced goes with it. */
function leftover(engine: string, name: string): Step {
  const old = `${name}-replaced`;
  const list = query(`containers_${engine}`, sh`containers_list ${engine} "$@"`, [old]);
  return absent(`container ${old}`, {
    uses: [containerFunctions, list],
    test: builtins`containers_rows ${old} ${list.output}`,
    remove: removal(engine, old),
  });
}

/** Secret variables go into a file that only its owner may read, and not on a command line. */
function secretFile({ env, envFile }: Present, problem: (text: string) => void): readonly Step[] {
  const secrets = Object.entries(env ?? {}).filter(([, one]) => one instanceof Secret);
  if (envFile === undefined || secrets.length === 0) return [];
  const content = withSecrets((reveal) =>
    secrets
      .map(([key, one]) => {
        const plain = one instanceof Secret ? reveal(one) : one;
        if (/[\n\0]/.test(plain))
          problem(`env.${key} has more than one line, which no file of variables can hold`);
        return `${key}=${plain}\n`;
      })
      .join(''),
  );
  return [file(envFile, { content, mode: '600' })];
}

function pullStep(engine: string, image: string): Step {
  const key = Buffer.from(image).toString('hex');
  return action(`pull of ${image}`, {
    uses: [containerFunctions],
    run: sh`containers_pull ${engine} ${image} ${key}`,
    changed: stdout.matches('^pulled '),
    undo: sh`containers_unpull ${engine} ${image} ${key}`,
    lifetime: 'disk',
  });
}

/** It is made from the image that the name stands for now. */
function currentStep(
  engine: string,
  name: string,
  image: string,
  uses: Step['uses'] & object,
  list: Sh,
  make: Sh,
  back: Sh,
): Step {
  const images = query(`images_${engine}`, sh`containers_images ${engine} "$@"`, [image]);
  return present(`container ${name} made from ${image} as it is now`, {
    uses: [...uses, images],
    test: builtins`containers_current ${name} ${list} ${image} ${images.output}`,
    create: make,
    remove: back,
    lifetime: 'disk',
  });
}

/** It is made with the variables that stand in the file now. */
function variablesStep(
  name: string,
  path: string,
  uses: Step['uses'] & object,
  list: Sh,
  make: Sh,
  back: Sh,
): Step {
  const files = query('container_files', sh`containers_files "$@"`, [path]);
  return present(`container ${name} made with ${path} as it is now`, {
    uses: [...uses, files],
    test: builtins`containers_read_file ${name} ${list} ${path} ${files.output}`,
    create: make,
    remove: back,
    lifetime: 'disk',
  });
}

function duplicates(list: readonly string[]): readonly string[] {
  return [...new Set(list.filter((one, index) => list.indexOf(one) !== index))];
}
