import { play, secret, Secret, secretFrom, v } from 'tsplay';
import { file } from 'tsplay/modules';

export const wrong = [
  secretFrom({ comand: ['x'] }), // error: 'comand' does not exist in type
  secretFrom({ command: 'pass show x' }), // error: Type 'string' is not assignable to type
  secretFrom({ command: [] }), // error: Source has 0 element(s) but target requires 1
  secretFrom('DB'), // error: Argument of type 'string' is not assignable to parameter of type 'SecretSource'
  secret(5), // error: No overload matches this call
  secret`${['x']}`, // error: Argument of type 'string[]' is not assignable to parameter of type 'string | number | Secret'
];

export default play(
  'Secrets',
  { hosts: 'all', vars: v.object({ pw: v.instance(Secret) }) },
  ({ vars: { pw } }) => {
    file(pw, { content: '' }); // error: Argument of type 'Secret' is not assignable to parameter of type 'string'
    if (pw === 'x') return; // error: This comparison appears to be unintentional
  },
);
