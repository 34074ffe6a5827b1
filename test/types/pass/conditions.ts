import {
  always,
  and,
  attempt,
  each,
  flush,
  flushHandlers,
  handler,
  not,
  onChange,
  or,
  play,
  rc,
  stdout,
  when,
  type Condition,
  type Handle,
} from 'tsplay';
import { command, file, sysctl, type CommandResult } from 'tsplay/modules';

declare const flag: boolean;
const run: readonly [string] = ['true'];

export default play('Conditions', { hosts: 'all' }, async () => {
  const a = file('/etc/a', { content: 'a' });
  const b = file('/etc/b', { content: 'b' });
  command('a', { run, when: a.changed });
  command('all', { run, when: and(a.changed, not(b.failed), or(a.changed, b.changed)) });
  // Plain booleans choose here; what they choose is a condition.
  if (flag) command('plain', { run, when: flag ? a.changed : undefined });
  const either: Condition = flag ? a.changed : b.changed;
  command('either', { run, when: either });

  const reload = handler('reload', () => void command('reload', { run }));
  const other = handler('other', () => void command('other', { run, notify: reload }));
  file('/etc/c', {
    content: 'c',
    notify: [reload, other],
    ignoreErrors: true,
    retries: 3,
    delay: 1,
    timeLimit: 9,
  });
  command('up', { run, until: rc.in(0), retries: 3 });
  onChange([a, b], () => void command('any', { run }));
  when(not(a.changed), () => void command('none', { run }));
  flushHandlers();

  const { failed } = attempt(() => {
    command('migrate', { run });
    always(() => sysctl('net.ipv4.ip_forward', { value: 1 }));
  });
  command('restore', { run, when: failed });
  attempt(() => [a, b].map(({ id }) => id));
  always(() => flag && file('/etc/c', { content: '' }));

  const handles: Handle[] = each(
    new Set(['x', 'y']),
    (name) => name,
    (name) => file(`/etc/${name}`, { content: '' }),
  );
  const [first, ...rest] = handles.map(({ changed }) => changed);
  if (first !== undefined) command('any', { run, when: or(first, ...rest) });
  each(
    new Map([[80, 'http']]),
    ([port]) => port,
    ([port, name]) => {
      each(
        [1, 2],
        (n) => n,
        (n) => file(`/etc/${name}-${n}`, { content: String(port) }),
      );
    },
  );
  const none: void[] = each(
    [1],
    (n) => n,
    () => {},
  );

  const result: CommandResult = await command('r', {
    run,
    changedWhen: (r) => r.stdout !== '' && !r.failed,
    failedWhen: rc.notIn(0, 2),
  }).result();
  command('s', {
    run,
    changedWhen: stdout.matches('^updated'),
    failedWhen: (r) => (r.rc ?? 0) > 1,
    become: false,
  });
  await flush();
  return [result, none];
});
