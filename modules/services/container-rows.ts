import type { ContainerOptions } from './container.ts';

type Declared = Extract<ContainerOptions, { readonly image: string }>;

/** What is declared of a container as the host would print it, and how to ask for that. */
export interface ContainerRows {
  /** What rows begin with that are compared; all others are left as they are. */
  readonly kinds: readonly string[];
  /** The rows wanted of these, in the same order. */
  readonly rows: readonly string[];
}

/** The rows that a container with these options has. */
export function rowsOf(o: Declared): ContainerRows {
  const parts: (readonly [kind: string, ...rows: string[]])[] = [['image ', `image ${plainImage(o.image)}`]];
  const add = (kind: string, ...rows: string[]): void => void parts.push([kind, ...rows]);
  if (o.ports !== undefined) add('port ', ...portRows(o.ports));
  for (const volume of o.volumes ?? []) {
    const { source, target, readOnly } = volumeParts(volume);
    const kind = `volume ${goJson(target)} `;
    add(kind, `${kind}${goJson(source)} ${readOnly ? 'ro' : 'rw'}`);
  }
  for (const [key, value] of Object.entries(o.env ?? {}).toSorted(byKey)) {
    // A secret one is known by the file that it stands in.
    if (typeof value === 'string') add(`env "${key}=`, `env ${goJson(`${key}=${value}`)}`);
  }
  if (o.command !== undefined) add('command ', `command ${goJson(o.command)}`);
  if (o.restart !== undefined) add('restart ', `restart ${o.restart}`);
  if (o.networks !== undefined) add('network ', ...o.networks.toSorted().map((name) => `network ${name}`));
  if (o.user !== undefined) add('user ', `user ${goJson(String(o.user))}`);
  for (const [key, value] of Object.entries(o.labels ?? {}).toSorted(byKey)) {
    add(`label ${goJson(key)} `, `label ${goJson(key)} ${goJson(value)}`);
  }
  if (o.capabilities !== undefined) {
    add('capability ', ...o.capabilities.toSorted().map((name) => `capability ${name}`));
  }
  if (o.memory !== undefined) add('memory ', `memory ${o.memory * 1024 * 1024}`);
  if (o.cpus !== undefined) add('cpus ', `cpus ${Math.round(o.cpus * 1e9)}`);
  return {
    kinds: parts.map(([kind]) => kind),
    rows: parts.flatMap(([, ...rows]) => rows),
  };
}

/** What the engine's `create` is given for these options, up to the image and its command. */
export function createArguments(o: Declared): readonly string[] {
  const words: string[] = [];
  const add = (name: string, value: string): void => void words.push(name, value);
  for (const port of o.ports ?? []) add('--publish', port);
  for (const volume of o.volumes ?? []) add('--volume', volume);
  for (const [key, value] of Object.entries(o.env ?? {}).toSorted(byKey)) {
    if (typeof value === 'string') add('--env', `${key}=${value}`);
  }
  if (o.restart !== undefined) add('--restart', o.restart);
  const [network] = o.networks?.toSorted() ?? [];
  if (network !== undefined) add('--network', network);
  if (o.user !== undefined) add('--user', String(o.user));
  for (const [key, value] of Object.entries(o.labels ?? {}).toSorted(byKey))
    add('--label', `${key}=${value}`);
  for (const name of o.capabilities?.toSorted() ?? []) add('--cap-add', name);
  if (o.memory !== undefined) add('--memory', `${o.memory}m`);
  if (o.cpus !== undefined) add('--cpus', String(o.cpus));
  if (o.pull === 'never') add('--pull', 'never');
  return [...words, o.image, ...(o.command ?? [])];
}

/** Networks beside the one that it is made with. */
export function moreNetworks(o: Declared): readonly string[] {
  return o.networks?.toSorted().slice(1) ?? [];
}

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : a > b ? 1 : 0;

/** The name of an image as docker shortens it. */
export function plainImage(name: string): string {
  const short = name.replace(/^docker\.io\/(?:library\/)?/, '');
  return /[:@][^/]*$/.test(short) ? short : `${short}:latest`;
}

/** As the engines sort them: by the port of the container, as text. */
function portRows(ports: readonly string[]): readonly string[] {
  const parts = ports.map((port) => {
    const words = port.split(':');
    const inner = words.pop() ?? '';
    const outer = words.pop() ?? '';
    const address = words.join(':').replaceAll(/[[\]]/g, '');
    return {
      inner: inner.includes('/') ? inner : `${inner}/tcp`,
      outer: `${address === '0.0.0.0' ? '' : address}:${outer}`,
    };
  });
  return parts
    .toSorted((a, b) => (a.inner < b.inner ? -1 : a.inner > b.inner ? 1 : 0))
    .map(({ inner, outer }) => `port ${outer}:${inner}`);
}

export function volumeParts(volume: string): {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
} {
  const [source = '', target = '', mode = ''] = volume.split(':');
  return { source, target, readOnly: mode.split(',').includes('ro') };
}

/** JSON as Go prints it. */
function goJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[\u2028\u2029]/g, (one) =>
    one === '\u2028' ? '\\u2028' : '\\u2029',
  );
}
