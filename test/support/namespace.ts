import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';

/** A network namespace with real links that lives as long as a test. Needs root. */
export class Namespace {
  readonly #name = `tsp${randomBytes(4).toString('hex')}`;
  /** Words of a command that runs others in it. */
  readonly under = ['ip', 'netns', 'exec', this.#name] as const;

  constructor() {
    execFileSync('ip', ['netns', 'add', this.#name]);
  }

  /** Runs `ip` in it with these words. */
  ip(words: string): string {
    return execFileSync('ip', ['-n', this.#name, ...words.split(' ')], { encoding: 'utf8' });
  }

  /** Runs several of them, by one shell, which starts each in a third of the time. */
  ips(...all: readonly string[]): string {
    const text = all.map((words) => `ip -n ${this.#name} ${words}`).join('\n');
    return execFileSync('sh', ['-ec', text], { encoding: 'utf8' });
  }

  /** What stands there, one fact a line, in no order: links, addresses but those of the kernel, routes of all tables. */
  facts(): readonly string[] {
    const links = JSON.parse(this.ip('-j addr show')) as readonly Link[];
    const lines = links.flatMap(({ ifname, flags, address, master, addr_info: addresses }) => [
      `link ${ifname} ${address} ${flags.includes('UP') ? 'up' : 'down'} ${master ?? ''}`,
      ...addresses.flatMap(({ local, prefixlen, scope, label, secondary }) =>
        scope === 'link'
          ? []
          : [`addr ${ifname} ${local}/${prefixlen} ${label ?? ''} ${secondary === true ? 'secondary' : ''}`],
      ),
    ]);
    const routes = ['-4', '-6'].flatMap((family) => this.ip(`${family} route show table all`).split('\n'));
    const made = routes.filter(
      (route) => route !== '' && !/ proto kernel | table local |^multicast /.test(route),
    );
    return [...lines, ...made.map((route) => route.replaceAll(/ linkdown| dead/g, '').trim())].toSorted();
  }

  close(): void {
    execFileSync('ip', ['netns', 'del', this.#name]);
  }
}

interface Link {
  readonly ifname: string;
  readonly flags: readonly string[];
  readonly address: string;
  readonly master?: string;
  readonly addr_info: readonly {
    readonly local: string;
    readonly prefixlen: number;
    readonly scope: string;
    readonly label?: string;
    readonly secondary?: boolean;
  }[];
}
