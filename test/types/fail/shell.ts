import { play, secret, sh, type Sh } from 'tsplay';
import { command } from 'tsplay/modules';

declare const name: string;
const password = secret('hunter2');

export default play('Only sh makes shell text', { hosts: 'all' }, () => {
  const h = command('x', { run: sh`true` });
  sh`mysql -p${password}`; // error: Argument of type 'Secret' is not assignable to parameter of type 'ShValue'
  sh`echo ${[password]}`; // error: Type 'Secret' is not assignable to type 'string | number'
  sh`echo ${undefined}`; // error: Argument of type 'undefined' is not assignable to parameter of type 'ShValue'
  sh`echo ${null}`; // error: Argument of type 'null' is not assignable to parameter of type 'ShValue'
  sh`echo ${true}`; // error: Argument of type 'boolean' is not assignable to parameter of type 'ShValue'
  sh`echo ${{ name }}`; // error: 'name' does not exist in type
  sh`echo ${h.changed}`; // error: is not assignable to parameter of type 'ShValue'
  sh(`rm -rf ${name}`); // error: Argument of type 'string' is not assignable to parameter of type 'TemplateStringsArray'
  sh([`rm -rf ${name}`]); // error: Property 'raw' is missing in type 'string[]'
  command('x', { run: 'true' }); // error: Type 'string' is not assignable to type
  command('x', { run: 'rm -rf ' + name }); // error: Type 'string' is not assignable to type
  command('x', { run: sh`rm -rf ` + name }); // error: Type 'string' is not assignable to type
  command('x', { run: `${sh`rm -rf`} ${name}` }); // error: Type 'string' is not assignable to type
  command('x', { run: { text: 'rm -rf /' } }); // error: is missing the following properties from type 'Sh': brand
  command('x', { run: [] }); // error: Source has 0 element(s) but target requires 1
  command('x', { run: ['echo', 7] }); // error: Type 'number' is not assignable to type 'string'
  command('x', { run: ['mysql', password] }); // error: Type 'Secret' is not assignable to type 'string'
  command('x', { run: ['true'], unless: 'test -e /x' }); // error: Type 'string' is not assignable to type
  command('x', { run: ['true'], undo: 'rm /x' }); // error: Type 'string' is not assignable to type
  command('x', { run: ['true'], env: { TOKEN: password } }); // error: Type 'Secret' is not assignable to type 'string'
  const forged: Sh = { text: name }; // error: is missing the following properties from type 'Sh': brand
  return forged;
});
