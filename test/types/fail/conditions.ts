import { and, not, or, play } from 'tsplay';
import { command, file } from 'tsplay/modules';

declare const flag: boolean;
const run: readonly [string] = ['true'];

// What is decided on the host cannot be asked here. Each in a body of its own: TypeScript takes what was asked once
// for settled.
export const tested = [
  play('if', { hosts: 'all' }, () => {
    const h = file('/etc/x', { content: '' });
    if (h.changed) command('x', { run }); // error: This condition will always return true
  }),
  play('if not', { hosts: 'all' }, () => {
    const h = file('/etc/x', { content: '' });
    if (h.failed && flag) command('x', { run }); // error: This condition will always return true
  }),
  play('choice', { hosts: 'all' }, () => {
    const h = file('/etc/x', { content: '' });
    command('x', { run: h.changed ? ['a'] : ['b'] }); // error: This condition will always return true
  }),
  play('and', { hosts: 'all' }, () => {
    const h = file('/etc/x', { content: '' });
    const both = h.changed && flag; // error: This condition will always return true
    return both;
  }),
  play('is it', { hosts: 'all' }, () => {
    const h = file('/etc/x', { content: '' });
    const yes: boolean = h.changed; // error: Type 'Condition' is not assignable to type 'boolean'
    return yes;
  }),
  play('is it true', { hosts: 'all' }, () => {
    const h = file('/etc/x', { content: '' });
    return h.changed === true; // error: This comparison appears to be unintentional
  }),
  play('called', { hosts: 'all' }, () => {
    const h = file('/etc/x', { content: '' });
    h.changed(); // error: Expected 1 arguments, but got 0
  }),
];

export const mixed = play('mixed', { hosts: 'all' }, () => {
  const h = file('/etc/x', { content: '' });
  command('x', { run, when: flag }); // error: Type 'boolean' is not assignable to type 'Condition'
  command('x', { run, when: true }); // error: Type 'boolean' is not assignable to type 'Condition'
  command('x', { run, when: flag && h.changed }); // error: is not assignable to type 'Condition'
  command('x', { run, when: flag || h.changed }); // error: is not assignable to type 'Condition'
  command('x', { run, when: !h.failed }); // error: Type 'boolean' is not assignable to type 'Condition'
  command('x', { run, when: and(h.changed, flag) }); // error: not assignable to parameter of type 'Condition'
  command('x', { run, when: or(flag, h.changed) }); // error: not assignable to parameter of type 'Condition'
  command('x', { run, when: not(flag) }); // error: not assignable to parameter of type 'Condition'
  command('x', { run, when: and() }); // error: Expected at least 1 arguments, but got 0
  command('x', { run, when: h }); // error: is missing in type 'Handle<TaskResult>' but required in type 'Condition'
  command('x', { run, when: () => true }); // error: is missing in type '() => boolean' but required in type 'Condition'
  command('x', { run, when: 'h.changed' }); // error: Type 'string' is not assignable to type 'Condition'
});

export const mixedWithTrue = play('mixed with true', { hosts: 'all' }, () => {
  const h = file('/etc/x', { content: '' });
  command('x', { run, when: h.changed && true }); // error: Type 'boolean' is not assignable to type 'Condition'
});
