import { always, attempt, each, handler, onChange, play, when } from 'tsplay';
import { command, file } from 'tsplay/modules';

interface Site {
  readonly name: string;
  readonly port: number;
}

const sites: readonly Site[] = [{ name: 'a', port: 80 }];
const name = (site: Site): string => site.name;
const nothing = (): void => {};
const later = async (): Promise<void> => {};

// What a body registers after an await would stand outside of its scope.
export default play('Scopes', { hosts: 'all' }, async () => {
  attempt(async () => {}); // error: Type 'Promise<void>' is not assignable to type 'NotPromise'
  attempt(() => command('x', { run: ['true'] }).result()); // error: is not assignable to type 'NotPromise'
  always(async () => {}); // error: Type 'Promise<void>' is not assignable to type 'NotPromise'
  each(sites, name, later); // error: Type 'Promise<void>' is not assignable to type 'NotPromise'
  each(sites, name, () => command('x', { run: ['true'] }).result()); // error: is not assignable to type 'NotPromise'
  await attempt(() => {}).result(); // error: Property 'result' does not exist
  attempt(() => {}).changed; // error: Property 'changed' does not exist
  handler('x', async () => {}); // error: Type 'Promise<void>' is not assignable to type 'NotPromise'
  onChange([], nothing); // error: Source has 0 element(s) but target requires 1
  onChange(['x'], nothing); // error: Type 'string' is not assignable to type
  when(true, nothing); // error: Argument of type 'boolean' is not assignable to parameter of type 'Condition'
  command('x', { run: ['true'], notify: 'reload' }); // error: Type 'string' is not assignable to type
  command('x', { run: ['true'], retries: '3' }); // error: Type 'string' is not assignable to type 'number'
  attempt((error) => error); // error: is not assignable to parameter of type '() => NotPromise'

  each(sites, 'name', nothing); // error: Argument of type 'string' is not assignable to parameter of type
  each(sites, nothing, nothing); // error: Type 'void' is not assignable to type 'string | number'
  each(sites, (site) => site, nothing); // error: is not assignable to type 'string | number'
  each(sites, async () => 'a', nothing); // error: Type 'Promise<string>' is not assignable to type 'string | number'
  each(sites, (site) => site.nme, nothing); // error: Property 'nme' does not exist
  each(sites, nothing); // error: Expected 3 arguments, but got 2
  each({ a: 1 }, () => 'a', nothing); // error: 'a' does not exist in type 'Iterable<unknown>'
  each(sites, name, (site) => file('/x', { content: site.prt })); // error: Property 'prt' does not exist
  each(sites, name, nothing)[0]?.id; // error: Property 'id' does not exist on type 'never'
});
