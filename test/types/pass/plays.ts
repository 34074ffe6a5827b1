import { play, v } from 'tsplay';
import { command, file } from 'tsplay/modules';

// One play or a list of them; a body that is one expression; a schema that changes what it is given.
export default [
  play('Shortest', { hosts: 'all' }, () => file('/etc/motd', { content: 'Welcome.\n' })),
  play('Result', { hosts: 'web*:!web3', become: true }, () =>
    command('kernel', { run: ['uname', '-r'], reads: true }).result(),
  ),
  play('As somebody', { hosts: 'all', become: 'deploy' }, async () => {
    const { rc, stdout } = await command('kernel', { run: ['uname', '-r'], reads: true }).result();
    if (rc === 0 && stdout.startsWith('6.')) file('/etc/new', { content: stdout });
  }),
  play(
    'Variables',
    {
      hosts: 'all',
      vars: v.object({
        mtu: v.optional(v.number(), 1500),
        domain: v.pipe(v.string(), v.toLowerCase()),
        uplinks: v.array(v.object({ dev: v.string(), mark: v.number() })),
      }),
    },
    ({ host, vars: { mtu, domain, uplinks } }) => {
      const size: number = mtu;
      const devices: string[] = uplinks.map(({ dev }) => dev);
      file('/etc/x', {
        content: `${host.name}.${domain} ${size} ${devices.join()} ${host.groups.includes('web')}`,
      });
    },
  ),
  play('Without a schema', { hosts: 'all' }, ({ vars }) => {
    file('/etc/x', { content: String(vars['name']) });
  }),
  play(
    'Rolling',
    {
      hosts: 'all',
      serial: [1, '30%'],
      order: 'sorted',
      strategy: 'linear',
      maxFailPercentage: 25,
      anyErrorsFatal: true,
      tags: ['web'],
    },
    async ({ host, batch, on, runOnce, throttle }) => {
      const names: readonly string[] = batch;
      const result = await on('lb1', () => command('x', { run: ['x'] }).result());
      const length: number = await runOnce('count', async () => result.stdout.length);
      const handle = await on('lb1', () => command('y', { run: ['y'], tags: ['config', 'never'] }));
      const nothing: void = await throttle('part', 2, () => void file('/etc/x', { content: names.join() }));
      return [host.name, length, handle.id, nothing];
    },
  ),
];
