import { play, v } from 'tsplay';
import { file } from 'tsplay/modules';

const body = (): void => {};

export const options = [
  play('x', {}, body), // error: Property 'hosts' is missing
  play('x', { host: 'all' }, body), // error: 'host' does not exist in type
  play('x', { hosts: ['web1', 'web2'] }, body), // error: Type 'string[]' is not assignable to type 'string'
  play('x', { hosts: 'all', become: 1 }, body), // error: Type 'number' is not assignable to type
  play('x', { hosts: 'all', becomeUser: 'root' }, body), // error: 'becomeUser' does not exist in type
  play('x', { hosts: 'all', vars: { mtu: 'number' } }, body), // error: 'mtu' does not exist in type 'StandardSchemaV1
  play('x', { hosts: 'all' }), // error: Expected 3 arguments, but got 2
  play({ hosts: 'all' }, body), // error: Expected 3 arguments, but got 2
  play('x', { hosts: 'all' }, file('/etc/x', { content: '' })), // error: is not assignable to parameter of type
];

const schema = v.object({ mtu: v.number(), uplinks: v.array(v.object({ dev: v.string() })) });

export const vars = play('x', { hosts: 'all', vars: schema }, ({ vars, host, ...more }) => {
  file('/etc/x', { content: more.nothing }); // error: Property 'nothing' does not exist
  file('/etc/x', { content: vars.mtu }); // error: Type 'number' is not assignable to type 'string | Secret
  file('/etc/x', { content: vars.gateway }); // error: Property 'gateway' does not exist
  file('/etc/x', { content: vars.uplinks.dev }); // error: Property 'dev' does not exist
  file('/etc/x', { content: vars.uplinks[0].dev }); // error: Object is possibly 'undefined'
  file('/etc/x', { content: vars.uplinks.map((up) => up.mark).join() }); // error: Property 'mark' does not exist
  file('/etc/x', { content: host.hostname }); // error: Property 'hostname' does not exist on type 'HostView<"all">'
});

export const unknown = play('x', { hosts: 'all' }, ({ vars }) => {
  file('/etc/x', { content: vars['name'] }); // error: Type 'unknown' is not assignable
});

export const rolling = [
  play('x', { hosts: 'all', serial: '3' }, body), // error: is not assignable to type
  play('x', { hosts: 'all', order: 'random' }, body), // error: is not assignable to type
  play('x', { hosts: 'all', strategy: 'fast' }, body), // error: is not assignable to type
  play('x', { hosts: 'all', tags: 'config' }, body), // error: is not assignable to type
  play('x', { hosts: 'all' }, async ({ on }) => {
    await on('lb1'); // error: Expected 2 arguments, but got 1
    const text: string = await on('lb1', () => 1); // error: Type 'number' is not assignable to type 'string'
    void text;
  }),
];
