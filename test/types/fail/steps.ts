import {
  absent,
  action,
  around,
  defineModule,
  edit,
  entries,
  file,
  poll,
  present,
  procFile,
  reading,
  sh,
  sysFile,
  tool,
  value,
  type Step,
} from 'tsplay/steps';

interface Options {
  readonly text: string;
}

const yes = sh`true`;

export const steps: readonly Step[] = [
  present('x', { test: yes }), // error: Property 'create' is missing
  present('x', { test: 'true', create: yes }), // error: Type 'string' is not assignable to type 'Sh'
  present('x', { test: yes, create: yes, removed: yes }), // error: 'removed' does not exist in type
  absent('x', { test: yes, create: yes }), // error: Property 'remove' is missing
  value('x', { read: yes, want: '1', write: yes }), // error: is not assignable to type 'Read'
  value('x', { read: reading(yes), want: 1, write: yes }), // error: Type 'number' is not assignable to type 'string | Secret'
  value('x', { read: procFile('/etc/hostname'), want: '1', write: yes }), // error: is not assignable to parameter of type '`/proc/
  value('x', { read: sysFile('/proc/version'), want: '1', write: yes }), // error: is not assignable to parameter of type '`/sys/
  value('x', { read: reading(yes), want: '1', write: yes, inside: 'eth0' }), // error: is not assignable to type '`${string}:${string}`
  value('x', { read: reading(yes), want: '1', write: yes, fresh: '0' }), // error: is not assignable to type
  entries('x', { list: yes, want: ['a'], add: yes, remove: yes }), // error: Type 'string' is not assignable to type 'readonly string[]'
  entries('x', { list: yes, want: [['a']], add: yes }), // error: Property 'remove' is missing
  entries('x', { list: yes, want: [['a']], add: yes, remove: yes, order: 'first' }), // error: is not assignable to type
  file('/etc/x', { mode: '644' }), // error: Property 'content' is missing
  file('/etc/x', { content: sh`x` }), // error: Type 'Sh' is not assignable to type 'Content'
  edit('/etc/x', { filter: (text: string) => text }), // error: is not assignable to type 'Sh'
  poll('x', { until: yes }), // error: Property 'limit' is missing
  action('x', { run: ['true'] }), // error: is missing the following properties from type 'Sh'
  action('x', { run: yes, guard: { kind: 'creates' } }), // error: is not assignable to type
  around('eth0', file('/etc/x', { content: '' })), // error: is not assignable to parameter of type
  tool('ip', 'iproute2'), // error: Argument of type 'string' is not assignable to parameter of type
  { kind: 'present', what: 'x' }, // error: is missing the following properties
  'touch /etc/x', // error: Type 'string' is not assignable to type
];

export const modules = [
  defineModule<Options>('x', {}), // error: Property 'steps' is missing
  defineModule<Options>('x', { steps: () => [], claim: () => [] }), // error: 'claim' does not exist in type
  defineModule<Options>('x', { steps: (name, o) => [file(name, { content: o.txt })] }), // error: Property 'txt' does not exist on type 'Options'
  defineModule<Options>('x', { steps: async () => [] }), // error: Type 'Promise<never[]>' is missing the following properties from type 'readonly Step[]'
  defineModule<Options>('x', { steps: () => [], claims: () => [{ resource: 'eth0', value: 'x' }] }), // error: is not assignable to type
  defineModule<Options>('x', { steps: () => [], check: (_name, _o, problem) => problem(1) }), // error: Argument of type 'number' is not assignable to parameter of type 'string'
  defineModule<string>('x', { steps: () => [] }), // error: Type 'string' does not satisfy the constraint 'object'
];

const motd = defineModule<Options>('motd', { steps: (_name, o) => [file('/etc/motd', { content: o.text })] });
motd('x'); // error: Expected 2 arguments, but got 1
motd('x', { txt: 'hello' }); // error: 'txt' does not exist in type
motd('x', { text: 'hello', when: true }); // error: Type 'boolean' is not assignable to type 'Condition'
