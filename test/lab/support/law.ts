import { beforeAll, describe, expect, it } from 'vitest';
import type { Lab } from './lab.ts';
import { labProject, taskStatuses } from './project.ts';

/** The statuses of the tasks of each case, in order. */
type Told = ReadonlyMap<string, readonly string[]>;

/**
 * What the law of modules is shown by. Texts named `declared`, `varied` and `absent` are calls of modules, which stand
 * under `m`: `m.bond('bond0', {…});`. All cases of a file go into one play, so that a phase of the law costs one run;
 * they must not be about the same things.
 */
export interface LawCase {
  /** Shell commands that lay the ground, on lab1. */
  readonly ground?: string;
  /** Files of the project that the calls name, by name. */
  readonly files?: Readonly<Record<string, string>>;
  readonly declared: string;
  /** What a check of it predicts and a run does, on a host without it. @defaultValue every task changes something */
  readonly first?: readonly ('ok' | 'changed')[];
  /** The same with one option changed. */
  readonly varied: string;
  /** What the change of the option may show in, by lines of the snapshot. */
  readonly variation: RegExp;
  /** Breaks by hand what was declared. */
  readonly drift: string;
  readonly absent: string;
  /** Lines of the snapshot in which the host without it again differs from the host before: what absent leaves. */
  readonly leaves?: RegExp;
  /** Looks at the host with other tools: is what was declared there? */
  readonly there: (lab: Lab) => Promise<void>;
  readonly gone: (lab: Lab) => Promise<void>;
}

/** Prints links, addresses, routes, rules, IPVS and kernel parameters as the tools of others see them. */
export const networkView = `for link in /sys/class/net/*/; do link=\${link%/}
  read -r mtu <$link/mtu; read -r flags <$link/flags; master=-; [ ! -e $link/master ] || master=$(readlink $link/master)
  echo "link \${link##*/} mtu $mtu up $((flags & 1)) noarp $((flags & 128)) master \${master##*/}"
done
ip -o addr show | awk '$4 !~ /^fe80/ { sub(/valid_lft.*/, ""); print "addr", $0 }' | sed 's/[0-9]*: //'
ip -4 -N route show table all | grep -v 'table 255' | sed 's/^/route /'
ip -N -6 route show table all | grep -v -e 'table 255' -e '^fe80' -e 'proto 9' | sed 's/^/route6 /'
ip -N rule | sed 's/^/rule /'; ip -N -6 rule | sed 's/^/rule6 /'
tc qdisc show | grep -v noqueue | sed 's/^/qdisc /; s/ refcnt.*//; s/ \\(teql[0-9]*\\) [0-9a-f]*: / \\1 /'
for bond in /sys/class/net/*/bonding; do
  [ ! -e $bond ] || for file in $bond/*; do
    case $file in *ad_[acp]*|*mii_status|*active_slave|*queue_id) continue ;; esac
    read -r text <$file; echo "bond \${file#/sys/class/net/} $text"
  done
done 2>/dev/null
[ ! -d /sys/module/ip_vs ] || { ipvsadm -Sn; ipvsadm -Ln --thresholds | sed 's/ *$//'; ipvsadm -L --timeout; ipvsadm -L --daemon; }
for key in net/ipv4/ip_forward net/ipv6/conf/all/forwarding net/ipv4/conf/all/arp_ignore net/ipv4/conf/all/arp_announce net/ipv4/conf/all/rp_filter; do
  echo "sysctl $key $(cat /proc/sys/$key)"
done
[ ! -d /proc/sys/net/ipv4/vs ] || for key in conntrack expire_nodest_conn expire_quiescent_template; do echo "sysctl vs/$key $(cat /proc/sys/net/ipv4/vs/$key)"; done
for module in bonding ip_vs dummy ipip ip6_tunnel; do [ ! -d /sys/module/$module ] || echo "module $module"; done`;

/** The ids of the tasks that calls of modules make. */
const tasksOf = (calls: string): readonly string[] =>
  [...calls.matchAll(/\bm\.(\w+)\(\s*'([^']+)'/g)].map(([, module, name]) => `${module}[${name}]`);

const sorted = (lines: Iterable<string>): readonly string[] => [...lines].toSorted();

/**
 * The lines of a snapshot, without what changes by itself: states of links, lifetimes, addresses and routes that routers gave.
 * The slaves of a bond are a set.
 */
export function snapshotLines(text: string): readonly string[] {
  const lines = text
    .split('\n')
    .filter((line) => !/^route6 .* expires \d+sec/.test(line))
    .map((line) => line.replaceAll(/ linkdown\b| tentative\b| expires \d+sec/g, '').trim())
    .filter((line) => !/^addr .* dynamic /.test(line))
    .map((line) => (line.startsWith('bond ') ? line.split(' ').toSorted().join(' ') : line));
  return sorted(lines);
}

/** Lines that stand in one of two snapshots only. */
function difference(a: readonly string[], b: readonly string[]): readonly string[] {
  return sorted([...a.filter((line) => !b.includes(line)), ...b.filter((line) => !a.includes(line))]);
}

/** Holds modules to the law, on lab1: judged by what `view` prints there, never by our own report. */
export function law(lab: Lab, cases: Readonly<Record<string, LawCase>>, view: string): void {
  const project = labProject();
  const names = Object.keys(cases);
  const all = Object.values(cases);
  // One play for all cases: a section of network tasks that changes something costs a process of its own.
  const write = (file: string, calls: (one: LawCase) => string): void => {
    project.write(
      file,
      `import { play, secret, sh } from 'tsplay';
import * as m from 'tsplay/modules';
export default play('Law', { hosts: 'lab1', become: true }, () => {
${all.map(calls).join('\n')}
});
void [secret, sh];
`,
    );
  };
  const snapshot = async (): Promise<readonly string[]> => snapshotLines(await lab.read('lab1', view));
  const play = async (
    mode: 'run' | 'check',
    file: string,
    calls: (one: LawCase) => string,
  ): Promise<Told> => {
    const run = await project.play(mode, file, '--limit', 'lab1');
    const told = taskStatuses(run, 'lab1');
    return new Map(
      Object.entries(cases).map(([name, one]) => [
        name,
        tasksOf(calls(one)).map((task) => told.get(task) ?? 'was not told of'),
      ]),
    );
  };
  const everywhere = (told: Told, status: string): void => {
    expect(Object.fromEntries(told)).toEqual(
      Object.fromEntries([...told].map(([name, statuses]) => [name, statuses.map(() => status)])),
    );
  };
  const somewhere = (told: Told): void => {
    const without = [...told].filter(([, statuses]) => !statuses.includes('changed'));
    expect({ 'plays in which nothing would change': without }).toEqual({
      'plays in which nothing would change': [],
    });
    expect([...told.values()].flat()).not.toContain('unknown');
  };
  const each = async (look: (one: LawCase) => (lab: Lab) => Promise<void>): Promise<void> => {
    for (const one of all) await look(one)(lab);
  };
  const rollback = async (): Promise<void> => {
    const { code, stdout, stderr } = await project.cli('rollback', '-i', 'lab', '--limit', 'lab1');
    if (code !== 0) throw new Error(`the rollback ended with status ${code}: ${stdout}${stderr}`);
  };

  describe('on a real kernel', () => {
    let before: readonly string[] = [];
    let after: readonly string[] = [];
    let first: Told = new Map();

    beforeAll(async () => {
      for (const { files = {} } of all) {
        for (const [file, text] of Object.entries(files)) project.write(file, text);
      }
      write('declared.ts', (one) => one.declared);
      write('varied.ts', (one) => one.varied);
      write('absent.ts', (one) => one.absent);
      await lab.read('lab1', all.flatMap(({ ground }) => ground ?? []).join('\n') || ':');
      before = await snapshot();
    });

    it('a check predicts, and changes nothing', async () => {
      first = await play('check', 'declared.ts', (one) => one.declared);
      expect([...first.keys()]).toEqual(names);
      for (const [name, statuses] of first) {
        expect({ [name]: statuses }).toEqual({
          [name]: cases[name]?.first ?? statuses.map(() => 'changed'),
        });
      }
      expect(await snapshot()).toEqual(before);
      expect(await lab.read('lab1', 'ls -A /var/lib/tsplay 2>/dev/null || :')).toBe('');
    });

    it('a run does what was predicted, and a second one nothing', async () => {
      expect(await play('run', 'declared.ts', (one) => one.declared)).toEqual(first);
      await each((one) => one.there);
      after = await snapshot();
      everywhere(await play('check', 'declared.ts', (one) => one.declared), 'ok');
      everywhere(await play('run', 'declared.ts', (one) => one.declared), 'ok');
      expect(await snapshot()).toEqual(after);
    });

    it('one option changed changes only that, and a rollback takes it back', async () => {
      const predicted = await play('check', 'varied.ts', (one) => one.varied);
      somewhere(predicted);
      expect(await snapshot()).toEqual(after);
      expect(await play('run', 'varied.ts', (one) => one.varied)).toEqual(predicted);
      everywhere(await play('run', 'varied.ts', (one) => one.varied), 'ok');
      const changed = difference(after, await snapshot());
      for (const one of all) expect(changed.join('\n')).toMatch(one.variation);
      expect(changed.filter((line) => !all.some(({ variation }) => variation.test(line)))).toEqual([]);
      await rollback();
      expect(await snapshot()).toEqual(after);
    });

    it('what was changed by hand is found and repaired', async () => {
      await lab.read('lab1', all.map(({ drift }) => drift).join('\n'));
      const predicted = await play('check', 'declared.ts', (one) => one.declared);
      somewhere(predicted);
      expect(await play('run', 'declared.ts', (one) => one.declared)).toEqual(predicted);
      expect(await snapshot()).toEqual(after);
    });

    it('absent removes all of it, and a rollback brings it back', async () => {
      const predicted = await play('check', 'absent.ts', (one) => one.absent);
      somewhere(predicted);
      expect(await play('run', 'absent.ts', (one) => one.absent)).toEqual(predicted);
      await each((one) => one.gone);
      everywhere(await play('run', 'absent.ts', (one) => one.absent), 'ok');
      const left = difference(before, await snapshot());
      expect(left.filter((line) => !all.some(({ leaves }) => leaves?.test(line)))).toEqual([]);
      await rollback();
      expect(await snapshot()).toEqual(after);
      await each((one) => one.there);
    });
  });
}
