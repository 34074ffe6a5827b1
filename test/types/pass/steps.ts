import { play } from 'tsplay';
import {
  absent,
  action,
  all,
  around,
  defineModule,
  edit,
  entries,
  file,
  poll,
  present,
  procFile,
  rc,
  reading,
  secret,
  sh,
  sysFile,
  tool,
  value,
  type Step,
  type TaskResult,
} from 'tsplay/steps';

interface Options {
  readonly text: string;
  readonly persist?: boolean;
}

interface Result extends TaskResult {
  readonly words: readonly string[];
}

const yes = all(sh`true`, sh`:`);

const steps: readonly Step[] = [
  tool('ip', { debian: 'iproute2' }),
  present('x', { test: yes, create: yes, provides: 'link:x' }),
  absent('x', { test: yes, remove: yes, save: yes, create: yes, absent: [1, 2] }),
  around('x', value('x', { read: sysFile('/sys/class/net/x/mtu'), want: '1', write: yes, fresh: 'set' })),
  value('x', {
    read: procFile('/proc/sys/x'),
    want: '1',
    write: yes,
    inside: 'link:x',
    fresh: { value: '0' },
  }),
  value('x', { read: reading(yes, [3]), want: '', write: yes, secret: true, lifetime: 'disk' }),
  entries('x', { list: yes, want: [['a', 'b']], add: yes, change: yes, remove: yes, order: 'remove-first' }),
  file('/etc/x', { content: secret('x') }),
  edit('/etc/x', { filter: sh`sed s/a/b/` }),
  poll('x', { until: yes, limit: 10 }),
  action('x', { run: yes, guard: { kind: 'creates', path: '/x' }, failed: rc.notIn(0) }),
];

/** A module as somebody outside writes it. */
export const words = defineModule<Options, Result>('words', {
  network: true,
  claims: (name) => [{ resource: `words:${name}`, value: 'present' }],
  check(name, o, problem) {
    if (name === '' || o.text === '') problem('a text is missing');
  },
  steps: (_name, { persist = true }) => (persist ? steps : []),
  result: (raw) => ({ ...raw, words: raw.stdout.split(' ') }),
});

const optional = defineModule<Partial<Options>>('optional', { steps: () => [] });

export default play('Own modules', { hosts: 'all' }, async () => {
  optional('x');
  optional('x', { persist: true });
  const result = await words('x', { text: 'a', when: words('y', { text: 'b' }).changed }).result();
  const first: string | undefined = result.words[0];
  return first;
});
