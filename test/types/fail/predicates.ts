import { play, rc, stdout } from 'tsplay';
import { command } from 'tsplay/modules';

const run: readonly [string] = ['true'];

export default play('Predicates', { hosts: 'all' }, () => {
  const h = command('x', { run, changedWhen: (r) => r.stdout !== '' });
  command('x', { run, changedWhen: (r) => r.output === '' }); // error: Property 'output' does not exist on type 'CommandResult'
  command('x', { run, changedWhen: (r) => r.stdout }); // error: Type 'string' is not assignable to type 'boolean'
  command('x', { run, changedWhen: (r) => r.rc > 0 }); // error: 'r.rc' is possibly 'undefined'
  command('x', { run, changedWhen: async (r) => r.rc === 0 }); // error: Type 'Promise<boolean>' is not assignable to type 'boolean'
  command('x', { run, failedWhen: (text: string) => text === '' }); // error: Type 'CommandResult' is not assignable to type 'string'
  command('x', { run, failedWhen: (r, more) => r === more }); // error: Target signature provides too few arguments
  command('x', { run, failedWhen: 'stderr' }); // error: Type 'string' is not assignable to type
  command('x', { run, failedWhen: true }); // error: Type 'true' is not assignable to type
  command('x', { run, failedWhen: h.failed }); // error: Type 'Condition' is not assignable to type
  command('x', { run, failedWhen: rc }); // error: is not assignable to type
  command('x', { run, failedWhen: rc.in }); // error: is not assignable to type
  command('x', { run, failedWhen: rc.in() }); // error: Expected at least 1 arguments, but got 0
  command('x', { run, failedWhen: rc.notIn('0') }); // error: Argument of type 'string' is not assignable to parameter of type 'number'
  command('x', { run, failedWhen: rc.in([0, 1]) }); // error: Argument of type 'number[]' is not assignable to parameter of type 'number'
  command('x', { run, failedWhen: stdout.matches(/^E/) }); // error: Argument of type 'RegExp' is not assignable to parameter of type 'string'
  command('x', { run, failedWhen: stdout.includes('E') }); // error: Property 'includes' does not exist
  command('x', { run, when: rc.in(0) }); // error: Type 'ResultTest' is not assignable to type 'Condition
});
